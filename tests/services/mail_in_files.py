"""The settings of a part whose mail goes into the folder that MAIL_FOLDER names, where tests can count it.

Production's own send it to a mail server under TLS and nowhere else.
"""

import os

from speakup.settings import *  # noqa: F403

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = os.environ["MAIL_FOLDER"]
