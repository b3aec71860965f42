"""Parts of the acts on a report: its steps, its messages, what the statistics get. Each in the act's transaction."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from professional_standards.assessment import SavedTriage, open_triage, seal_triage
from professional_standards.holding import HeldReport
from professional_standards.models import Event, Triage
from professional_standards.refusals import NotAllowed, Why
from speakup.clocks.rules import event
from speakup.culture.facts import assessed_fact, closed_fact, record_fact
from speakup.culture.models import FactInbox
from speakup.ledger.written import Written, written
from speakup.reporting import moving
from speakup.reporting.replying import write_message
from speakup.reporting.watching import signal_report
from speakup.vault.content import Place, seal_document
from speakup.web.days import london_day

TRIAGE, AWAITING, ACKNOWLEDGED, SUBMITTED = "triage", "awaiting_reporter", "acknowledged", "submitted"
IN_CASE, SENT_OUT, CLOSING = "in_case", "transfer_out", "closing_feedback"
MONITORING, CLOSED, REOPENED = "monitoring", "closed", "reopened"
BEFORE_A_CASE = frozenset({SUBMITTED, ACKNOWLEDGED, TRIAGE, AWAITING})
# Of these no statistic is made: they were no reports, or were counted already (disclosure-control.md).
SET_ASIDE = frozenset({"not_a_report", "duplicate"})


@dataclass(frozen=True, repr=False)
class Facts:
    """Facts made before a transaction, one of each kind that may be recorded in it."""

    assessed: FactInbox | None
    closed: FactInbox | None


def make_facts(held: HeldReport, *, determination: str = "") -> Facts:
    """Cryptography, before the transaction: what is not recorded is thrown away."""
    day = london_day(held.now)
    return Facts(assessed_fact(day, set_aside=determination in SET_ASIDE), closed_fact(day))


def step(held: HeldReport, to: str, reason: Mapping[str, Any]) -> list[Written]:
    """The report's step, as reporting takes it. Raises NotAllowed where the policy has none from here."""
    try:
        return moving.step_report(held.report, held.grant, to, actor_id=held.actor.pk, reason=reason, now=held.now)
    except moving.NotAllowed:
        raise NotAllowed from None


def stands_in(held: HeldReport, *states: str) -> None:
    """Raises NotAllowed where the report is in none of these states."""
    if held.report.state not in states:
        raise NotAllowed


def tell(held: HeldReport, text: str, message_id: uuid.UUID | None) -> list[Written] | None:
    """The message to the reporter; None where it was written before, and so the act was done."""
    return write_message(held.report, held.grant, text, actor_id=held.actor.pk, now=held.now, message_id=message_id)


def happened(held: HeldReport, kind: str) -> list[Written]:
    """A dated event of the policy on the report: recorded under T, and signalled to its clocks."""
    row = Event(
        report=held.report, seq=Event.objects.filter(report=held.report).count() + 1, by=held.actor, at=held.now
    )
    place = Place(held.report.id, "T", held.grant.epoch, "Event.sealed", row.id)
    row.sealed = seal_document(held.grant.keys["T"], place, {"kind": kind, "day": london_day(held.now).isoformat()})
    row.save(force_insert=True)
    signals = [event(kind)]
    clocks = signal_report(held.report, held.grant, signals, actor_id=held.actor.pk, now=held.now)
    return [written(row, "sealed"), *clocks]


def assessed(held: HeldReport) -> SavedTriage:
    """The assessment that stands, its row locked. Raises NotAllowed where there is none: outcomes need one."""
    row = Triage.objects.select_for_update().filter(report=held.report).first()
    if row is None:
        raise NotAllowed(Why.NEEDS_ASSESSMENT)
    return open_triage(row, held.grant)


def count(held: HeldReport, facts: Facts, *, determination: str | None = None, closed: bool = False) -> list[Written]:
    """Record what the statistics have not had of this report, once each, and the determination where it ended triage.

    Nothing is recorded where there was no key for the quarter; it is not made up for later (vault.md, 'Facts').
    Raises NotAllowed where the report was never assessed.
    """
    saved = assessed(held)
    counted = replace(
        saved,
        version=saved.version + 1,
        determination=saved.determination if determination is None else determination,
        counted_assessed=True,
        counted_closed=saved.counted_closed or closed,
    )
    if not saved.counted_assessed:
        record_fact(facts.assessed)
    if closed and not saved.counted_closed:
        record_fact(facts.closed)
    if replace(counted, version=saved.version) == saved:
        return []
    row = Triage.objects.get(report=held.report)
    seal_triage(row, held.grant, counted)
    row.save(update_fields=["version", "sealed"])
    return [written(row, "sealed")]
