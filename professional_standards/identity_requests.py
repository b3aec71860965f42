"""Asking who a reporter is, and deciding it: two people, by their keys (vault.md, 'Identity'; docs/adr/0023).

Somebody who really reads a report asks, with a reason; a custodian, who reads no report, decides in their own session,
which seals the identity's key to the asker until a day. The reason stands under a key Q of the request's own. In an
emergency a supervisor of the desk asks, the custodian on call is woken, and the head of the desk looks at it within 24
hours.
"""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from professional_standards.holding import (
    HeldReport,
    enter_on_report,
    hold_report,
    lock_report,
    renew_case_of,
)
from professional_standards.named import case_rosters, kept_out_by_report
from professional_standards.new_readers import kept_from_identity
from professional_standards.refusals import FormProblem, NotAllowed, NotGranted, Problem, Why
from professional_standards.typed import LONGEST_REASON, required
from speakup.accounts.casework import casework_code
from speakup.accounts.grants import epoch_row, holders, seal_to_people
from speakup.accounts.keyring import Keyring, OpenedGrant
from speakup.accounts.models import Grant, ObjectKind, StaffMember
from speakup.accounts.roles import live_roles, role_at_work
from speakup.accounts.rosters import RosterInvalid, hold_rosters, verified_versions, verify_roster
from speakup.clocks import rules
from speakup.ledger.actions import Action
from speakup.ledger.services import append_entry
from speakup.ledger.written import Written, written
from speakup.policy.document import ReceivingDesk
from speakup.policy.services import current_policy
from speakup.reporting.identities import (
    end_release,
    enter_on_identity,
    public_keys_at,
    rekey_identities,
    release_rows,
)
from speakup.reporting.identity_told import asked_detail, seal_told
from speakup.reporting.models import FIRST_EPOCH, Identity, IdentityRequest
from speakup.reporting.moving import tell_of_name
from speakup.reporting.opening import refuse
from speakup.reporting.progress import Line
from speakup.reporting.report_content import open_answers
from speakup.reporting.routing import CUSTODIANS
from speakup.reporting.watching import signal_report
from speakup.vault.content import Place, new_key, open_document, seal_detail, seal_document
from speakup.vault.encoding import canonical
from speakup.vault.errors import BadSignature
from speakup.vault.signing import verify
from speakup.web.days import london_day

CONFIDENTIAL = "confidential"
SIGNED = "identity-request"
EMERGENCY, REVIEWED = "identity_emergency", "identity_reviewed"
# How long a name can be read at most, in days; in an emergency as long as it takes to find somebody.
MOST_DAYS, MOST_DAYS_IN_AN_EMERGENCY = 28, 3
MOST_LINES = 50
State = IdentityRequest.State
# What of a request is sealed, in the order in which the ledger hashes it.
SEALED = ("reason", "decision", "review", "told", "signature")


@dataclass(frozen=True, repr=False)
class RequestLine:
    """A request as a listing shows it: by the headline of one's own row, without its reason."""

    request: IdentityRequest
    reference: str
    desk: str
    asker: str
    role: str
    emergency: bool


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


