from django.apps import AppConfig


class ClocksConfig(AppConfig):
    name = "speakup.clocks"
    label = "clocks"
