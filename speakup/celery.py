"""The Celery application. It holds no content key; tasks live in notifications."""

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "speakup.settings")

app = Celery("speakup")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["notifications"])
# London time (settings.CELERY_TIMEZONE). The clocks change between 01:00 and 02:00: 02:30 comes once every night.
# Nothing a reporter does starts a task: a message in the broker would tell when.
app.conf.beat_schedule = {
    "run_nightly": {"task": "notifications.tasks.run_nightly", "schedule": crontab(hour="2", minute="30")},
}


@setup_logging.connect
def keep_our_log_format(**_: Any) -> None:
    """Celery's own set-up would write times of day and the texts of exceptions; a receiver here leaves it out."""
