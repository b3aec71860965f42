from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reporting", "0005_identity_requests")]

    operations = [
        migrations.AddField("attachment", "clean_file_id", models.UUIDField(null=True, unique=True)),
        migrations.AddField("attachment", "clean_key", models.BinaryField(null=True)),
        migrations.AddConstraint(
            "attachment",
            models.CheckConstraint(
                condition=models.Q(clean_file_id__isnull=True, clean_key__isnull=True)
                | models.Q(clean_file_id__isnull=False, clean_key__isnull=False),
                name="clean_copy_has_a_key",
            ),
        ),
    ]