def ask_identity(
    report_id: UUID, why: str, *, emergency: bool = False, keyring: Keyring, actor: StaffMember, now: dt.datetime
) -> IdentityRequest:
    """Ask the custodians who the reporter is. The reporter is told that it was asked, in which role.

    In an emergency the clock of its review starts. Raises NotGranted; FormProblem; NotAllowed (nobody gave a name in
    confidence; asked already; in an emergency only a supervisor of the desk asks); RosterInvalid.
    """
    held = hold_report(report_id, keyring, actor, now)
    required("why", why, LONGEST_REASON)
    desk = held.policy.desk(held.report.desk_id)
    if emergency and not may_ask_in_an_emergency(desk, live_roles(actor)):
        raise NotAllowed(Why.NOT_IN_AN_EMERGENCY)
    with transaction.atomic():
        held = lock_report(held)
        if known_as(held) != CONFIDENTIAL:
            raise NotAllowed(Why.NO_NAME)
        identity = Identity.objects.select_for_update().get(report=held.report)
        if identity.requests.filter(asked_by=actor, state__in=[State.ASKED, State.RELEASED]).exists():
            raise NotAllowed(Why.ASKED_ALREADY)
        request = IdentityRequest(identity=identity, asked_by=actor, asked_at=now)
        key, tell, role = new_key(), new_key(), role_at_work(actor)
        reason = {"why": why, "emergency": emergency, "role": role, "tell": tell.hex()}
        request.reason = seal_document(key, _place(request, "reason"), reason)
        request.signature = keyring.sign(SIGNED, _signed_document(request, role, emergency=emergency))
        grants = _grants(held, request, key, role, emergency=emergency)
        request.save(force_insert=True)
        Grant.objects.bulk_create(grants)
        epoch = epoch_row(ObjectKind.IDENTITY_REQUEST, request.id, FIRST_EPOCH, {"Q": key})
        epoch.save(force_insert=True)
        rows = [written(request, *SEALED), *(written(row, "sealed") for row in grants)]
        rows.append(written(epoch, "commitment", "staff_commitment"))
        detail = asked_detail(request.id, tell, role, emergency=emergency)
        rows.append(tell_of_name(held.report, held.grant, Line.NAME_ASKED, detail, now=now))
        if emergency:
            rows += signal_report(held.report, held.grant, [rules.event(EMERGENCY)], actor_id=actor.pk, now=now)
            renew_case_of(held)
        enter_on_report(held, Action.WRITE, "ask_identity", rows, request=request.id.hex, why=why)
    return request


def known_as(held: HeldReport) -> str:
    """How the reporter wants to be known, as it stands in the report now."""
    return open_answers(held.report, held.grant.keys["R"], held.grant.epoch).known_as.mode


def may_ask_in_an_emergency(desk: ReceivingDesk, roles: Collection[str]) -> bool:
    """Whether somebody with these roles supervises this desk."""
    return not set(roles).isdisjoint(desk.supervisor_roles)


def list_requests(keyring: Keyring, *, actor: StaffMember, roles: Collection[str], now: dt.datetime) -> Requests:
    """What concerns `actor` and they really hold, at most 50 of each kind: of what waits the oldest, of what they asked
    the newest. Of a report that they no longer read it concerns a custodian alone; what waits without its asker's
    signature concerns nobody. One `read` entry, without an object.

    A custodian's session makes the next key of identities whose release is over, before anything else.
    """
    rekey_identities(keyring, actor=actor, now=now)
    with transaction.atomic(durable=True):
        append_entry(Action.READ, actor_id=actor.pk, role=role_at_work(actor), object_id=None, now=now)
    custodian = _is_custodian(actor)
    lines = _lines(keyring, actor, custodian=custodian)
    return Requests(
        to_decide=[line for line in lines if custodian and _waits_for(line.request, actor)],
        to_review=[line for line in lines if _may_review(line, actor, roles)],
        mine=[line for line in lines if line.request.asked_by_id == actor.pk],
    )


def count_emergencies(keyring: Keyring, *, actor: StaffMember, roles: Collection[str]) -> int:
    """How many requests of an emergency wait to be looked at by `actor`, for their first page. No reason is opened.

    No query where nobody with these roles leads a desk.
    """
    led = (role for desk in current_policy().receiving_desks for role in (*desk.head_roles, *desk.supervisor_roles))
    if set(roles).isdisjoint(led):
        return 0
    lines = _lines(keyring, actor, custodian=_is_custodian(actor))
    return sum(_may_review(line, actor, roles) for line in lines)


