"""The requests for reporters' names that concern somebody: those that wait, and one with its reason."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from professional_standards.identity_request_rows import (
    RequestLine,
    State,
    hold_request,
    is_custodian,
    last_day,
    line_of,
    may_review_request,
    read_sealed,
    requests_with_reports,
    signed_lines,
    waits_for,
)
from professional_standards.refusals import NotGranted
from speakup.accounts.keyring import Keyring, OpenedGrant
from speakup.accounts.models import Grant, ObjectKind, StaffMember
from speakup.accounts.roles import role_at_work
from speakup.ledger.actions import Action
from speakup.ledger.services import append_entry
from speakup.policy.services import current_policy
from speakup.reporting.identities import rekey_identities
from speakup.reporting.models import IdentityRequest
from speakup.reporting.opening import refuse
from speakup.vault.content import seal_detail

MOST_LINES = 50


@dataclass(frozen=True, repr=False)
class Requests:
    """The requests that concern somebody: to decide as a custodian, to look at as who leads the desk, their own."""

    to_decide: Sequence[RequestLine]
    to_review: Sequence[RequestLine]
    mine: Sequence[RequestLine]


@dataclass(frozen=True, repr=False)
class OpenedRequest:
    """A request with its reason, what was decided and why, and how the emergency was looked at afterwards.

    `most` is the last day until which it can be released.
    """

    line: RequestLine
    why: str
    decided_by: str
    decided_why: str
    reviewed_by: str
    reviewed_why: str
    upheld: bool | None
    may_decide: bool
    may_review: bool
    most: dt.date


def list_requests(keyring: Keyring, *, actor: StaffMember, roles: Collection[str], now: dt.datetime) -> Requests:
    """What concerns `actor` and they really hold, at most 50 of each kind: of what waits the oldest, of what they asked
    the newest. Of a report that they no longer read it concerns a custodian alone; what waits without its asker's
    signature concerns nobody. One `read` entry, without an object.

    A custodian's session makes the next key of identities whose release is over, before anything else.
    """
    rekey_identities(keyring, actor=actor, now=now)
    with transaction.atomic(durable=True):
        append_entry(Action.READ, actor_id=actor.pk, role=role_at_work(actor), object_id=None, now=now)
    custodian = is_custodian(actor)
    lines = _lines(keyring, actor, custodian=custodian)
    return Requests(
        to_decide=[line for line in lines if custodian and waits_for(line.request, actor)],
        to_review=[line for line in lines if may_review_request(line, actor, roles)],
        mine=[line for line in lines if line.request.asked_by_id == actor.pk],
    )


def count_emergencies(keyring: Keyring, *, actor: StaffMember, roles: Collection[str]) -> int:
    """How many requests of an emergency wait to be looked at by `actor`, for their first page. No reason is opened.

    No query where nobody with these roles leads a desk.
    """
    led = (role for desk in current_policy().receiving_desks for role in (*desk.head_roles, *desk.supervisor_roles))
    if set(roles).isdisjoint(led):
        return 0
    lines = _lines(keyring, actor, custodian=is_custodian(actor))
    return sum(may_review_request(line, actor, roles) for line in lines)


def open_request(
    request_id: UUID, *, keyring: Keyring, actor: StaffMember, roles: Collection[str], now: dt.datetime
) -> OpenedRequest:
    """A request with its reason, once a `read` entry is committed. Raises NotGranted after a `refuse` entry."""
    opened = hold_request(request_id, keyring, actor, now)
    if not signed_lines([line_of(requests_with_reports().get(id=request_id), opened.headline)]):
        refuse(actor, now)
        raise NotGranted
    with transaction.atomic(durable=True):
        _enter(request_id, opened, Action.READ, "open_identity_request", actor=actor, now=now)
    request = requests_with_reports().get(id=request_id)
    line = line_of(request, opened.headline)
    key = opened.keys["Q"]
    decision, review = read_sealed(request, "decision", key), read_sealed(request, "review", key)
    names = _names([decision.get("by"), review.get("by")])
    return OpenedRequest(
        line=line,
        why=read_sealed(request, "reason", key)["why"],
        decided_by=names.get(decision.get("by", ""), ""),
        decided_why=decision.get("why", ""),
        reviewed_by=names.get(review.get("by", ""), ""),
        reviewed_why=review.get("why", ""),
        upheld=review.get("upheld"),
        may_decide=is_custodian(actor) and waits_for(request, actor),
        may_review=may_review_request(line, actor, roles),
        most=last_day(now, emergency=line.emergency),
    )


def _lines(keyring: Keyring, actor: StaffMember, *, custodian: bool) -> list[RequestLine]:
    """What concerns `actor` and they really hold; of reports that they still read, unless they are a custodian."""
    grants = Grant.objects.filter(object_kind=ObjectKind.IDENTITY_REQUEST, staff=actor)
    requests = _concerning(actor, requests_with_reports().filter(id__in=grants.values("object_id")))
    opened = keyring.open_rows(grants.filter(object_id__in=[request.id for request in requests]))
    lines = signed_lines(
        [line_of(request, opened[request.id].headline) for request in requests if request.id in opened]
    )
    if custodian:
        return lines
    reports = {line.request.identity.report_id for line in lines}
    read = keyring.open_rows(Grant.objects.filter(object_kind=ObjectKind.REPORT, object_id__in=reports, staff=actor))
    return [line for line in lines if line.request.identity.report_id in read]


def _concerning(actor: StaffMember, held: Any) -> list[IdentityRequest]:
    """What waits comes before what is decided, however much of it there is. Three queries."""
    waiting = held.filter(state=State.ASKED).order_by("asked_at", "id")[:MOST_LINES]
    not_looked_at = held.filter(review=None).exclude(state=State.ASKED).order_by("-asked_at", "id")[:MOST_LINES]
    own = held.filter(asked_by=actor).order_by("-asked_at", "id")[:MOST_LINES]
    return list({request.id: request for found in (waiting, not_looked_at, own) for request in found}.values())


def _names(ids: Collection[str | None]) -> dict[str, str]:
    wanted = [UUID(each) for each in ids if each]
    return {found.pk.hex: found.name for found in StaffMember.objects.filter(pk__in=wanted)}


def _enter(
    request_id: UUID, opened: OpenedGrant, action: Action, act: str, *, actor: StaffMember, now: dt.datetime
) -> None:
    append_entry(
        action,
        actor_id=actor.pk,
        role=role_at_work(actor),
        object_id=request_id,
        seal_detail=lambda entry_id: seal_detail(opened.keys["Q"], entry_id, request_id, opened.epoch, {"action": act}),
        now=now,
    )
