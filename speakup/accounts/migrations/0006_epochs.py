import uuid

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_rosters"),
    ]

    operations = [
        migrations.CreateModel(
            name="RekeyDue",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "object_kind",
                    models.CharField(
                        choices=[
                            ("report", "Report"),
                            ("case", "Case"),
                            ("identity", "Identity"),
                            ("identity_request", "Identity Request"),
                        ],
                        max_length=20,
                    ),
                ),
                ("object_id", models.UUIDField()),
                ("day", models.DateField()),
                (
                    "cause",
                    models.CharField(
                        choices=[("conflict", "Conflict"), ("left", "Left"), ("released", "Released")], max_length=20
                    ),
                ),
                ("sealed", models.BinaryField()),
            ],
        ),
        migrations.AddField(
            model_name="epoch",
            name="earlier",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="epoch",
            name="receipt_hash",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="epoch",
            name="signature",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="epoch",
            name="signed_desk",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="epoch",
            name="signed_version",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="epoch",
            name="signer",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="epoch",
            name="staff_earlier",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="grant",
            name="until_day",
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name="epoch",
            name="object_kind",
            field=models.CharField(
                choices=[
                    ("report", "Report"),
                    ("case", "Case"),
                    ("identity", "Identity"),
                    ("identity_request", "Identity Request"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="grant",
            name="object_kind",
            field=models.CharField(
                choices=[
                    ("report", "Report"),
                    ("case", "Case"),
                    ("identity", "Identity"),
                    ("identity_request", "Identity Request"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="epoch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("earlier__isnull", True),
                        ("epoch", 1),
                        ("signer__isnull", True),
                        ("staff_earlier__isnull", True),
                    ),
                    models.Q(
                        django.db.models.lookups.Exact(django.db.models.functions.text.Length("earlier"), 61),
                        ("earlier__isnull", False),
                        ("epoch__gt", 1),
                    ),
                    models.Q(("earlier__isnull", True), ("epoch__gt", 1), ("object_kind", "identity")),
                    _connector="OR",
                ),
                name="epoch_keeps_the_key_before",
            ),
        ),
        migrations.AddIndex(
            model_name="rekeydue",
            index=models.Index(fields=["object_kind", "object_id"], name="rekey_due_object"),
        ),
        migrations.AddConstraint(
            model_name="rekeydue",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.Exact(django.db.models.functions.text.Length("sealed"), 4125),
                name="rekey_due_size",
            ),
        ),
        migrations.AddConstraint(
            model_name="rekeydue",
            constraint=models.CheckConstraint(
                condition=models.Q(("cause__in", ["conflict", "left", "released"])), name="rekey_due_cause"
            ),
        ),
    ]
