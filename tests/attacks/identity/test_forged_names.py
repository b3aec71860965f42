"""A name that somebody else put there opens nothing, or is told: under another key, and under the report's first."""

import pytest

from professional_standards import released_identity
from professional_standards.deciding_identity import decide_identity
from professional_standards.refusals import NotGranted
from professional_standards.released_identity import open_identity
from speakup.accounts.models import Epoch
from speakup.accounts.rosters import verify_roster
from speakup.reporting.identities import place_of
from speakup.reporting.models import Identity
from speakup.reporting.routing import CUSTODIANS
from speakup.vault.content import new_key
from speakup.vault.data_key import DataKey
from speakup.vault.identity import seal_identity
from tests.attacks.identity.asking import TODAY, asked, custodian, forge_epoch, public_key_of, released
from tests.professional_standards.casework import Desk
from tests.reporting.builders import Sent, keyring_of


def forged_name(desk: Desk, sent: Sent) -> released_identity.ReleasedIdentity:
    """A whole identity under a key of a stranger's, released by an honest custodian."""
    request = asked(desk, sent)
    identity, key = request.identity, new_key()
    forge_epoch(identity, key, dict(verify_roster(CUSTODIANS).public_keys))
    identity.epoch = 2
    identity.sealed = seal_identity(key, place_of(identity), {"name": "Somebody Else", "contact": ""})
    identity.save()
    decide_identity(request.id, True, TODAY, "Needed.", **desk.as_(custodian(desk)))
    return open_identity(sent.id, **desk.as_(desk.member("triage")))


def test_a_name_that_the_reporter_does_not_vouch_for_is_told(desk: Desk, sent: Sent) -> None:
    assert not forged_name(desk, sent).intact


def test_twin_without_the_reporters_word_it_would_pass(desk: Desk, sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(released_identity, "_is_vouched_for", lambda *_: True)
    opened = forged_name(desk, sent)
    assert (opened.name, opened.intact) == ("Somebody Else", True)


def test_a_key_that_a_stranger_signed_opens_nothing(desk: Desk, sent: Sent) -> None:
    """As if a custodian had renewed it: the signature is an investigator's."""
    identity, charlotte = sent.report.identity, desk.member("investigator")
    forge_epoch(identity, DataKey(new_key(), 2), {custodian(desk).id: public_key_of(desk, custodian(desk))})
    Epoch.objects.filter(object_id=identity.id, epoch=2).update(
        signer=charlotte,
        signed_desk="psd.casework",
        signed_version=1,
        signature=keyring_of(desk.force, charlotte).sign("epoch", b"anything"),
    )
    with pytest.raises(NotGranted):
        keyring_of(desk.force, custodian(desk)).open("identity", identity.id)


def forged_first_key(desk: Desk, sent: Sent) -> released_identity.ReleasedIdentity:
    """The key that came with the report, its rows and the name, all put there anew by somebody who writes the
    database; an honest custodian releases it."""
    identity, key = Identity.objects.get(report=sent.id), new_key()
    Epoch.objects.filter(object_id=identity.id).delete()
    forge_epoch(identity, key, dict(verify_roster(CUSTODIANS).public_keys), epoch=1)
    identity.sealed = seal_identity(key, place_of(identity), {"name": "Somebody Else", "contact": ""})
    identity.save()
    request = asked(desk, sent)
    decide_identity(request.id, True, TODAY, "Needed.", **desk.as_(custodian(desk)))
    return open_identity(sent.id, **desk.as_(desk.member("triage")))


def test_a_first_key_that_the_report_does_not_name_is_told(desk: Desk, sent: Sent) -> None:
    opened = forged_first_key(desk, sent)
    assert (opened.name, opened.intact) == ("Somebody Else", False)


def test_twin_the_first_key_of_the_report_is_vouched_for(desk: Desk, sent: Sent) -> None:
    released(desk, sent)
    assert open_identity(sent.id, **desk.as_(desk.member("triage"))).intact
