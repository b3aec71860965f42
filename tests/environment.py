"""Loaded before Django's settings: the suite keeps its data in a folder of its own."""

import atexit
import os
import shutil
import tempfile

_data = tempfile.mkdtemp(prefix="speakup-tests-")
atexit.register(shutil.rmtree, _data, ignore_errors=True)
os.environ["SPEAKUP_DATA"] = _data
os.environ["SPEAKUP_MODE"] = "demonstration"
os.environ["DJANGO_SETTINGS_MODULE"] = "speakup.settings"
