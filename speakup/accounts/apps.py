from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "speakup.accounts"
    label = "accounts"

    def ready(self) -> None:
        import_module("speakup.accounts.start_checks")
