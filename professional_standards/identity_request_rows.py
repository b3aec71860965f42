"""A request for a reporter's name as the database holds it: its sealed parts, its asker's signature, whom it waits for
(vault.md, 'Identity'; docs/adr/0023).
"""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from professional_standards.refusals import NotGranted
from speakup.accounts.casework import casework_code
from speakup.accounts.keyring import Keyring, OpenedGrant
from speakup.accounts.models import ObjectKind, StaffMember
from speakup.accounts.rosters import RosterInvalid, verified_versions, verify_roster
from speakup.policy.services import current_policy
from speakup.reporting.models import FIRST_EPOCH, Identity, IdentityRequest
from speakup.reporting.opening import refuse
from speakup.reporting.routing import CUSTODIANS
from speakup.vault.content import Place, open_document
from speakup.vault.encoding import canonical
from speakup.vault.errors import BadSignature
from speakup.vault.signing import verify
from speakup.web.days import london_day

SIGNED = "identity-request"
# How long a name can be read at most, in days; in an emergency as long as it takes to find somebody.
MOST_DAYS, MOST_DAYS_IN_AN_EMERGENCY = 28, 3
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


def requests_with_reports() -> Any:
    """Requests with the report and whoever asked, in one query."""
    return IdentityRequest.objects.select_related("identity__report", "asked_by")


def line_of(request: IdentityRequest, headline: Mapping[str, Any]) -> RequestLine:
    """The request as a listing shows it. `headline` is what the row of whoever looks says of it."""
    report = request.identity.report
    return RequestLine(
        request=request,
        reference=report.reference,
        desk=report.desk_id,
        asker=request.asked_by.name,
        role=str(headline.get("role", "")),
        emergency=headline.get("emergency") is True,
    )


def lock_request(request_id: UUID) -> IdentityRequest:
    """The request and its identity, locked: the identity first, as everybody does."""
    identity_id = IdentityRequest.objects.values_list("identity_id", flat=True).get(id=request_id)
    Identity.objects.select_for_update().get(id=identity_id)
    request: IdentityRequest = requests_with_reports().select_for_update(of=("self",)).get(id=request_id)
    return request


def hold_request(request_id: UUID, keyring: Keyring, actor: StaffMember, now: dt.datetime) -> OpenedGrant:
    """The key and the headline of `actor`'s own row. Whoever is no custodian must read the report still.

    Raises NotGranted after a `refuse` entry.
    """
    try:
        opened = keyring.open(ObjectKind.IDENTITY_REQUEST, request_id)
        if not is_custodian(actor):
            keyring.open(ObjectKind.REPORT, requests_with_reports().get(id=request_id).identity.report_id)
    except NotGranted:
        refuse(actor, now)
        raise
    return opened


def is_custodian(actor: StaffMember) -> bool:
    """Whether the signed roster of the custodians names `actor`, at work; nobody where it is not valid."""
    try:
        roster = verify_roster(CUSTODIANS)
    except RosterInvalid:
        return False
    return actor.pk in roster.staff_ids - roster.inactive


def waits_for(request: IdentityRequest, custodian: StaffMember) -> bool:
    """Whether nobody has decided it and `custodian` may: whoever asked never does."""
    return request.state == State.ASKED and request.asked_by_id != custodian.pk


def may_review_request(line: RequestLine, actor: StaffMember, roles: Collection[str]) -> bool:
    """A head of the desk that has the report now; where a head asked, its supervisors too. Never who asked."""
    request = line.request
    if not line.emergency or request.review is not None or request.asked_by_id == actor.pk:
        return False
    desk = current_policy().desk(request.identity.report.desk_id)
    asked_by_a_head = line.role in desk.head_roles
    leading = {*desk.head_roles, *(desk.supervisor_roles if asked_by_a_head else ())}
    return not leading.isdisjoint(roles)


def last_day(now: dt.datetime, *, emergency: bool) -> dt.date:
    """The last day until which a name that is released now can be read."""
    return london_day(now) + dt.timedelta(days=MOST_DAYS_IN_AN_EMERGENCY if emergency else MOST_DAYS)


def read_sealed(request: IdentityRequest, name: str, key: bytes) -> Mapping[str, Any]:
    """The reason, the decision or the review, by `name`; empty where there is none yet. Raises VaultError."""
    sealed = getattr(request, name)
    if sealed is None:
        return {}
    document: Mapping[str, Any] = open_document(key, place_in_request(request, name), bytes(sealed))
    return document


def place_in_request(request: IdentityRequest, name: str) -> Place:
    """Where `name`, one of SEALED, is sealed. Each is written once: none has a version of its own."""
    return Place(request.id, "Q", FIRST_EPOCH, f"IdentityRequest.{name}", request.id)


def signed_lines(lines: Iterable[RequestLine]) -> list[RequestLine]:
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
    document = signed_document(line.request, line.role, emergency=line.emergency)
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


def signed_document(request: IdentityRequest, role: str, *, emergency: bool) -> bytes:
    """What whoever asks signs: the request, whose name, by whom, when, as what, and the reason as it is sealed."""
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
