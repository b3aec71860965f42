"""Celery's tasks: each takes ids or nothing, may be delivered twice, and only calls a service.

What a task is to do lies in rows: a message that is lost, late or doubled changes nothing, and none carries anything
of a report. Messages are acknowledged when the work is done (`acks_late`): what a killed worker held comes again.
"""

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from notifications import checkpointing, delivery, nightly, sweep


# No retry of its own: the next one comes in five minutes. The time limit ends one that hangs before that.
@shared_task(ignore_result=True, acks_late=True, time_limit=240)
def sweep_clocks() -> None:
    """notifications.sweep.sweep_clocks, every five minutes."""
    sweep.sweep_clocks(timezone.now())


@shared_task(ignore_result=True, acks_late=True, time_limit=600)
def deliver_outbox() -> None:
    """notifications.delivery.deliver_outbox, every minute: nearly always it finds nothing."""
    delivery.deliver_outbox(timezone.now())


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


# What a run misses the next one signs with: it needs no retry.
@shared_task(ignore_result=True, acks_late=True, time_limit=600)
def sign_checkpoint() -> None:
    """notifications.checkpointing.sign_checkpoint, every quarter of an hour."""
    checkpointing.sign_checkpoint(timezone.now())
