from django.db import migrations

from speakup.clocks.triggers import TRIGGERS
from speakup.web.triggers import trigger_operation


class Migration(migrations.Migration):
    dependencies = [("clocks", "0001_initial")]

    operations = [trigger_operation(TRIGGERS)]
