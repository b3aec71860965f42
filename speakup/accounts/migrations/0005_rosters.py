import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_invitations")]

    operations = [
        migrations.RemoveConstraint(model_name="desk", name="desk_kind"),
        migrations.AlterField(
            model_name="desk",
            name="kind",
            field=models.CharField(
                choices=[
                    ("receiving", "Receiving"),
                    ("custodian", "Custodian"),
                    ("casework", "Casework"),
                    ("authority", "Authority"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="desk",
            constraint=models.CheckConstraint(
                condition=models.Q(kind__in=["receiving", "custodian", "casework", "authority"]), name="desk_kind"
            ),
        ),
        migrations.CreateModel(
            name="RosterProposal",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField()),
                ("document", models.BinaryField()),
                ("signatures", models.BinaryField()),
                (
                    "desk",
                    models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to="accounts.desk"),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL),
                ),
            ],
        ),
    ]
