"""What Celery beat starts, and when. Nothing a reporter does starts a task: the broker would tell when."""

from celery.schedules import crontab

# London time (settings.CELERY_TIMEZONE). The clocks change between 01:00 and 02:00: 02:30 comes once every night.
BEAT_SCHEDULE = {
    "run_nightly": {"task": "notifications.tasks.run_nightly", "schedule": crontab(hour="2", minute="30")},
}
