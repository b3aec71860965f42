"""`python -m speakup.health`: whether this part of production lives, for whoever runs its container. Exit 0 or 1.

A site answers /healthz. A worker leaves a mark at each beat of its heart, which needs its broker; beat keeps its
schedule. Each is asked for a mark that is not too old. (Whether all of SpeakUp keeps its promises is /readyz's to say.)
"""

import http.client
import sys
import time

from speakup.environment import DATA_DIR, SITE, WEB_SITES, text

# A worker's heart beats every two seconds; beat writes its schedule down every three minutes.
LONGEST_SECONDS = {"worker": 120, "metrics": 120, "beat": 600}
MARK = DATA_DIR / f"{SITE}-alive"
BEAT_SCHEDULE = DATA_DIR / "beat-schedule"


def leave_mark(**_: object) -> None:
    """Say that this worker lives: a receiver of Celery's signal, sent with each beat of its heart."""
    MARK.touch(mode=0o600)


def is_alive(now: float) -> bool:
    """Whether the part that SPEAKUP_SITE names lives, at `now` (seconds since 1970)."""
    if SITE in WEB_SITES:
        return _answers()
    marks = [MARK] if SITE != "beat" else list(BEAT_SCHEDULE.parent.glob(f"{BEAT_SCHEDULE.name}*"))
    return any(now - mark.stat().st_mtime < LONGEST_SECONDS[SITE] for mark in marks if mark.exists())


def _answers() -> bool:
    port = int(text("SPEAKUP_BIND", f":{text('SPEAKUP_PORT', '8000')}").rpartition(":")[2])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if is_alive(time.time()) else 1)