def open_request(
    request_id: UUID, *, keyring: Keyring, actor: StaffMember, roles: Collection[str], now: dt.datetime
) -> OpenedRequest:
    """A request with its reason, once a `read` entry is committed. Raises NotGranted after a `refuse` entry."""
    opened = _hold(request_id, keyring, actor, now)
    if not _signed([_line(_requests().get(id=request_id), opened.headline)]):
        refuse(actor, now)
        raise NotGranted
    with transaction.atomic(durable=True):
        _enter(request_id, opened, Action.READ, "open_identity_request", actor=actor, now=now)
    request = _requests().get(id=request_id)
    line = _line(request, opened.headline)
    key = opened.keys["Q"]
    decision, review = _read(request, "decision", key), _read(request, "review", key)
    names = _names([decision.get("by"), review.get("by")])
    return OpenedRequest(
        line=line,
        why=_read(request, "reason", key)["why"],
        decided_by=names.get(decision.get("by", ""), ""),
        decided_why=decision.get("why", ""),
        reviewed_by=names.get(review.get("by", ""), ""),
        reviewed_why=review.get("why", ""),
        upheld=review.get("upheld"),
        may_decide=_is_custodian(actor) and _waits_for(request, actor),
        may_review=_may_review(line, actor, roles),
        most=_most(now, emergency=line.emergency),
    )


def decide_identity(
    request_id: UUID,
    release: bool,
    until: dt.date | None,
    why: str,
    *,
    keyring: Keyring,
    actor: StaffMember,
    now: dt.datetime,
) -> None:
    """Release the identity to whoever asked until the end of a day, or refuse it. The reporter is told which.

    Raises NotGranted, for a request that its asker did not sign too; FormProblem for no reason and for a day that is
    past or too far; NotAllowed where it was decided meanwhile, or for whoever asked, reads the report, or is under the
    asker in the line of supervisors; RosterInvalid.
    """
    opened = _hold(request_id, keyring, actor, now)
    identity_grant = _hold_identity(request_id, keyring, actor, now)
    required("why", why, LONGEST_REASON)
    if not _is_custodian(actor):
        raise NotAllowed(Why.SOMEBODY_ELSE)
    with transaction.atomic():
        hold_rosters()
        request = _lock(request_id)
        identity = request.identity
        if request.state != State.ASKED or identity.epoch != identity_grant.epoch:
            raise NotAllowed(Why.STATE)
        _refuse_whoever_has_a_part(request, keyring, actor)
        if not _signed([_line(request, opened.headline)]):
            raise NotGranted
        reason = _read(request, "reason", opened.keys["Q"])
        grants = []
        if release:
            request.until_day = _checked(until, now, emergency=reason["emergency"])
            grants = _released(request, identity_grant)
        request.state = State.RELEASED if release else State.REFUSED
        request.decided_by, request.version = actor, request.version + 1
        decision = {"why": why, "by": actor.pk.hex, "at": now.isoformat(), "released": release}
        request.decision = seal_document(opened.keys["Q"], _place(request, "decision"), decision)
        request.told = seal_told(
            request, bytes.fromhex(reason["tell"]), released=release, day=london_day(now), until=request.until_day
        )
        request.save(update_fields=["state", "decided_by", "until_day", "version", "decision", "told"])
        Grant.objects.bulk_create(grants)
        rows = [written(request, *SEALED), *(written(row, "sealed") for row in grants)]
        enter_on_identity(
            identity,
            identity_grant.keys["I"],
            Action.GRANT if release else Action.WRITE,
            "decide_identity",
            rows,
            actor=actor,
            now=now,
            request=request.id.hex,
            to=request.asked_by_id.hex,
            released=release,
            until=request.until_day.isoformat() if request.until_day else "",
            why=why,
        )


