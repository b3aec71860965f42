from django.db import migrations, models
from django.db.models import deletion
from django.db.models.functions import Length
from django.db.models.lookups import Exact


class Migration(migrations.Migration):
    """Words lead to a draft by columns of its own row; no receipt ever belonged to a draft."""

    dependencies = [("reporting", "0007_signed_requests")]

    operations = [
        migrations.RemoveConstraint("receipt", "receipt_has_one_owner"),
        migrations.RemoveField("receipt", "draft"),
        migrations.AlterField(
            "receipt",
            "report",
            models.ForeignKey("reporting.report", on_delete=deletion.PROTECT, related_name="receipts"),
        ),
        migrations.AddField("draft", "lookup", models.BinaryField(max_length=32, null=True, unique=True)),
        migrations.AddField("draft", "wrapped", models.BinaryField(null=True)),
        migrations.AddConstraint(
            "draft",
            models.CheckConstraint(
                condition=models.Q(lookup__isnull=True, wrapped__isnull=True)
                | models.Q(Exact(Length("wrapped"), 61), lookup__isnull=False, wrapped__isnull=False),
                name="saved_draft_has_both",
            ),
        ),
    ]
