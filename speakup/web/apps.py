from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "speakup.web"
    label = "web"
