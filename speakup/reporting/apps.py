from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "speakup.reporting"
    label = "reporting"
