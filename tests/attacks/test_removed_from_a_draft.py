"""What was taken out of a draft before sending, the desk cannot open from an earlier dump: keys are fresh at sending
(vault.md, 'Content')."""

from typing import Any

import pytest

from speakup.accounts.models import Grant, RecoveryKey
from speakup.embedded.demonstration import Force
from speakup.reporting import sealed_report
from speakup.reporting.drafts import answer_draft
from speakup.reporting.models import Draft, Report
from speakup.reporting.sealed_report import Keys
from speakup.reporting.sending import send_report
from speakup.reporting.sessions import Reporter
from speakup.vault.content import Place, open_document
from speakup.vault.errors import VaultError
from speakup.vault.grants import open_grant
from speakup.vault.personal import hpke_seed
from tests.attacks.dumping import Dump, dump
from tests.reporting.builders import NOW, draft_with

REMOVED = "I had written more than I meant to: brackenfold"


def keys_of_the_desk(force: Force) -> list[bytes]:
    """Every key that any grant of this database opens to any member, or to recovery."""
    seeds = {staff_id: hpke_seed(secret) for staff_id, secret in force.personal_secrets.items()}
    recovery = RecoveryKey.objects.get()
    opened: list[bytes] = []
    for row in Grant.objects.all():
        seed, target = (seeds[row.staff_id], row.staff_id) if row.staff_id else (force.recovery_seed, recovery.id)
        grant = open_grant(seed, row.object_kind, row.object_id, row.epoch, target, bytes(row.sealed))
        opened.extend(grant.keys.values())
    return opened


def opened_from(earlier: Dump, keys: list[bytes]) -> list[Any]:
    """What these keys open of the drafts of an earlier dump, wherever it may be bound to."""
    found = []
    for row in earlier["reporting_draft"]:
        draft = Draft(id=row["id"], version=row["version"])
        draft_id = Draft._meta.pk.to_python(draft.id)
        place = Place(draft_id, "D", 1, "Draft.answers", draft_id, draft.version)
        for key in keys:
            try:
                found.append(open_document(key, place, row["answers"]))
            except VaultError:
                continue
    return found


def sent_without(reporter: Reporter) -> Dump:
    """A dump with the long account; then the short one is sent."""
    earlier = dump()
    answer_draft(reporter, "account", {"text": "only this"}, 1, NOW)
    send_report(reporter, NOW)
    return earlier


def test_the_desk_opens_nothing_of_an_earlier_draft(force: Force) -> None:
    earlier = sent_without(draft_with({"account": {"text": REMOVED}}))
    keys = keys_of_the_desk(force)
    assert len(set(keys)) >= 3
    assert opened_from(earlier, keys) == []


def test_twin_with_the_draft_s_key_kept_the_desk_reads_what_was_removed(
    force: Force, monkeypatch: pytest.MonkeyPatch
) -> None:
    reporter = draft_with({"account": {"text": REMOVED}})
    assert reporter.draft
    kept = reporter.draft.key
    monkeypatch.setattr(sealed_report, "Keys", lambda: Keys(report=kept))
    earlier = sent_without(reporter)
    found = opened_from(earlier, keys_of_the_desk(force))
    assert REMOVED in repr(found)


def test_the_key_of_the_draft_opens_nothing_of_the_report(force: Force) -> None:
    """And the reverse: whoever got hold of a draft's key has nothing of what was sent."""
    reporter = draft_with()
    assert reporter.draft
    key = reporter.draft.key
    send_report(reporter, NOW)
    report = Report.objects.get()
    place = Place(report.id, "R", 1, "Report.answers", report.id)
    with pytest.raises(VaultError):
        open_document(key, place, bytes(report.answers))
