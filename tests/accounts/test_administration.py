"""What an administrator does to accounts: never to their own, never a key, and always somebody is left to do it."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from speakup.accounts.administration import (
    AccountEnded,
    OwnAccount,
    WordsDiffer,
    confirm_words,
    end_account,
    give_role,
    reset_login,
    take_role,
)
from speakup.accounts.fingerprints import fingerprint_words
from speakup.accounts.inviting import NotAdministrator, open_invitation, waiting_roles
from speakup.accounts.models import (
    Invitation,
    PersonalKey,
    PersonalSecret,
    RoleAssignment,
    SealedTotp,
    StaffMember,
    StaffSession,
    Unlocked,
)
from speakup.accounts.people import PAGE, State, find_person, list_people
from speakup.accounts.roles import live_roles
from speakup.accounts.rosters import verify_roster
from speakup.accounts.services import RoleRefused
from speakup.embedded.demonstration import Force
from speakup.ledger.models import Entry
from speakup.vault.personal import PublicKeys
from tests.accounts.joining import ADDRESS, Joiner, administrator, invited, path_of
from tests.accounts.test_roster_changes import HEAD, propose
from tests.builders import make_member, sign_in_client

LATER = dt.timedelta(hours=49)


@pytest.fixture
def actor(force: Force) -> StaffMember:
    return administrator(force)


@pytest.fixture
def triage(force: Force) -> StaffMember:
    return force.members["triage"][0]


def now() -> dt.datetime:
    return timezone.now()


def words_of(staff: StaffMember) -> str:
    key = PersonalKey.objects.filter(staff=staff).latest("version")
    return " ".join(fingerprint_words(PublicKeys(bytes(key.hpke_public), bytes(key.ed25519_public))))


def state_of(staff: StaffMember, at: dt.datetime | None = None) -> State:
    found = find_person(staff.pk, now=at or now())
    assert found
    return found.state


def sessions(staff: StaffMember) -> int:
    return StaffSession.objects.filter(staff=staff, revoked_at=None).count()


def joined(force: Force, *roles: str) -> StaffMember:
    """Somebody who was invited with these roles and has joined."""
    invitation = invited(force, *roles)
    Joiner().join(path_of(invitation))
    return StaffMember.objects.get(email=ADDRESS)


# ---- roles


def test_a_role_is_given_and_signs_out(force: Force, actor: StaffMember, triage: StaffMember) -> None:
    sign_in_client(triage, force.personal_secrets[triage.pk])
    give_role(triage, "supervisor", actor=actor, now=now())
    assert live_roles(triage) == ["supervisor", "triage"]
    assert (sessions(triage), Unlocked.objects.filter(staff=triage).count()) == (0, 0)


def test_a_role_is_taken_and_signs_out(force: Force, actor: StaffMember, triage: StaffMember) -> None:
    sign_in_client(triage, force.personal_secrets[triage.pk])
    take_role(triage, "triage", actor=actor, now=now())
    take_role(triage, "triage", actor=actor, now=now())
    assert (live_roles(triage), sessions(triage)) == ([], 0)
    assert Entry.objects.filter(action="administer", object_id=triage.pk).count() == 1


@pytest.mark.parametrize("role", ["administrator", "hr_analyst", "auditor", "root"])
def test_what_the_policy_keeps_apart_is_refused(actor: StaffMember, triage: StaffMember, role: str) -> None:
    with pytest.raises(RoleRefused):
        give_role(triage, role, actor=actor, now=now())
    assert live_roles(triage) == ["triage"]


def test_a_role_that_waits_keeps_others_out(force: Force, actor: StaffMember) -> None:
    staff = joined(force, "auditor")
    with pytest.raises(RoleRefused):
        give_role(staff, "triage", actor=actor, now=now())


def test_a_role_without_a_roster_waits_until_the_words_were_typed(force: Force, actor: StaffMember) -> None:
    """Also one that is given later, to somebody whose other role a roster would have vouched for."""
    staff = joined(force, "triage")
    take_role(staff, "triage", actor=actor, now=now())
    give_role(staff, "auditor", actor=actor, now=now())
    assert (live_roles(staff), waiting_roles(staff)) == ([], ["auditor"])
    take_role(staff, "auditor", actor=actor, now=now())
    assert waiting_roles(staff) == []


def test_who_was_there_from_the_start_waits_for_nothing(actor: StaffMember) -> None:
    staff = make_member().staff
    give_role(staff, "auditor", actor=actor, now=now())
    assert live_roles(staff) == ["auditor"]


def test_the_ended_get_no_role(actor: StaffMember, triage: StaffMember) -> None:
    end_account(triage, actor=actor, now=now())
    with pytest.raises(AccountEnded):
        give_role(triage, "triage", actor=actor, now=now())


# ---- the words


def test_the_words_give_what_waits(force: Force, actor: StaffMember) -> None:
    staff = joined(force, "administrator")
    assert (live_roles(staff), state_of(staff)) == ([], State.WAITS_FOR_WORDS)
    confirm_words(staff, f"  {words_of(staff).upper()} ", actor=actor, now=now())
    assert (live_roles(staff), waiting_roles(staff), state_of(staff)) == (["administrator"], [], State.ACTIVE)


@pytest.mark.parametrize("change", ["", "one word less", "another's"])
def test_other_words_give_nothing_and_are_on_the_ledger(force: Force, actor: StaffMember, change: str) -> None:
    staff = joined(force, "administrator")
    words = {"": "", "one word less": words_of(staff).rpartition(" ")[0], "another's": words_of(actor)}[change]
    with pytest.raises(WordsDiffer):
        confirm_words(staff, words, actor=actor, now=now())
    assert (live_roles(staff), waiting_roles(staff)) == ([], ["administrator"])
    entry = Entry.objects.order_by("-seq")[0]
    assert (entry.action, entry.actor_id, entry.object_id) == ("refuse", actor.pk, None)


def test_nobody_is_confirmed_before_they_joined(force: Force, actor: StaffMember) -> None:
    staff = invited(force, "administrator").staff
    with pytest.raises(WordsDiffer):
        confirm_words(staff, "", actor=actor, now=now())
    assert live_roles(staff) == []


# ---- resetting a login


def test_a_reset_login_opens_nothing_until_its_link_is_used(
    force: Force, actor: StaffMember, triage: StaffMember
) -> None:
    client = sign_in_client(triage, force.personal_secrets[triage.pk])
    invitation = reset_login(triage, actor=actor, now=now())
    assert (invitation.kind, state_of(triage), sessions(triage)) == ("reset", State.RESET, 0)
    assert client.get("/staff/").status_code == 302
    assert not StaffMember.objects.get(pk=triage.pk).is_active
    assert state_of(triage, now() + LATER) == State.RAN_OUT


def test_a_new_login_is_a_new_key_never_the_old_one(force: Force, actor: StaffMember, triage: StaffMember) -> None:
    old = PersonalKey.objects.get(staff=triage)
    codes = SealedTotp.objects.get(user=triage)
    Joiner().join(path_of(reset_login(triage, actor=actor, now=now())))
    keys = list(PersonalKey.objects.filter(staff=triage).order_by("version"))
    assert [key.version for key in keys] == [1, 2]
    assert keys[0] == old
    assert bytes(keys[0].hpke_public) != bytes(keys[1].hpke_public)
    assert PersonalSecret.objects.get(personal_key__staff=triage).personal_key == keys[1]
    assert SealedTotp.objects.get(user=triage).pk != codes.pk
    assert state_of(triage) == State.WAITS_FOR_ROSTER
    assert live_roles(triage) == ["triage"]


def test_an_administrator_who_was_reset_waits_for_the_words_again(force: Force, actor: StaffMember) -> None:
    other = make_member("Olu Second").staff
    RoleAssignment.objects.create(staff=other, role="administrator")
    Joiner().join(path_of(reset_login(other, actor=actor, now=now())))
    assert (live_roles(other), waiting_roles(other)) == ([], ["administrator"])
    with pytest.raises(NotAdministrator):
        end_account(force.members["triage"][0], actor=other, now=now())
    confirm_words(other, words_of(other), actor=actor, now=now())
    assert live_roles(other) == ["administrator"]


def test_who_is_invited_or_gone_has_no_login_to_reset(force: Force, actor: StaffMember, triage: StaffMember) -> None:
    end_account(triage, actor=actor, now=now())
    for staff in (triage, invited(force).staff):
        with pytest.raises(AccountEnded):
            reset_login(staff, actor=actor, now=now())


# ---- ending an account


def test_an_account_that_ended_opens_nothing(force: Force, actor: StaffMember, triage: StaffMember) -> None:
    client = sign_in_client(triage, force.personal_secrets[triage.pk])
    end_account(triage, actor=actor, now=now())
    assert client.get("/staff/").status_code == 302
    assert (live_roles(triage), sessions(triage), state_of(triage)) == ([], 0, State.ENDED)
    assert not PersonalSecret.objects.filter(personal_key__staff=triage).exists()
    assert not SealedTotp.objects.filter(user=triage).exists()
    assert PersonalKey.objects.filter(staff=triage).exists()
    entry = Entry.objects.order_by("-seq")[0]
    assert (entry.action, entry.actor_id, entry.object_id) == ("administer", actor.pk, triage.pk)


def test_ending_it_again_changes_nothing(actor: StaffMember, triage: StaffMember) -> None:
    end_account(triage, actor=actor, now=now())
    count = Entry.objects.count()
    end_account(triage, actor=actor, now=now())
    assert Entry.objects.count() == count


def test_ending_it_withdraws_the_link(force: Force, actor: StaffMember) -> None:
    invitation = invited(force, "auditor")
    end_account(invitation.staff, actor=actor, now=now())
    token = path_of(invitation).rstrip("/").rpartition("/")[2]
    assert open_invitation(token, now=now()) is None
    assert (waiting_roles(invitation.staff), state_of(invitation.staff)) == ([], State.ENDED)


def test_whose_account_ended_can_come_back_with_a_new_key(force: Force, actor: StaffMember) -> None:
    staff = joined(force)
    end_account(staff, actor=actor, now=now())
    again = invited(force, "investigator")
    assert again.staff == staff
    Joiner().join(path_of(again))
    assert [key.version for key in PersonalKey.objects.filter(staff=staff).order_by("version")] == [1, 2]
    assert live_roles(staff) == ["investigator"]


# ---- never oneself, and always somebody is left


@pytest.mark.parametrize("act", [end_account, reset_login])
def test_nobody_ends_or_resets_themselves(actor: StaffMember, act: Any) -> None:
    with pytest.raises(OwnAccount):
        act(actor, actor=actor, now=now())
    assert state_of(actor) == State.ACTIVE


def test_nobody_gives_or_takes_their_own_roles(actor: StaffMember) -> None:
    with pytest.raises(OwnAccount):
        give_role(actor, "auditor", actor=actor, now=now())
    with pytest.raises(OwnAccount):
        take_role(actor, "administrator", actor=actor, now=now())
    with pytest.raises(OwnAccount):
        confirm_words(actor, words_of(actor), actor=actor, now=now())
    assert live_roles(actor) == ["administrator"]


def test_of_two_who_end_each_other_the_second_is_none_any_more(force: Force, actor: StaffMember) -> None:
    other = make_member("Olu Second").staff
    RoleAssignment.objects.create(staff=other, role="administrator")
    end_account(other, actor=actor, now=now())
    with pytest.raises(NotAdministrator):
        end_account(actor, actor=other, now=now())
    assert live_roles(actor) == ["administrator"]


@pytest.mark.parametrize("act", [end_account, reset_login])
def test_who_is_no_administrator_does_nothing(force: Force, triage: StaffMember, act: Any) -> None:
    with pytest.raises(NotAdministrator):
        act(force.members["triage"][1], actor=triage, now=now())


# ---- who is listed


def test_everybody_is_listed_by_name_fifty_a_page(force: Force, actor: StaffMember) -> None:
    for number in range(PAGE):
        StaffMember.objects.create(name="Same Name", email=f"{number}@example.test", is_active=False)
    seen: list[Any] = []
    after = None
    while True:
        page = list_people(after=after, now=now())
        seen += [one.staff.pk for one in page.people]
        assert len(page.people) <= PAGE
        after = page.after
        if after is None:
            break
    assert len(seen) == len(set(seen)) == StaffMember.objects.count()


def test_a_list_takes_the_same_queries_however_many_they_are(
    force: Force, actor: StaffMember, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(70):
        list_people(after=None, now=now())


def test_who_is_on_a_roster_is_in_use(force: Force, triage: StaffMember, actor: StaffMember) -> None:
    found = find_person(triage.pk, now=now())
    assert found
    assert (found.state, list(found.desks), list(found.roles)) == (State.ACTIVE, ["psd"], ["triage"])
    assert state_of(make_member().staff) == State.ACTIVE
    lone = make_member("Lone Triage").staff
    RoleAssignment.objects.create(staff=lone, role="triage")
    assert state_of(lone) == State.WAITS_FOR_ROSTER
    assert Invitation.objects.count() == 0


def test_who_was_taken_off_the_roster_has_left_and_does_not_wait(
    force: Force, triage: StaffMember, actor: StaffMember
) -> None:
    propose(force, "psd", HEAD, [each for each in verify_roster("psd").members if each.staff_id != triage.pk])
    assert state_of(triage) == State.LEFT
