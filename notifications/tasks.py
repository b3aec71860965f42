"""Celery's tasks: each takes ids or nothing, may be delivered twice, and only calls a service."""

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from notifications import nightly


@shared_task(
    ignore_result=True,
    acks_late=True,
    autoretry_for=(OperationalError,),
    max_retries=3,
    default_retry_delay=300,
)
def run_nightly() -> None:
    """notifications.nightly.run_nightly, again after five minutes where the database was busy."""
    nightly.run_nightly(timezone.now())
