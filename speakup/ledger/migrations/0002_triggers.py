from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from speakup.ledger.triggers import ENTRY_TRIGGERS
from speakup.web.triggers import trigger_operation


def add_head(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("ledger", "Head").objects.create(id=1)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.RunPython(add_head, migrations.RunPython.noop),
        trigger_operation(ENTRY_TRIGGERS),
    ]
