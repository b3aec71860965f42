"""Looking something up in the ledger: by report or case, person, kind of act and day (vault.md, 'Ledger').

Those who lead a desk see what was done with the reports and cases that really open for them, and nothing else; whoever
is kept out of one finds as much of it as of one that does not exist. The auditor sees every entry and opens none. The
number of an entry, from which one could tell how much was left out, is shown to neither.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from professional_standards.models import Case
from professional_standards.opened_case import reason_in
from professional_standards.refusals import NotGranted
from speakup.accounts.keyring import NO_OBJECT, Keyring, OpenedGrant
from speakup.accounts.models import Grant, StaffMember
from speakup.accounts.roles import desk_of, people_with_roles, role_at_work
from speakup.accounts.rosters import casework_desks
from speakup.ledger.actions import Action
from speakup.ledger.models import Entry
from speakup.ledger.services import append_entry
from speakup.policy.services import current_policy
from speakup.reporting.listing import FETCHED_AT_MOST, FETCHED_FIRST, PAGE
from speakup.reporting.models import Report
from speakup.reporting.opening import refuse
from speakup.vault.content import open_detail, seal_detail
from speakup.vault.errors import VaultError

REPORT, CASE = "report", "case"
_STAFF_KEY = {REPORT: "T", CASE: "C"}


@dataclass(frozen=True)
class Asked:
    """What is looked for; empty or None: anything. `after` is the entry that ended the page before."""

    reference: str = ""
    person: UUID | None = None
    action: str = ""
    day: dt.date | None = None
    after: UUID | None = None


@dataclass(frozen=True, repr=False)
class LedgerLine:
    """One entry. `reference` is of the report or case, empty where it is `about` another thing or none; `act` is the
    exact act where its detail was opened, `why` the reason given for it. Reporters' acts have neither moment nor
    actor."""

    day: dt.date
    at: dt.datetime | None
    actor_id: UUID | None
    role: str
    action: str
    reference: str
    about: bool
    act: str = ""
    why: str = ""


@dataclass(frozen=True, repr=False)
class LedgerPage:
    """At most 50 lines, newest first, and the entry after which the next page begins (None: there is none).

    `opened`: what was looked for is one report or case, so that exact acts were opened.
    """

    lines: Sequence[LedgerLine]
    after: UUID | None
    opened: bool = False
    names: Mapping[UUID, str] = field(default_factory=dict)


def search_ledger(keyring: Keyring, staff: StaffMember, asked: Asked, *, now: dt.datetime) -> LedgerPage:
    """What was done with what really opens for `staff`, in clear words.

    One `read` entry, without an object. Where a report or case is asked for by its reference its exact acts are opened
    as well, after a `read` entry about it; one that does not open, is not there or was never sent is a refusal on the
    ledger and an empty page, in the same number of steps.
    """
    if asked.reference:
        return _search_one(keyring, staff, asked, now=now)
    with transaction.atomic(durable=True):
        append_entry(Action.READ, actor_id=staff.pk, role=role_at_work(staff), object_id=None, now=now)
    mine = Grant.objects.filter(object_kind__in=_STAFF_KEY, staff=staff)
    entries = _filtered(Entry.objects.filter(object_id__in=mine.values("object_id")), asked)
    return _page(_that_open(keyring, staff, entries), asked)


def audit_ledger(staff: StaffMember, asked: Asked, *, now: dt.datetime) -> LedgerPage:
    """Every entry as it stands in clear, for the auditor, who opens nothing. One `read` entry, without an object."""
    with transaction.atomic(durable=True):
        append_entry(Action.READ, actor_id=staff.pk, role=role_at_work(staff), object_id=None, now=now)
    entries = Entry.objects.all()
    if asked.reference:
        entries = entries.filter(object_id__in=[object_id for _, object_id in _named(asked.reference)])
    return _page(_filtered(entries, asked)[: PAGE + 1], asked)


def people_to_look_for(staff: StaffMember) -> QuerySet[StaffMember]:
    """Whom somebody who leads a desk may ask about by name: those of their own desk and its investigators."""
    desk = desk_of(staff)
    code = desk.code if desk else ""
    roles = next((each.member_roles for each in current_policy().desks if each.id == code), ())
    investigators = {staff_id for staff_id, of_desk in casework_desks().items() if of_desk == code}
    return StaffMember.objects.filter(pk__in=people_with_roles(roles) | investigators).order_by("name", "pk")


def everybody() -> QuerySet[StaffMember]:
    """Everybody who ever had an account: whom the auditor may ask about by name."""
    return StaffMember.objects.order_by("name", "pk")


def _search_one(keyring: Keyring, staff: StaffMember, asked: Asked, *, now: dt.datetime) -> LedgerPage:
    kind, object_id = next(iter(_named(asked.reference)), (REPORT, NO_OBJECT))
    try:
        grant = keyring.open(kind, object_id)
    except NotGranted:
        refuse(staff, now)
        return LedgerPage((), None)
    key = grant.keys[_STAFF_KEY[kind]]
    with transaction.atomic(durable=True):
        append_entry(
            Action.READ,
            actor_id=staff.pk,
            role=role_at_work(staff),
            object_id=object_id,
            seal_detail=lambda entry_id: seal_detail(key, entry_id, object_id, grant.epoch, {"action": "read_ledger"}),
            now=now,
        )
    entries = _filtered(Entry.objects.filter(object_id=object_id), asked).select_related("detail")
    return _page(entries[: PAGE + 1], asked, grant=grant, key=key)


def _named(reference: str) -> list[tuple[str, UUID]]:
    """The report or case that is called so. Says nothing of who reads it; both are looked for, always."""
    wanted = reference.strip().upper()
    reports = Report.objects.filter(reference=wanted).values_list("id", flat=True)
    cases = Case.objects.filter(reference=wanted).values_list("id", flat=True)
    return [(REPORT, each) for each in reports] + [(CASE, each) for each in cases]


def _filtered(entries: QuerySet[Entry], asked: Asked) -> QuerySet[Entry]:
    if asked.person is not None:
        entries = entries.filter(actor_id=asked.person)
    if asked.action:
        entries = entries.filter(action=asked.action)
    if asked.day is not None:
        entries = entries.filter(day=asked.day)
    if asked.after is not None:
        before = Entry.objects.filter(pk=asked.after).values("seq")[:1]
        entries = entries.filter(seq__lt=before)
    return entries.order_by("-seq")


def _that_open(keyring: Keyring, staff: StaffMember, entries: QuerySet[Entry]) -> Iterator[Entry]:
    """The entries about what opens: three queries a batch, and more at a time while decoys fill it."""
    known: dict[UUID | None, bool] = {}
    size, seq = FETCHED_FIRST, None
    while True:
        batch = list((entries if seq is None else entries.filter(seq__lt=seq))[:size])
        new = {entry.object_id for entry in batch} - known.keys()
        wanted = [each for each in new if each] or [NO_OBJECT]
        opened = keyring.open_rows(Grant.objects.filter(object_id__in=wanted, staff=staff))
        known |= {object_id: object_id in opened for object_id in new}
        yield from (entry for entry in batch if known[entry.object_id])
        if len(batch) < size:
            return
        seq, size = batch[-1].seq, min(size * 4, FETCHED_AT_MOST)


def _page(
    entries: Iterator[Entry] | QuerySet[Entry], asked: Asked, *, grant: OpenedGrant | None = None, key: Any = None
) -> LedgerPage:
    shown: list[Entry] = []
    more = False
    for entry in entries:
        if len(shown) == PAGE:
            more = True
            break
        shown.append(entry)
    references = _references({entry.object_id for entry in shown if entry.object_id})
    details = [_detail(entry, grant, key) for entry in shown]
    lines = [
        LedgerLine(
            day=entry.day,
            at=entry.at,
            actor_id=entry.actor_id,
            role=entry.role,
            action=entry.action,
            reference=references.get(entry.object_id, "") if entry.object_id else "",
            about=entry.object_id is not None,
            act=str(detail.get("action", "")),
            why=reason_in(detail),
        )
        for entry, detail in zip(shown, details, strict=True)
    ]
    people = {entry.actor_id for entry in shown if entry.actor_id}
    names = dict(StaffMember.objects.filter(pk__in=people).values_list("pk", "name"))
    return LedgerPage(lines, shown[-1].id if more else None, opened=grant is not None, names=names)


def _references(object_ids: Collection[UUID]) -> dict[UUID, str]:
    reports = Report.objects.filter(id__in=object_ids).values_list("id", "reference")
    return dict(reports) | dict(Case.objects.filter(id__in=object_ids).values_list("id", "reference"))


def _detail(entry: Entry, grant: OpenedGrant | None, key: Any) -> dict[str, Any]:
    """What the entry's detail says; nothing where none was opened, was sealed or is there any more."""
    sealed = getattr(entry, "detail", None) if grant is not None else None
    if grant is None or sealed is None or entry.object_id is None:
        return {}
    try:
        return dict(open_detail(key, entry.id, entry.object_id, grant.epoch, bytes(sealed.sealed)))
    except (VaultError, TypeError, ValueError):
        return {}
