"""Every quarter of an hour the worker signs how far the ledger has come (speakup/ledger/checkpoints.py)."""

import datetime as dt
import hashlib

from speakup.accounts.models import Roster
from speakup.ledger.checkpoints import sign_checkpoint as sign


def sign_checkpoint(now: dt.datetime) -> int:
    """Sign a checkpoint over the ledger and the newest rosters; how many it took. Whatever was missed is in this one.

    Raises what speakup.ledger.checkpoints.sign_checkpoint raises: a ledger that does not hold, or a database that was
    turned back, is signed no further, and the auditor's page and mail show that nothing was.
    """
    return sign(newest_rosters(), now=now)


def newest_rosters() -> dict[str, tuple[int, str]]:
    """Version and SHA-256 (hex) of the newest roster of every desk, by its code, as the database has them: a checkpoint
    says what stood there, not that it was valid."""
    newest: dict[str, tuple[int, str]] = {}
    for roster in Roster.objects.select_related("desk").order_by("version"):
        newest[roster.desk.code] = (roster.version, hashlib.sha256(bytes(roster.document)).hexdigest())
    return newest
