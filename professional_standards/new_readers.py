"""Whether somebody who was not there when it came may read a report or a case: who was kept out stays out, and who is
new is matched as at intake (vault.md, 'Grants'; docs/adr/0026).

Everything here is loose and in memory, in the session of somebody who holds the keys: one too many kept out is safe.
"""

from collections.abc import Collection
from typing import Any, Protocol
from uuid import UUID

from professional_standards.assessment import open_triage
from professional_standards.case_content import CaseContent, CaseKey, open_subject
from professional_standards.models import Case, Triage
from professional_standards.named import CaseRosters, named_on
from speakup.accounts.keyring import OpenedGrant
from speakup.accounts.rosters import VerifiedRoster
from speakup.policy.services import policy_by_id
from speakup.reporting.answers import Answers
from speakup.reporting.excluding import kept_from, open_excluded
from speakup.reporting.models import Report
from speakup.reporting.report_content import kept_from_name, open_answers
from speakup.reporting.routing import NOT_ENTITLED, TOLD_ABOUT, DeskCannotTake, matched_on, readers_at
from speakup.reporting.sealed_report import Rosters


class Opener(Protocol):
    """Whoever holds keys: a member's keyring, or the recovery quorum."""

    def open(self, kind: str, object_id: UUID) -> OpenedGrant:
        """The keys of one object. Raises NotGranted."""


def kept_from_report(report: Report, grant: OpenedGrant, rosters: CaseRosters, all_rosters: Rosters) -> dict[UUID, str]:
    """Who of this desk and of its investigators must not read the report, with routing.py's reasons.

    Those who were excluded, at whatever desk; those whom its answers, or the people that staff named, may mean; and
    whom the rules of intake keep out of it there: everybody, where a report may not go to that desk at all. Raises
    VaultError where what is stored was changed by hand: never read that as nobody.
    """
    desk_code = rosters.desk.desk_code
    answers = open_answers(report, grant.keys["R"], grant.epoch)
    found = dict(matched_on(answers, rosters.casework))
    found.update(_by_intake(answers, report, desk_code, all_rosters, rosters.desk))
    triage = Triage.objects.filter(report=report).first()
    found.update(named_on(open_triage(triage, grant).ever_named if triage else (), rosters.desk, rosters.casework))
    known = open_excluded(report, grant)
    found.update(kept_from(known, rosters.desk, rosters.casework))
    found.update({each.staff_id: each.why for each in known})
    return found


def kept_from_case(
    case: Case, key: CaseKey, content: CaseContent, rosters: CaseRosters, by_reports: Collection[dict[UUID, str]]
) -> dict[UUID, str]:
    """Who of this desk and of its investigators must not read the case: as it stands sealed, whoever its subjects may
    mean, and whom each of its reports keeps out (kept_from_report). Raises VaultError.
    """
    found = named_on([open_subject(each, key) for each in case.subjects.all()], rosters.desk, rosters.casework)
    for each in by_reports:
        found.update(each)
    found.update(kept_from(content.conflicts, rosters.desk, rosters.casework))
    found.update(content.excluded)
    return found


def kept_from_identity(report: Report, grant: OpenedGrant, custodians: VerifiedRoster) -> dict[UUID, str]:
    """Which custodians must not see who reported: whom its answers, or the people that staff ever named, may mean, and
    who was excluded, at whatever desk. `grant` is on the report. Raises VaultError."""
    found = matched_on(open_answers(report, grant.keys["R"], grant.epoch), custodians)
    triage = Triage.objects.filter(report=report).first()
    found.update(named_on(open_triage(triage, grant).ever_named if triage else (), custodians))
    found.update(dict.fromkeys(kept_from_name(report, grant.keys["R"], grant.epoch), TOLD_ABOUT))
    known = open_excluded(report, grant)
    found.update(kept_from(known, custodians))
    found.update({each.staff_id: each.why for each in known if each.staff_id in custodians.staff_ids})
    return found


def _by_intake(
    answers: Answers, report: Report, desk_code: str, all_rosters: Rosters, roster: VerifiedRoster
) -> dict[UUID, Any]:
    try:
        routing = readers_at(desk_code, answers, policy_by_id(report.policy_id), all_rosters.receiving)
    except DeskCannotTake:
        return {member.staff_id: NOT_ENTITLED for member in roster.members}
    return dict(routing.excluded)
