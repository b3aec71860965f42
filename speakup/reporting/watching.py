"""The clocks of a report: started and stopped by what happens to it, under its own keys (architecture.md, 'Nobody is
forgotten')."""

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID

from speakup.accounts.keyring import OpenedGrant
from speakup.clocks.models import Clock, KeyKind, OwnerKind
from speakup.clocks.reading import clocks_under, read_clocks
from speakup.clocks.rules import PROMISED, event, starting
from speakup.clocks.services import Watched, move_clocks_to_desk, next_due_at, signal_clocks
from speakup.clocks.watching import new_clock
from speakup.ledger.written import Written, written
from speakup.policy.document import Policy, Risk, Signal
from speakup.policy.services import policy_by_id
from speakup.reporting import choices
from speakup.reporting.listing import FINISHED_STATES
from speakup.reporting.models import Report
from speakup.reporting.report_content import open_answers
from speakup.vault.errors import VaultError

MESSAGE_RECEIVED = "message_received"


def watched_report(
    report: Report,
    keys: Mapping[str, bytes],
    epoch: int,
    policy: Policy,
    risk: Risk | None,
    *,
    assignee: UUID | None = None,
) -> Watched:
    """The report as the owner of clocks. `keys` are its R and T, 32 bytes each; R alone in a reporter's hands."""
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


def watch_message(report: Report, shared_key: bytes, epoch: int, *, now: dt.datetime) -> list[Written]:
    """Start what the policy starts for a message of the reporter (message_received) where no clock runs by itself, and
    renew when the report is next due; what was written.

    In the caller's transaction, with the report's row locked, in the reporter's own session, which has R alone: only
    what is promised to the reporter is started, and not beside one of the same limit that runs. Counted in days.
    """
    if report.state not in FINISHED_STATES:
        return []
    policy, keys = policy_by_id(report.policy_id), {KeyKind.SHARED.value: shared_key}
    running = read_clocks(clocks_under([report.id]).filter(state=Clock.State.OPEN), keys, epoch, policy)
    runs = PROMISED & {clock.limit.id for clock in running}
    watched = watched_report(report, keys, epoch, policy, None)
    limits = [each for each in starting(policy, [event(MESSAGE_RECEIVED)], None) if each.id in PROMISED - runs]
    started = [new_clock(watched, limit, now=now) for limit in limits]
    Clock.objects.bulk_create(started)
    renew_next_due(report)
    return [written(clock, "sealed") for clock in started]


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
