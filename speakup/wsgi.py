"""The web process: both sites in demonstration mode, one of them in production."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "speakup.settings")

application = get_wsgi_application()
