from importlib import import_module

from django.apps import AppConfig
from django.conf import settings

from speakup.production import look_at_first_connection


class WebConfig(AppConfig):
    name = "speakup.web"
    label = "web"

    def ready(self) -> None:
        import_module("speakup.web.deploy_checks")
        if not settings.DEMONSTRATION:
            look_at_first_connection()
