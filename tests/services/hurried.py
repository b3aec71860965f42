"""The Celery application with a beat that does every second what it does every five minutes, and nothing at night."""

from datetime import timedelta

from speakup.celery import app

HURRIED = ("sweep_clocks", "deliver_outbox")
app.conf.beat_schedule = {
    name: {**app.conf.beat_schedule[name], "schedule": timedelta(seconds=1), "options": {"expires": 10}}
    for name in HURRIED
}
app.conf.beat_max_loop_interval = 1
