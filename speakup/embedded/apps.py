from django.apps import AppConfig


class EmbeddedConfig(AppConfig):
    name = "speakup.embedded"
    label = "embedded"
