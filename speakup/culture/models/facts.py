"""Facts on their way to a statistic, and the keys they are sealed to. Triggers: speakup/culture/triggers.py."""

import uuid

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from speakup.culture.periods import CODE_LENGTH
from speakup.vault.envelope import PUBLIC_KEY_SIZE
from speakup.vault.facts import FACT_SIZE
from speakup.vault.signing import SIGNATURE_SIZE


class MetricsKey(models.Model):
    """The public half of a period's metrics key; counts only through `speakup.culture.metrics_keys`.

    `closed_day` is set with the closing of the period: its facts are sealed to the year's key then, and the private
    half may go.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    period = models.CharField(max_length=CODE_LENGTH, unique=True)
    public = models.BinaryField()
    signature = models.BinaryField()
    closed_day = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Exact(Length("public"), PUBLIC_KEY_SIZE), name="metrics_key_size"),
            models.CheckConstraint(
                condition=Exact(Length("signature"), SIGNATURE_SIZE), name="metrics_key_signature_size"
            ),
        ]

    def __str__(self) -> str:
        return f"metrics key of {self.period}"


class FactInbox(models.Model):
    """A fact of a day that is not over: without kind, without a link to what it tells of, for one night at most."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    day = models.DateField(db_index=True)
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Exact(Length("sealed"), FACT_SIZE), name="fact_inbox_size")]

    def __str__(self) -> str:
        return "fact in the inbox"


class Fact(models.Model):
    """A fact under the key of `period`: its quarter's, and once that is closed its year's, as another row.

    The kind is sealed with it. A fact is never corrected.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    period = models.CharField(max_length=CODE_LENGTH, db_index=True)
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Exact(Length("sealed"), FACT_SIZE), name="fact_size")]

    def __str__(self) -> str:
        return f"fact of {self.period}"
