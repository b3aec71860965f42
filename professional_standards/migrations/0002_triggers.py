from django.db import migrations

from professional_standards.triggers import TRIGGERS
from speakup.web.triggers import trigger_operation


class Migration(migrations.Migration):
    dependencies = [("professional_standards", "0001_initial")]

    operations = [trigger_operation(TRIGGERS)]
