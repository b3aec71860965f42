import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reporting", "0004_later_epochs")]

    operations = [
        migrations.CreateModel(
            name="IdentityRequest",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("refused", "Refused"),
                            ("released", "Released"),
                            ("ended", "Ended"),
                        ],
                        default="asked",
                        max_length=20,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("until_day", models.DateField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("reason", models.BinaryField()),
                ("decision", models.BinaryField(null=True)),
                ("review", models.BinaryField(null=True)),
                ("told", models.BinaryField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "identity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="reporting.identity",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["state", "until_day"], name="identity_request_until")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["asked", "refused", "released", "ended"])),
                        name="identity_request_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decided_by", models.F("asked_by")), _negated=True),
                        name="identity_decided_by_somebody_else",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "released"), _negated=True),
                            models.Q(("decided_by__isnull", False), ("until_day__isnull", False)),
                            _connector="OR",
                        ),
                        name="identity_released_by_somebody_until_a_day",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["asked", "released"])),
                        fields=("identity", "asked_by"),
                        name="one_open_identity_request_an_asker",
                    ),
                ],
            },
        ),
    ]
