from django.apps import AppConfig


class PolicyConfig(AppConfig):
    name = "speakup.policy"
    label = "policy"