def review_identity(
    request_id: UUID, upheld: bool, why: str, *, keyring: Keyring, actor: StaffMember, now: dt.datetime
) -> None:
    """Say, as who leads the desk, whether asking in an emergency was right. Where it was not, a release ends at once.

    The clock of the review stops, and the reporter is told. Raises NotGranted; FormProblem; NotAllowed for whoever
    asked, does not lead the desk, or where it was looked at before.
    """
    opened = _hold(request_id, keyring, actor, now)
    required("why", why, LONGEST_REASON)
    found = _requests().get(id=request_id)
    held = hold_report(found.identity.report_id, keyring, actor, now)
    if not _may_review(_line(found, opened.headline), actor, live_roles(actor)):
        raise NotAllowed(Why.SOMEBODY_ELSE)
    with transaction.atomic():
        held = lock_report(held)
        request = _lock(request_id)
        if request.review is not None:
            raise NotAllowed(Why.STATE)
        request.version += 1
        review = {"why": why, "by": actor.pk.hex, "at": now.isoformat(), "upheld": upheld}
        request.review = seal_document(opened.keys["Q"], _place(request, "review"), review)
        request.save(update_fields=["version", "review"])
        ended = not upheld and request.state == State.RELEASED
        if ended:
            end_release(request, now=now)
        rows: list[Written] = [written(request, *SEALED)]
        detail = {"request": request.id.hex, "upheld": "1" if upheld else ""}
        rows.append(tell_of_name(held.report, held.grant, Line.NAME_REVIEWED, detail, now=now))
        if not _others_wait(request, keyring):
            rows += signal_report(
                held.report, held.grant, [rules.event(REVIEWED)], actor_id=actor.pk, now=now, reason=why
            )
            renew_case_of(held)
        enter_on_report(
            held,
            Action.REVOKE if ended else Action.WRITE,
            "review_identity",
            rows,
            request=request.id.hex,
            upheld=upheld,
            why=why,
        )


def _grants(held: HeldReport, request: IdentityRequest, key: bytes, role: str, *, emergency: bool) -> list[Grant]:
    """The request's key for the asker and every custodian, decoys for those whom the report keeps out; in an emergency
    for those who lead the desk, too, who look at it afterwards."""
    custodians, rosters = verify_roster(CUSTODIANS), case_rosters(held.report.desk_id)
    kept_out = {*kept_from_identity(held.report, held.grant, custodians), *custodians.inactive}
    targets = dict(custodians.public_keys)
    if emergency:
        kept_out |= set(kept_out_by_report(held, rosters)) | rosters.inactive
        desk = held.policy.desk(held.report.desk_id)
        leading = {*desk.head_roles, *desk.supervisor_roles}
        targets |= {
            member.staff_id: rosters.desk.public_keys[member.staff_id]
            for member in rosters.desk.members
            if member.role in leading
        }
    if held.actor.pk not in targets:
        targets[held.actor.pk] = _key_of_asker(held)
    return seal_to_people(
        ObjectKind.IDENTITY_REQUEST,
        request.id,
        FIRST_EPOCH,
        {"Q": key},
        targets=targets,
        real=(set(targets) - kept_out) | {held.actor.pk},
        headline={"emergency": emergency, "role": role},
        identifiers=(),
        with_recovery=True,
    )


def _key_of_asker(held: HeldReport) -> bytes:
    try:
        return public_keys_at(held.report.desk_id)[held.actor.pk]
    except KeyError:
        raise RosterInvalid from None


def _released(request: IdentityRequest, grant: OpenedGrant) -> list[Grant]:
    """The row for whoever asked, who still has one on the report. What is left of an earlier release goes."""
    keys = public_keys_at(request.identity.report.desk_id)
    asker = request.asked_by_id
    if asker not in keys or asker not in holders(ObjectKind.REPORT, request.identity.report_id):
        raise NotAllowed(Why.STATE)
    if Grant.objects.filter(
        object_kind=ObjectKind.IDENTITY, object_id=request.identity_id, epoch=grant.epoch, staff=asker
    ).exists():
        raise NotAllowed(Why.STATE)
    return release_rows(request.identity, grant.keys["I"], asker, keys[asker], request.until_day)


def _refuse_whoever_has_a_part(request: IdentityRequest, keyring: Keyring, actor: StaffMember) -> None:
    """Never who asked, who reads the report, or who is under the asker (`second_person` and `never_with_on_object`)."""
    if request.asked_by_id == actor.pk or _is_under(actor, request.asked_by_id):
        raise NotAllowed(Why.SOMEBODY_ELSE)
    try:
        keyring.open(ObjectKind.REPORT, request.identity.report_id)
    except NotGranted:
        return
    raise NotAllowed(Why.SOMEBODY_ELSE)


