from django.apps import AppConfig


class ProfessionalStandardsConfig(AppConfig):
    name = "professional_standards"
