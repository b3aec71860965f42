"""The metrics worker's one task. Nobody else has its keys, so it has a queue of its own (CELERY_TASK_ROUTES)."""

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from speakup.culture import services


@shared_task(
    ignore_result=True,
    acks_late=True,
    autoretry_for=(OperationalError,),
    max_retries=3,
    default_retry_delay=300,
)
def run_metrics() -> None:
    """speakup.culture.services.run_metrics, once a day; again after five minutes where the database was busy."""
    services.run_metrics(timezone.now())
