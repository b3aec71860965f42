"""Moving a proceeding through the policy's stages, and closing the case."""

import datetime as dt
from uuid import UUID

from speakup.accounts.keyring import Keyring
from speakup.accounts.models import StaffMember


def move_proceeding(
    proceeding_id: UUID,
    to: str,
    seq: int,
    *,
    reason: str,
    decided_by: str = "",
    decided_day: dt.date | None = None,
    determination: str = "",
    outcome: str = "",
    keyring: Keyring,
    actor: StaffMember,
    now: dt.datetime,
) -> None:
    """Move a proceeding that stands at step `seq` to the stage `to`, with the reason and who decided.

    By the policy's owner of the stage that it leaves; where that is an office without an account here, the case's owner
    records who decided (`decided_by`), and when. Leaving the determination needs a `determination` of the route,
    entering the outcome an `outcome` of the route and forum. The reports' reporters are told. When no proceeding of
    the case is left, its reports go to closing feedback in the same act.
    Raises Stale(Proceeding), NotAllowed, FormProblem (by the names of the arguments).
    """
    raise NotImplementedError


def close_case(case_id: UUID, why: str, *, keyring: Keyring, actor: StaffMember, now: dt.datetime) -> None:
    """Close a case whose proceedings are concluded and whose reports have had their feedback.

    For those who lead the case. Raises NotAllowed, FormProblem.
    """
    raise NotImplementedError
