from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reporting", "0006_cleaned_files")]

    operations = [migrations.AddField("identityrequest", "signature", models.BinaryField(null=True))]
