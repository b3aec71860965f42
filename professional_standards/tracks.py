"""The IOPC track of a subject: whether the matter must be referred, and whether it was."""

import datetime as dt
from uuid import UUID

from speakup.accounts.keyring import Keyring
from speakup.accounts.models import StaffMember


def set_track(
    subject_id: UUID,
    state: str,
    version: int,
    why: str,
    *,
    day: dt.date | None = None,
    keyring: Keyring,
    actor: StaffMember,
    now: dt.datetime,
) -> None:
    """Write the state of the IOPC track, with the day (today if None) and why. 'due' starts the clock of the referral
    (by the end of the next day), 'referred' stops it.

    Raises Stale(OpenedTrack), NotAllowed, FormProblem ('state', 'why', 'day').
    """
    raise NotImplementedError
