"""Reports triaged and cases opened, as members of the demonstration force do it: what the casework tests stand on."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from professional_standards.cases import NewSubject, Opening, open_case
from professional_standards.models import Case, Proceeding
from professional_standards.replying import reply_to_reporter
from professional_standards.triage import Assessment, NamedSubject, assess_triage
from speakup.accounts.keyring import Keyring, NotGranted
from speakup.accounts.models import Grant, StaffMember
from speakup.embedded.demonstration import Force
from speakup.policy.document import Risk
from speakup.reporting.models import Report
from tests.reporting.builders import NOW, Sent, keyring_of, people, person, sent_report

AT = NOW + dt.timedelta(hours=6)
WHY = "Because the account says so. Canary reason-walnut."
SUBJECT = NamedSubject("Gareth Pike", "9971", "Constable", "Response team 4", "officer")
ABOUT_PIKE = people(person("Gareth Pike", "9971"))


@dataclass(frozen=True)
class Desk:
    """The force, and how one of it acts: `act(assess_triage, by, report_id, ...)`."""

    force: Force

    def member(self, role: str, number: int = 0) -> StaffMember:
        return self.force.members[role][number]

    def as_(self, staff: StaffMember, now: dt.datetime = AT) -> dict[str, Any]:
        """The arguments that say who acts."""
        return {"keyring": Keyring(staff, self.force.personal_secrets[staff.id]), "actor": staff, "now": now}

    def reads(self, kind: str, object_id: UUID) -> set[str]:
        """The names of those who can really open it, tried with their keys."""
        return {staff.name for staff in self.readers(kind, object_id)}

    def readers(self, kind: str, object_id: UUID) -> list[StaffMember]:
        """Everybody with a row on it whose row opens, in the order of the rosters."""
        rows = Grant.objects.filter(object_kind=kind, object_id=object_id)
        with_a_row = set(rows.values_list("staff", flat=True))
        return [staff for staff in self.everybody if staff.id in with_a_row and self.holds(staff, kind, object_id)]

    def holds(self, staff: StaffMember, kind: str, object_id: UUID) -> bool:
        try:
            keyring_of(self.force, staff).open(kind, object_id)
        except NotGranted:
            return False
        return True

    @property
    def everybody(self) -> list[StaffMember]:
        return [staff for members in self.force.members.values() for staff in members]

    def sent(self, answers: Mapping[str, Any] | None = None, *, now: dt.datetime = NOW) -> Sent:
        return sent_report({**ABOUT_PIKE, **(answers or {})}, now=now)

    def triaged(
        self,
        answers: Mapping[str, Any] | None = None,
        *,
        by: StaffMember | None = None,
        named: Sequence[NamedSubject] = (SUBJECT,),
    ) -> Sent:
        """A report that was acknowledged and assessed."""
        sent = self.sent(answers)
        actor = by or self.member("triage")
        reply_to_reporter(sent.id, "Thank you. We have read it.", **self.as_(actor))
        assess_triage(sent.id, assessment(named), 0, **self.as_(actor))
        return sent

    def opening(self, **changes: Any) -> Opening:
        """A case of the first triage officer about one police officer."""
        return Opening(
            **{
                "owner_id": self.member("triage").id,
                "title": "Jokes on the late shift",
                "subjects": (new_subject(),),
                **changes,
            }
        )

    def case(self, sent: Sent | None = None, *, by: StaffMember | None = None, **changes: Any) -> Case:
        """A case opened on this report, or a new one."""
        sent = sent or self.triaged()
        return open_case(sent.id, self.opening(**changes), **self.as_(by or self.member("triage")))


def assessment(named: Sequence[NamedSubject] = (SUBJECT,), risk: Risk = Risk.MEDIUM, reason: str = WHY) -> Assessment:
    """One that stands under the demonstration policy."""
    return Assessment(risk=risk, reason=reason, behaviours=("sexism.jokes",), people=tuple(named))


def new_subject(named: NamedSubject = SUBJECT, first_stage: str = "conduct_decision", **changes: Any) -> NewSubject:
    """A police officer under the Conduct Regulations."""
    return NewSubject(**{"person": named, "legal_basis": "conduct_regulations", "first_stage": first_stage, **changes})


def only_proceeding(case: Case) -> Proceeding:
    """The proceeding of a case about one person."""
    return Proceeding.objects.get(subject__case=case)


def state_of(sent: Sent) -> str:
    """Where a report stands now."""
    return Report.objects.get(id=sent.id).state
