"""Casework done through its pages: what tests of the pages begin with."""

from typing import Any
from uuid import UUID

from django.test import Client

from professional_standards.models import Case, Proceeding, Subject
from tests.professional_standards.filling import fill, form_of, send
from tests.reporting.builders import Sent, people, person, sent_report

NAMED = people(person("Dale Winters", "4411", rank="Sergeant", team="Night shift"))
ASSESSED = {"risk": "high", "vawg": "yes", "reason": "A pattern, and she is on his team. Canary brass-finch."}


def path_of(kind: str, object_id: UUID | str, act: str = "") -> str:
    """The address of a report or a case, or of an act on it."""
    return f"/staff/{kind}s/{object_id}/" + (f"{act}/" if act else "")


def acknowledged(client: Client, answers: dict[str, Any] | None = None) -> Sent:
    """A report to which somebody wrote."""
    sent = sent_report({**NAMED, **(answers or {})})
    answer = fill(client, path_of("report", sent.id, "reply"), {"text": "Thank you."}, on=path_of("report", sent.id))
    assert answer.status_code == 303
    return sent


def assessed(client: Client, answers: dict[str, Any] | None = None) -> Sent:
    """A report in triage, with an assessment."""
    sent = acknowledged(client, answers)
    answer = fill(client, path_of("report", sent.id, "triage"), ASSESSED)
    assert answer.status_code == 303, answer.content.decode()
    return sent


def opened_case(client: Client, owner: UUID, sent: Sent | None = None, **typed: str) -> Case:
    """A case on an assessed report."""
    sent = sent or assessed(client)
    path = path_of("report", sent.id, "open-case")
    page = client.get(path)
    form = form_of(page, path)
    who: dict[str, str] = {"owner": str(owner)}
    if "supervisor" in form.offered:
        who["supervisor"] = next(each for each in form.offered["supervisor"] if each and each != str(owner))
    answer = send(client, page, path, {**who, **typed})
    assert answer.status_code == 303, answer.content.decode()
    return Case.objects.get(joined__report=sent.id, joined__left_at=None)


def proceeding_of(case: Case) -> Proceeding:
    """The only proceeding of a case."""
    return Proceeding.objects.get(subject__case=case)


def subject_of(case: Case) -> Subject:
    """The only person of a case."""
    return Subject.objects.get(case=case)
