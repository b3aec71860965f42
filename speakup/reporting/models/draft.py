"""What exists before sending: a session row and a draft, both readable with the reporter's cookie alone."""

import uuid

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from speakup.vault.receipt import WRAPPED_SIZE
from speakup.vault.reporter_session import STATE_SIZE


class ReporterSession(models.Model):
    """Where a cookie leads: a draft, what was just sent, the report that is open (vault.md, 'Reporter's session')."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    id_hash = models.BinaryField(max_length=32, unique=True)
    day = models.DateField(db_index=True)
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Exact(Length("sealed"), STATE_SIZE), name="session_size")]

    def __str__(self) -> str:
        return "reporter's session"


class Draft(models.Model):
    """The answers so far, one document under the draft's own key; `version` counts its writings.

    One that was saved is found by `lookup` and opened by `wrapped`, which its words alone give (ADR 0028). Both are in
    this row, so that a draft never outlives what leads to it, nor the reverse.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    expires_day = models.DateField(db_index=True)
    version = models.PositiveIntegerField(default=1)
    policy = models.ForeignKey("policy.PolicyVersion", on_delete=models.PROTECT, related_name="+")
    answers = models.BinaryField()
    lookup = models.BinaryField(max_length=32, unique=True, null=True)
    wrapped = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(lookup__isnull=True, wrapped__isnull=True)
                | models.Q(Exact(Length("wrapped"), WRAPPED_SIZE), lookup__isnull=False, wrapped__isnull=False),
                name="saved_draft_has_both",
            )
        ]

    def __str__(self) -> str:
        return "draft"

    @property
    def saved(self) -> bool:
        """Whether words lead to it."""
        return self.lookup is not None