def _is_under(staff: StaffMember, above_id: UUID) -> bool:
    seen: set[UUID] = set()
    current: UUID | None = staff.supervisor_id
    while current is not None and current not in seen:
        if current == above_id:
            return True
        seen.add(current)
        current = StaffMember.objects.filter(pk=current).values_list("supervisor_id", flat=True).first()
    return False


def _checked(until: dt.date | None, now: dt.datetime, *, emergency: bool) -> dt.date:
    if until is None:
        raise FormProblem("until", Problem.REQUIRED)
    if until < london_day(now):
        raise FormProblem("until", Problem.IN_THE_PAST)
    if until > _most(now, emergency=emergency):
        raise FormProblem("until", Problem.TOO_LONG_A_RELEASE)
    return until


def _most(now: dt.datetime, *, emergency: bool) -> dt.date:
    return london_day(now) + dt.timedelta(days=MOST_DAYS_IN_AN_EMERGENCY if emergency else MOST_DAYS)


def _lines(keyring: Keyring, actor: StaffMember, *, custodian: bool) -> list[RequestLine]:
    """What concerns `actor` and they really hold; of reports that they still read, unless they are a custodian."""
    grants = Grant.objects.filter(object_kind=ObjectKind.IDENTITY_REQUEST, staff=actor)
    requests = _concerning(actor, _requests().filter(id__in=grants.values("object_id")))
    opened = keyring.open_rows(grants.filter(object_id__in=[request.id for request in requests]))
    lines = _signed([_line(request, opened[request.id].headline) for request in requests if request.id in opened])
    if custodian:
        return lines
    reports = {line.request.identity.report_id for line in lines}
    read = keyring.open_rows(Grant.objects.filter(object_kind=ObjectKind.REPORT, object_id__in=reports, staff=actor))
    return [line for line in lines if line.request.identity.report_id in read]


def _waits_for(request: IdentityRequest, custodian: StaffMember) -> bool:
    return request.state == State.ASKED and request.asked_by_id != custodian.pk


def _may_review(line: RequestLine, actor: StaffMember, roles: Collection[str]) -> bool:
    """A head of the desk that has the report now; where a head asked, its supervisors too. Never who asked."""
    request = line.request
    if not line.emergency or request.review is not None or request.asked_by_id == actor.pk:
        return False
    desk = current_policy().desk(request.identity.report.desk_id)
    asked_by_a_head = line.role in desk.head_roles
    leading = {*desk.head_roles, *(desk.supervisor_roles if asked_by_a_head else ())}
    return not leading.isdisjoint(roles)


def _others_wait(request: IdentityRequest, keyring: Keyring) -> bool:
    """Whether another emergency of the same report was not looked at yet: its clock runs on."""
    others = IdentityRequest.objects.filter(identity=request.identity_id, review=None).exclude(id=request.id)
    grants = Grant.objects.filter(
        object_kind=ObjectKind.IDENTITY_REQUEST, object_id__in=others.values("id"), staff=keyring.staff_id
    )
    return any(opened.headline.get("emergency") is True for opened in keyring.open_rows(grants).values())


def _is_custodian(actor: StaffMember) -> bool:
    try:
        roster = verify_roster(CUSTODIANS)
    except RosterInvalid:
        return False
    return actor.pk in roster.staff_ids - roster.inactive


def _hold(request_id: UUID, keyring: Keyring, actor: StaffMember, now: dt.datetime) -> OpenedGrant:
    """Whoever is no custodian must read the report still."""
    try:
        opened = keyring.open(ObjectKind.IDENTITY_REQUEST, request_id)
        if not _is_custodian(actor):
            keyring.open(ObjectKind.REPORT, _requests().get(id=request_id).identity.report_id)
    except NotGranted:
        refuse(actor, now)
        raise
    return opened


def _hold_identity(request_id: UUID, keyring: Keyring, actor: StaffMember, now: dt.datetime) -> OpenedGrant:
    identity_id = IdentityRequest.objects.values_list("identity_id", flat=True).get(id=request_id)
    try:
        return keyring.open(ObjectKind.IDENTITY, identity_id)
    except NotGranted:
        refuse(actor, now)
        raise


