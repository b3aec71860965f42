"""Looking afterwards at what was asked in an emergency: the head of the desk does, within 24 hours (docs/adr/0023)."""

import datetime as dt
from uuid import UUID

from django.db import transaction

from professional_standards.holding import enter_on_report, hold_report, lock_report, renew_case_of
from professional_standards.identity_request_rows import (
    SEALED,
    State,
    hold_request,
    line_of,
    lock_request,
    may_review_request,
    place_in_request,
    requests_with_reports,
)
from professional_standards.refusals import NotAllowed, Why
from professional_standards.typed import LONGEST_REASON, required
from speakup.accounts.keyring import Keyring
from speakup.accounts.models import Grant, ObjectKind, StaffMember
from speakup.accounts.roles import live_roles
from speakup.clocks import rules
from speakup.ledger.actions import Action
from speakup.ledger.written import Written, written
from speakup.reporting.identities import end_release
from speakup.reporting.models import IdentityRequest
from speakup.reporting.moving import tell_of_name
from speakup.reporting.progress import Line
from speakup.reporting.watching import signal_report
from speakup.vault.content import seal_document

REVIEWED = "identity_reviewed"


def review_identity(
    request_id: UUID, upheld: bool, why: str, *, keyring: Keyring, actor: StaffMember, now: dt.datetime
) -> None:
    """Say, as who leads the desk, whether asking in an emergency was right. Where it was not, a release ends at once.

    The clock of the review stops, and the reporter is told. Raises NotGranted; FormProblem; NotAllowed for whoever
    asked, does not lead the desk, or where it was looked at before.
    """
    opened = hold_request(request_id, keyring, actor, now)
    required("why", why, LONGEST_REASON)
    found = requests_with_reports().get(id=request_id)
    held = hold_report(found.identity.report_id, keyring, actor, now)
    if not may_review_request(line_of(found, opened.headline), actor, live_roles(actor)):
        raise NotAllowed(Why.SOMEBODY_ELSE)
    with transaction.atomic():
        held = lock_report(held)
        request = lock_request(request_id)
        if request.review is not None:
            raise NotAllowed(Why.STATE)
        request.version += 1
        review = {"why": why, "by": actor.pk.hex, "at": now.isoformat(), "upheld": upheld}
        request.review = seal_document(opened.keys["Q"], place_in_request(request, "review"), review)
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


def _others_wait(request: IdentityRequest, keyring: Keyring) -> bool:
    """Whether another emergency of the same report was not looked at yet: its clock runs on."""
    others = IdentityRequest.objects.filter(identity=request.identity_id, review=None).exclude(id=request.id)
    grants = Grant.objects.filter(
        object_kind=ObjectKind.IDENTITY_REQUEST, object_id__in=others.values("id"), staff=keyring.staff_id
    )
    return any(opened.headline.get("emergency") is True for opened in keyring.open_rows(grants).values())
