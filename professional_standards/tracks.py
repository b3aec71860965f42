"""The IOPC track of a subject: whether the matter must be referred, and whether it was."""

import datetime as dt
from uuid import UUID

from django.db import transaction

from professional_standards.case_clocks import track_moved
from professional_standards.case_content import LONGEST_WHY_OF_A_TRACK, key_of, next_track, open_track, seal_track
from professional_standards.holding import HeldCase, enter_on_case, lock_case, renew_case
from professional_standards.models import Subject, Track
from professional_standards.noting import hold_subject, read_subject, stands_open
from professional_standards.refusals import FormProblem, Problem, Stale
from professional_standards.track_states import next_track_states
from professional_standards.typed import not_later, required
from speakup.accounts.keyring import Keyring
from speakup.accounts.models import StaffMember
from speakup.ledger.actions import Action
from speakup.ledger.written import Written, written
from speakup.web.days import london_day


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
    (by the end of the day after that day), 'referred' stops it.

    Raises Stale(OpenedTrack), NotAllowed, FormProblem ('state', 'why', 'day').
    """
    held, subject = hold_subject(subject_id, keyring, actor, now)
    required("why", why, LONGEST_WHY_OF_A_TRACK)
    day = day or london_day(now)
    not_later("day", day, now)
    with transaction.atomic():
        held = lock_case(held)
        stands_open(held)
        track = open_track(Track.objects.select_for_update().get(subject=subject), key_of(held))
        stale = track.version != version
        if not stale:
            if state not in next_track_states(track.state):
                raise FormProblem("state", Problem.UNKNOWN)
            rows = write_track(held, subject, state, day, why)
            renew_case(held.case)
            enter_on_case(held, Action.WRITE, "set_track", rows, state=state, why=why)
    if stale:
        raise Stale(read_subject(subject, keyring, actor, "set_track", now).iopc)


def write_track(held: HeldCase, subject: Subject, state: str, day: dt.date, why: str) -> list[Written]:
    """Write the state and move the subject's clocks: a part of an act, with the case locked. Nothing where the track
    stands there already."""
    row = Track.objects.select_for_update().get(subject=subject)
    track = open_track(row, key_of(held))
    if track.state == state:
        return []
    seal_track(row, key_of(held), next_track(track, state, day, held.actor.pk, why))
    row.save(update_fields=["version", "sealed"])
    return [written(row, "sealed"), *track_moved(held, subject, track.state, state, why, day=day)]
