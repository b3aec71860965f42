"""How often a sign-in may be tried."""

import uuid

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from speakup.accounts.models.keys import HASH_SIZE


class TokenBucket(models.Model):
    """A bucket for an account, a known device or all unknown addresses, under an HMAC of its label: nothing typed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key_hmac = models.BinaryField(unique=True)
    level = models.PositiveIntegerField()
    slot = models.BigIntegerField(db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Exact(Length("key_hmac"), HASH_SIZE), name="token_bucket_key_size"),
        ]

    def __str__(self) -> str:
        return "token bucket"
