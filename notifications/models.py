"""What could not be done although it was tried again and again."""

import uuid

from django.db import models


class DeadLetter(models.Model):
    """A piece of work that was given up after its last try, until somebody has it tried again.

    `object_id` names the row that the task is about (an outbox row), never a report or a case. `failed_at` is
    the start of a day in London: a moment, less the waits between tries, would say when an urgent report came.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    task = models.CharField(max_length=60)
    object_id = models.UUIDField()
    attempts = models.PositiveIntegerField()
    failed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "object_id"], name="one_dead_letter_an_object"),
        ]

    def __str__(self) -> str:
        return f"dead letter of {self.task}"
