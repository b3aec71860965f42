"""The Celery application. It holds no content key; tasks live in notifications, the metrics worker's in culture."""

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import beat_init, heartbeat_sent, setup_logging, worker_init

from speakup.health import leave_mark
from speakup.vault.memory import hide_memory
from speakup.web.faults import report_faults_without_text

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "speakup.settings")

app = Celery("speakup")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["notifications", "speakup.culture"])
# London time (settings.CELERY_TIMEZONE). The clocks change between 01:00 and 02:00: 02:30 comes once every night.
# Nothing a reporter does starts a task: a message in the broker would tell when. All of it can be run by hand too.
# What comes often is dropped (`expires`, seconds) where no worker took it before the next one was due: rows keep the
# work, so a worker that comes back after a night has one sweep to do and not a hundred.
app.conf.beat_schedule = {
    "sweep_clocks": {
        "task": "notifications.tasks.sweep_clocks",
        "schedule": crontab(minute="*/5"),
        "options": {"expires": 290},
    },
    "deliver_outbox": {
        "task": "notifications.tasks.deliver_outbox",
        "schedule": crontab(),
        "options": {"expires": 55},
    },
    "sign_checkpoint": {
        "task": "notifications.tasks.sign_checkpoint",
        "schedule": crontab(minute="*/15"),
        "options": {"expires": 840},
    },
    "run_nightly": {"task": "notifications.tasks.run_nightly", "schedule": crontab(hour="2", minute="30")},
    # After the night: it closes what the night has moved.
    "run_metrics": {"task": "speakup.culture.tasks.run_metrics", "schedule": crontab(hour="4", minute="0")},
}


@setup_logging.connect
def keep_our_log_format(**_: Any) -> None:
    """Celery's own set-up would write times of day and the texts of exceptions; a receiver here leaves it out."""
    report_faults_without_text()


@worker_init.connect
@beat_init.connect
def hide(**_: Any) -> None:
    """Nobody of the same user reads what a worker knows; what it forks is as it is."""
    hide_memory()


# What a container's health check looks at (speakup/health.py).
heartbeat_sent.connect(leave_mark)