def _concerning(actor: StaffMember, held: Any) -> list[IdentityRequest]:
    """What waits comes before what is decided, however much of it there is. Three queries."""
    waiting = held.filter(state=State.ASKED).order_by("asked_at", "id")[:MOST_LINES]
    not_looked_at = held.filter(review=None).exclude(state=State.ASKED).order_by("-asked_at", "id")[:MOST_LINES]
    own = held.filter(asked_by=actor).order_by("-asked_at", "id")[:MOST_LINES]
    return list({request.id: request for found in (waiting, not_looked_at, own) for request in found}.values())


def _signed(lines: Iterable[RequestLine]) -> list[RequestLine]:
    """Those of them that are decided, and those that wait and whose asker, on a roster of the desk today, signed what
    is asked. A row of the database asks for nothing."""
    keys: dict[str, Mapping[UUID, set[bytes]]] = {}
    found = []
    for line in lines:
        if line.request.state == State.ASKED:
            if line.desk not in keys:
                keys[line.desk] = _signing_keys(line.desk)
            if not _is_signed(line, keys[line.desk].get(line.request.asked_by_id, ())):
                continue
        found.append(line)
    return found


def _is_signed(line: RequestLine, keys: Iterable[bytes]) -> bool:
    document = _signed_document(line.request, line.role, emergency=line.emergency)
    for key in keys:
        try:
            verify(key, SIGNED, document, bytes(line.request.signature or b""))
        except BadSignature:
            continue
        return True
    return False


def _signing_keys(desk_code: str) -> Mapping[UUID, set[bytes]]:
    """Of everybody on a roster of the desk today each key that one of its versions names; of nobody where none is
    valid. A key that was replaced counts: what is released goes to the one of today."""
    keys: dict[UUID, set[bytes]] = defaultdict(set)
    for code in (casework_code(desk_code), desk_code):
        try:
            versions = verified_versions(code)
        except RosterInvalid:
            continue
        today = {member.staff_id for member in versions[max(versions)]}
        for members in versions.values():
            for member in members:
                if member.staff_id in today:
                    keys[member.staff_id].add(member.ed25519)
    return keys


def _signed_document(request: IdentityRequest, role: str, *, emergency: bool) -> bytes:
    return canonical(
        {
            "request": request.id.hex,
            "identity": request.identity_id.hex,
            "asker": request.asked_by_id.hex,
            "asked_at": request.asked_at.astimezone(dt.UTC).isoformat(),
            "role": role,
            "emergency": emergency,
            "reason": hashlib.sha256(bytes(request.reason)).hexdigest(),
        }
    )


def _requests() -> Any:
    return IdentityRequest.objects.select_related("identity__report", "asked_by")


def _lock(request_id: UUID) -> IdentityRequest:
    """The request and its identity, locked: the identity first, as everybody does."""
    identity_id = IdentityRequest.objects.values_list("identity_id", flat=True).get(id=request_id)
    Identity.objects.select_for_update().get(id=identity_id)
    request: IdentityRequest = _requests().select_for_update(of=("self",)).get(id=request_id)
    return request


def _line(request: IdentityRequest, headline: Mapping[str, Any]) -> RequestLine:
    report = request.identity.report
    return RequestLine(
        request=request,
        reference=report.reference,
        desk=report.desk_id,
        asker=request.asked_by.name,
        role=str(headline.get("role", "")),
        emergency=headline.get("emergency") is True,
    )


def _read(request: IdentityRequest, name: str, key: bytes) -> Mapping[str, Any]:
    sealed = getattr(request, name)
    if sealed is None:
        return {}
    document: Mapping[str, Any] = open_document(key, _place(request, name), bytes(sealed))
    return document


def _names(ids: Collection[str | None]) -> dict[str, str]:
    wanted = [UUID(each) for each in ids if each]
    return {found.pk.hex: found.name for found in StaffMember.objects.filter(pk__in=wanted)}


def _place(request: IdentityRequest, name: str) -> Place:
    """Each is written once: none has a version of its own."""
    return Place(request.id, "Q", FIRST_EPOCH, f"IdentityRequest.{name}", request.id)


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
