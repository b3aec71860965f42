from django.apps import AppConfig
from django.conf import settings

from speakup.production import look_at_first_connection


class WebConfig(AppConfig):
    name = "speakup.web"
    label = "web"

    def ready(self) -> None:
        if not settings.DEMONSTRATION:
            look_at_first_connection()
