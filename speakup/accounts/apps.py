from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "speakup.accounts"
    label = "accounts"
