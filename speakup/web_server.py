"""gunicorn's configuration for every web process: `gunicorn --config python:speakup.web_server speakup.wsgi`.

No access log: it would hold addresses and times. What gunicorn itself complains of goes through our own format, which
leaves out its text. The worker's heartbeat file is empty; uploads never go to a file in clear (reporting/uploads.py).
"""

import os
from typing import Any

from django.conf import settings
from gunicorn.config import Config
from gunicorn.glogging import Logger

from speakup.vault.memory import hide_memory
from speakup.web.logs import AllowListFormatter


class OurFormat(Logger):  # type: ignore[misc] # gunicorn has no types
    """gunicorn's error log in our one format. (A logging configuration instead would switch the access log on.)"""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(AllowListFormatter())


def on_starting(server: Any) -> None:
    """What starts the workers holds the same environment as they do (speakup/wsgi.py), and they are made of it."""
    hide_memory()


# A demonstration is this machine's alone; a production process stands in a network with its proxy.
bind = [f"127.0.0.1:{settings.PORT}" if settings.DEMONSTRATION else settings.BIND]
workers = 2
threads = 16
worker_class = "gthread"
graceful_timeout = 3
timeout = 60
keepalive = 5
# Its worker's heartbeat, an empty file, in memory where there is such a place: a busy disk is no reason to end it.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
# Nobody may say through a header where a request came from.
forwarded_allow_ips = ""
# No socket for remote control in the user's home folder.
control_socket_disable = True
proc_name = f"speakup-{settings.SITE}"
loglevel = "warning"
accesslog = None
logger_class = OurFormat
