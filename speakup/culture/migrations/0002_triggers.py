from django.db import migrations

from speakup.culture.triggers import TRIGGERS
from speakup.web.triggers import trigger_operation


class Migration(migrations.Migration):
    dependencies = [("culture", "0001_initial")]

    operations = [trigger_operation(TRIGGERS)]
