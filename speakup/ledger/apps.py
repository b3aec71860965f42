from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "speakup.ledger"
    label = "ledger"
