import uuid

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reporting", "0003_next_due_at")]

    operations = [
        migrations.CreateModel(
            name="ReceiptEpoch",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("epoch", models.PositiveIntegerField()),
                ("sealed", models.BinaryField()),
                (
                    "receipt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="epochs", to="reporting.receipt"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("receipt", "epoch"), name="one_receipt_epoch"),
                    models.CheckConstraint(condition=models.Q(("epoch__gt", 1)), name="receipt_epoch_is_later"),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.Exact(
                            django.db.models.functions.text.Length("sealed"), 1169
                        ),
                        name="receipt_epoch_size",
                    ),
                ],
            },
        ),
    ]
