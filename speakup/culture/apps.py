from django.apps import AppConfig


class CultureConfig(AppConfig):
    name = "speakup.culture"
    label = "culture"
