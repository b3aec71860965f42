"""Loaded before Django's settings: the suite keeps its data in a folder of its own.

With DATABASE_URL in the environment it runs on that PostgreSQL server, in databases that it makes there itself.
"""

import atexit
import os
import shutil
import tempfile

_data = tempfile.mkdtemp(prefix="speakup-tests-")
atexit.register(shutil.rmtree, _data, ignore_errors=True)
os.environ["SPEAKUP_DATA"] = _data
os.environ["SPEAKUP_MODE"] = "demonstration"
os.environ["DJANGO_SETTINGS_MODULE"] = "speakup.settings"
