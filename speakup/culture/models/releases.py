"""What was released: written once, frozen. Triggers: speakup/culture/triggers.py."""

import uuid

from django.db import models

from speakup.culture.periods import CODE_LENGTH


class Release(models.Model):
    """One release of one period. It is never revised: a later one is of another period."""

    class Kind(models.TextChoices):
        FORCE_TOTAL = "force_total"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    period = models.CharField(max_length=CODE_LENGTH)
    kind = models.CharField(max_length=20, choices=Kind)
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["period", "kind"], name="one_release_a_period")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.period}"


class PublishedTable(models.Model):
    """A table as it was released: `cells` is canonical JSON, to the byte, and holds protected figures alone."""

    class Code(models.TextChoices):
        ASSESSED = "assessed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="tables")
    code = models.CharField(max_length=20, choices=Code)
    cells = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "code"], name="one_table_a_code")]

    def __str__(self) -> str:
        return self.code
