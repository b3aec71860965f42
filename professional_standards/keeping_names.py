"""Keeping a reporter's name from custodians whom staff come to know to be told about (vault.md, 'Identity')."""

from collections.abc import Iterable

from professional_standards.assessment import NamedSubject
from professional_standards.holding import HeldReport
from professional_standards.named import named_on
from professional_standards.new_readers import kept_from_identity
from professional_standards.refusals import DeskCannotTake, NotAllowed
from speakup.accounts.rosters import RosterInvalid, verify_roster
from speakup.ledger.written import Written, written
from speakup.reporting.excluding import open_excluded
from speakup.reporting.identities import keep_out_of_identity
from speakup.reporting.models import Identity
from speakup.reporting.report_content import kept_from_name, open_answers, reseal_answers
from speakup.reporting.routing import CUSTODIANS
from speakup.vault.errors import VaultError


def keep_custodians_out(held: HeldReport, names: Iterable[NamedSubject] = ()) -> list[Written]:
    """Decoys, on the identity and on the requests for it, for custodians whom the report keeps out by what its readers
    know now: who was named at triage, or declared a conflict, or is one of `names`. Remembered with the answers, so
    that a reporter who gives her name later does not give it to them. What was written.

    A part of the act that names them: in its transaction, the report's row locked, once `held` says what was typed.
    Raises DeskCannotTake where the custodians' roster is not vouched for, NotAllowed where what is sealed was changed
    by hand.
    """
    report, grant = held.report, held.grant
    key = grant.keys["R"]
    try:
        roster = verify_roster(CUSTODIANS)
        kept_out = {*kept_from_identity(report, grant, roster), *named_on(names, roster)}
        already = kept_from_name(report, key, grant.epoch)
        sent_without = {each.staff_id for each in open_excluded(report, grant) if each.desk == CUSTODIANS}
        if kept_out <= already | sent_without:
            return []
        answers = open_answers(report, key, grant.epoch)
        report.answers = reseal_answers(report, key, grant.epoch, answers, also_kept_from=kept_out)
    except RosterInvalid:
        raise DeskCannotTake from None
    except VaultError:
        raise NotAllowed from None
    report.save(update_fields=["answers"])
    identity = Identity.objects.select_for_update().get(report=report)
    rows = keep_out_of_identity(identity, kept_out, roster, now=held.now)
    return [written(report, "answers", "excluded"), *rows]
