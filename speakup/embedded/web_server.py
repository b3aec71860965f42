"""gunicorn's configuration for the embedded web process: `gunicorn --config python:speakup.embedded.web_server`.

No access log: it would hold addresses and times. What gunicorn itself complains of goes through our own format, which
leaves out its text. The worker's heartbeat file is empty; uploads never go to a file in clear (reporting/uploads.py).
"""

from django.conf import settings
from gunicorn.config import Config
from gunicorn.glogging import Logger

from speakup.web.logs import AllowListFormatter


class OurFormat(Logger):  # type: ignore[misc] # gunicorn has no types
    """gunicorn's error log in our one format. (A logging configuration instead would switch the access log on.)"""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(AllowListFormatter())


bind = [f"127.0.0.1:{settings.PORT}"]
workers = 2
threads = 16
worker_class = "gthread"
graceful_timeout = 3
timeout = 60
keepalive = 5
# Nobody may say through a header where a request came from.
forwarded_allow_ips = ""
# No socket for remote control in the user's home folder.
control_socket_disable = True
proc_name = "speakup-web"
loglevel = "warning"
accesslog = None
logger_class = OurFormat
