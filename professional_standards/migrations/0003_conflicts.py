import uuid

import django.db.models.deletion
from django.db import migrations, models

from professional_standards.triggers import TRIGGERS_OF_CONFLICTS
from speakup.web.triggers import trigger_operation


class Migration(migrations.Migration):
    dependencies = [("professional_standards", "0002_triggers"), ("reporting", "0004_later_epochs")]

    operations = [
        migrations.CreateModel(
            name="ConflictDeclaration",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("sealed", models.BinaryField()),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conflicts",
                        to="professional_standards.case",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conflicts",
                        to="reporting.report",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("case__isnull", True), ("report__isnull", False))
                        | models.Q(("case__isnull", False), ("report__isnull", True)),
                        name="conflict_has_one_owner",
                    )
                ],
            },
        ),
        trigger_operation(TRIGGERS_OF_CONFLICTS),
    ]
