from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("reporting", "0003_next_due_at")]

    operations: list = []
