"""The web process: both sites in demonstration mode, one of them in production."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from speakup.production import refuse_talkative_database
from speakup.vault.memory import give_large_blocks_back, hide_memory
from speakup.web.faults import report_faults_without_text
from speakup.web.one_site import refuse_the_other_site

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "speakup.settings")

report_faults_without_text()
refuse_the_other_site(settings.SITE)
application = get_wsgi_application()
give_large_blocks_back()
hide_memory()
if not settings.DEMONSTRATION:
    refuse_talkative_database()
    # What is missing, or belongs to the other site, is found now and not by the first who asks for it.
    import_module(settings.ROOT_URLCONF)
