"""An invitation to make an account, or to make its login anew: what of it is kept until its link was used."""

import uuid

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from speakup.accounts.models.keys import HASH_SIZE
from speakup.accounts.models.staff import StaffMember


class Invitation(models.Model):
    """A link good once for one person, before `expires_at`. The row holds the SHA-256 of its token alone (ADR 0021).

    `roles` are those that no roster vouches for (administrator, auditor, HR analyst): they are the person's only once
    an administrator has typed the words of their key. `queued` says that its mail stands in the outbox, or that its
    link was given to somebody in another way.
    """

    class Kind(models.TextChoices):
        JOIN = "join"
        RESET = "reset"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="invitations")
    kind = models.CharField(max_length=20, choices=Kind)
    by = models.ForeignKey(StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="invited")
    token_hash = models.BinaryField(unique=True)
    roles = models.JSONField(default=list)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    queued = models.BooleanField(default=False)
    used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Exact(Length("token_hash"), HASH_SIZE), name="invitation_token_hash_size"),
            models.CheckConstraint(condition=models.Q(kind__in=["join", "reset"]), name="invitation_kind"),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("made_at")), name="invitation_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=models.Q(used_at__isnull=True) | models.Q(withdrawn_at__isnull=True),
                name="invitation_used_or_withdrawn",
            ),
            # Of two links that lead to one account one would be left over for a thief.
            models.UniqueConstraint(
                fields=["staff"],
                condition=models.Q(used_at__isnull=True, withdrawn_at__isnull=True),
                name="one_invitation_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation to {self.kind}"
