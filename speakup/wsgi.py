"""The web process: both sites in demonstration mode, one of them in production."""

import os

from django.core.wsgi import get_wsgi_application

from speakup.vault.memory import give_large_blocks_back

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "speakup.settings")

application = get_wsgi_application()
give_large_blocks_back()
