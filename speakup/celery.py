"""The Celery application. It holds no content key; tasks live in notifications."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "speakup.settings")

app = Celery("speakup")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["notifications"])


@setup_logging.connect
def keep_our_log_format(**_: Any) -> None:
    """Celery's own set-up would write times of day and the texts of exceptions; a receiver here leaves it out."""
