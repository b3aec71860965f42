from django.db import migrations

from speakup.clocks.triggers import TRIGGERS
from speakup.web.triggers import trigger_operation


class Migration(migrations.Migration):
    dependencies = [("clocks", "0002_triggers")]

    operations = [trigger_operation(TRIGGERS)]
