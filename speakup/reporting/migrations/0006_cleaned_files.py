from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("reporting", "0005_identity_requests")]

    operations: list = []
