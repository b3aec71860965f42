"""The clocks of a report: started and stopped by what happens to it, under its own keys (architecture.md, 'Nobody is
forgotten')."""

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID

from speakup.accounts.keyring import OpenedGrant
from speakup.clocks.models import Clock, OwnerKind
from speakup.clocks.services import Watched, move_clocks_to_desk, next_due_at, signal_clocks
from speakup.ledger.written import Written
from speakup.policy.document import Policy, Risk, Signal
from speakup.policy.services import policy_by_id
from speakup.reporting import choices
from speakup.reporting.models import Report
from speakup.reporting.report_content import open_answers
from speakup.vault.errors import VaultError


def watched_report(
    report: Report,
    keys: Mapping[str, bytes],
    epoch: int,
    policy: Policy,
    risk: Risk,
    *,
    assignee: UUID | None = None,
) -> Watched:
    """The report as the owner of clocks. `keys` are its R and T, 32 bytes each."""
    return Watched(
        owner_kind=OwnerKind.REPORT,
        owner_id=report.id,
        key_id=report.id,
        epoch=epoch,
        keys=keys,
        desk=report.desk_id,
        assignee=assignee,
        policy=policy,
        risk=risk,
        urgent=report.urgent,
    )


def signal_report(
    report: Report,
    grant: OpenedGrant,
    signals: Sequence[Signal],
    *,
    actor_id: UUID,
    now: dt.datetime,
    reason: str = "",
    risk: Risk | None = None,
) -> list[Written]:
    """Stop and start the report's clocks for what happened, and renew when it is next due; what was written.

    In the caller's transaction, with the report's row locked. `risk` is the one that chooses a triage clock (None: the
    starting risk, by the report's answers); `reason` is sealed beside a clock that it ends. New clocks wait for
    whomever the running ones wait for.
    """
    policy = policy_by_id(report.policy_id)
    watched = watched_report(
        report,
        grant.keys,
        grant.epoch,
        policy,
        risk or _starting_risk(report, grant, policy),
        assignee=_assignee(report),
    )
    change = signal_clocks(watched, signals, actor_id=actor_id, now=now, reason=reason)
    renew_next_due(report)
    return change.written


def renew_next_due(report: Report) -> None:
    """Write when the report is next due, from its open clocks. In the caller's transaction, the row locked."""
    report.next_due_at = next_due_at([report.id])
    report.save(update_fields=["next_due_at"])


def move_clocks(report: Report) -> None:
    """Let the report's open clocks belong to the desk that has it now, and to nobody of it yet."""
    move_clocks_to_desk([report.id], report.desk_id)


def _starting_risk(report: Report, grant: OpenedGrant, policy: Policy) -> Risk:
    """What was changed by hand is looked at soon: it counts as high."""
    try:
        return choices.starting_risk(open_answers(report, grant.keys["R"], grant.epoch), policy)
    except VaultError:
        return Risk.HIGH


def _assignee(report: Report) -> UUID | None:
    waiting = Clock.objects.filter(owner_id=report.id, state=Clock.State.OPEN, assignee__isnull=False)
    return waiting.values_list("assignee_id", flat=True).first()
