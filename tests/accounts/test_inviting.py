"""Invitations: who is invited as what, and the mail that carries the link."""

import datetime as dt
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from notifications.delivery import deliver_outbox, queue_invitations, sweep_outbox
from notifications.mail import message_for
from speakup.accounts import services
from speakup.accounts.inviting import (
    AddressTaken,
    AdministratorExists,
    NotAdministrator,
    NothingToRenew,
    invite_first_administrator,
    invite_staff,
    link_of,
    open_invitation,
    renew_invitation,
    sweep_invitations,
)
from speakup.accounts.models import Invitation, PersonalKey, RoleAssignment, StaffMember
from speakup.accounts.roles import live_roles, people_with_a_role
from speakup.accounts.services import RoleRefused
from speakup.clocks.models import Outbox
from speakup.embedded.demonstration import Force
from speakup.ledger.models import Entry
from speakup.policy.services import NoPolicy
from tests.accounts.joining import ADDRESS, Joiner, administrator, path_of
from tests.attacks.dumping import dump
from tests.attacks.searching import as_bytes

NOW = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
FIRST = "first.admin@example.test"


def invite(force: Force, *roles: str, email: str = ADDRESS, name: str = "Ada Minton") -> Invitation:
    return invite_staff(email, name, roles or ("triage",), actor=administrator(force), now=NOW)


def token_of(invitation: Invitation) -> str:
    return link_of(invitation).rstrip("/").rpartition("/")[2]


# ---- who is invited


def test_it_makes_a_closed_account_with_its_roles(force: Force) -> None:
    invitation = invite(force, "triage", "supervisor")
    staff = invitation.staff
    assert (staff.email, staff.name, staff.is_active) == (ADDRESS, "Ada Minton", False)
    assert live_roles(staff) == ["supervisor", "triage"]
    assert (invitation.kind, invitation.roles, invitation.expires_at - NOW) == ("join", [], 48 * HOUR)
    assert staff not in people_with_a_role()  # no daily mail to somebody who has not come
    entry = Entry.objects.order_by("-seq")[0]
    assert (entry.action, entry.actor_id, entry.object_id) == ("administer", administrator(force).pk, staff.pk)


@pytest.mark.parametrize("role", ["administrator", "auditor", "hr_analyst"])
def test_a_role_without_a_roster_waits_for_the_words(force: Force, role: str) -> None:
    invitation = invite(force, role)
    assert (live_roles(invitation.staff), invitation.roles) == ([], [role])


@pytest.mark.parametrize("roles", [[], ["root"], ["triage", "auditor"], ["administrator", "hr_analyst"], ["\x00"]])
def test_roles_that_the_policy_refuses_make_nothing(force: Force, roles: list[str]) -> None:
    with pytest.raises(RoleRefused):
        invite_staff(ADDRESS, "Ada Minton", roles, actor=administrator(force), now=NOW)
    assert not StaffMember.objects.filter(email=ADDRESS).exists()


def test_an_address_is_one_accounts(force: Force) -> None:
    invite(force)
    for taken in (ADDRESS, ADDRESS.upper(), " helen.marsh@example.test "):
        with pytest.raises(AddressTaken):
            invite(force, email=taken)


def test_only_an_administrator_invites(force: Force) -> None:
    for role in ("triage", "head_of_psd", "auditor"):
        staff = force.members.get(role, (force.members["triage"][0],))[0]
        with pytest.raises(NotAdministrator):
            invite_staff(ADDRESS, "Ada Minton", ["triage"], actor=staff, now=NOW)


def test_an_administrator_whose_role_or_account_ended_invites_nobody(force: Force) -> None:
    RoleAssignment.objects.filter(staff=administrator(force)).update(ended_at=NOW)
    with pytest.raises(NotAdministrator):
        invite(force)
    RoleAssignment.objects.filter(staff=administrator(force)).update(ended_at=None)
    StaffMember.objects.filter(pk=administrator(force).pk).update(is_active=False)
    with pytest.raises(NotAdministrator):
        invite(force)


def test_a_second_link_kills_the_first(force: Force) -> None:
    first = invite(force, "auditor")
    second = renew_invitation(first.staff, actor=administrator(force), now=NOW + HOUR)
    assert open_invitation(token_of(first), now=NOW + HOUR) is None
    assert open_invitation(token_of(second), now=NOW + HOUR) == second
    assert (second.kind, second.roles) == ("join", ["auditor"])


def test_a_link_that_ran_out_is_renewed(force: Force) -> None:
    first = invite(force)
    assert open_invitation(token_of(first), now=NOW + 48 * HOUR) is None
    second = renew_invitation(first.staff, actor=administrator(force), now=NOW + 72 * HOUR)
    assert open_invitation(token_of(second), now=NOW + 73 * HOUR) == second


def test_nothing_is_renewed_that_does_not_wait(force: Force) -> None:
    with pytest.raises(NothingToRenew):
        renew_invitation(force.members["triage"][0], actor=administrator(force), now=NOW)


def test_the_database_keeps_one_link_a_person(force: Force) -> None:
    invitation = invite(force)
    Invitation.objects.filter(pk=invitation.pk).update(used_at=NOW)
    other = Invitation.objects.create(
        staff=invitation.staff, kind="join", token_hash=b"1" * 32, made_at=NOW, expires_at=NOW + HOUR
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.filter(pk=invitation.pk).update(used_at=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.filter(pk=other.pk).update(used_at=NOW, withdrawn_at=NOW)


def test_long_after_it_ran_out_its_row_goes(force: Force) -> None:
    invite(force)
    used = invite(force, email="ben.cole@example.test")
    Invitation.objects.filter(pk=used.pk).update(used_at=NOW)
    assert sweep_invitations(NOW + 31 * 24 * HOUR) == 0
    assert sweep_invitations(NOW + 33 * 24 * HOUR) == 1
    assert list(Invitation.objects.all()) == [used]


# ---- the mail


def test_the_worker_mails_the_link_once(force: Force, mailoutbox: list[Any]) -> None:
    invitation = invite(force)
    assert deliver_outbox(NOW + HOUR).sent == 1
    assert deliver_outbox(NOW + 2 * HOUR).sent == 0
    (mail,) = mailoutbox
    assert mail.to == [ADDRESS]
    assert link_of(invitation) in mail.body
    assert mail.subject == "SpeakUp: your invitation"


def test_the_mail_names_nobody_and_nothing(force: Force, mailoutbox: list[Any]) -> None:
    """Two invitations differ by their links alone."""
    one, two = invite(force, "auditor"), invite(force, email="ben.cole@example.test", name="Ben Cole")
    deliver_outbox(NOW + HOUR)
    bodies = {mail.to[0]: mail.body for mail in mailoutbox}
    assert bodies[ADDRESS].replace(link_of(one), "") == bodies["ben.cole@example.test"].replace(link_of(two), "")
    assert "Ada" not in bodies[ADDRESS]


def test_a_mail_that_is_sent_again_is_the_same_mail(force: Force) -> None:
    """A worker that was killed between sending and noting it sends it again: not a second link."""
    invite(force)
    queue_invitations(NOW)
    row = Outbox.objects.get(kind="account")
    first, second = message_for(row), message_for(row)
    assert (first.body, first.extra_headers) == (second.body, second.extra_headers)


def test_no_mail_goes_for_a_link_that_leads_nowhere(force: Force, mailoutbox: list[Any]) -> None:
    late, renewed = invite(force), invite(force, email="ben.cole@example.test")
    queue_invitations(NOW)
    again = renew_invitation(renewed.staff, actor=administrator(force), now=NOW + HOUR)
    deliver_outbox(NOW + 48 * HOUR)
    assert [link_of(again) in mail.body for mail in mailoutbox] == [True]
    assert link_of(late) not in "".join(mail.body for mail in mailoutbox)
    assert not Outbox.objects.filter(kind="account", sent_at=None).exists()


def test_the_address_is_the_settings_own(force: Force, settings: Any, mailoutbox: list[Any]) -> None:
    settings.SITE_URL = "https://desk.example.test"
    invite(force)
    deliver_outbox(NOW)
    assert "\nhttps://desk.example.test/staff/join/" in mailoutbox[0].body


def test_no_row_holds_the_token(force: Force) -> None:
    invitation = invite(force)
    queue_invitations(NOW)
    token = token_of(invitation).encode()
    kept = b"".join(as_bytes(value) for rows in dump().values() for row in rows for value in row.values() if value)
    assert token not in kept
    assert bytes(invitation.token_hash) in kept


def test_old_mails_are_swept(force: Force) -> None:
    invite(force)
    deliver_outbox(NOW)
    assert sweep_outbox(NOW + dt.timedelta(days=31)) == 1


# ---- the first administrator


@pytest.fixture
def nobody_administers(force: Force) -> None:
    RoleAssignment.objects.filter(role="administrator").update(ended_at=NOW)


def command(capsys: Any, **changes: str) -> str:
    told = {"email": FIRST, "name": "Ola First", **changes}
    call_command("first_administrator", **told)
    return str(capsys.readouterr().out)


def test_it_is_refused_where_somebody_administers(force: Force, capsys: Any) -> None:
    with pytest.raises(CommandError, match="Somebody else is an administrator"):
        command(capsys)
    assert not StaffMember.objects.filter(email=FIRST).exists()


@pytest.mark.usefixtures("nobody_administers")
class TestFirst:
    def test_it_prints_the_link_and_mails_nothing(self, capsys: Any, mailoutbox: list[Any]) -> None:
        printed = command(capsys)
        invitation = Invitation.objects.get()
        assert printed.splitlines()[-1] == link_of(invitation)
        deliver_outbox(dt.datetime.now(dt.UTC))
        assert mailoutbox == []
        assert live_roles(invitation.staff) == ["administrator"]
        assert not invitation.staff.is_active

    def test_they_join_and_invite_others(self, capsys: Any) -> None:
        command(capsys)
        joiner = Joiner()
        assert "Keep your recovery codes" in joiner.join(path_of(Invitation.objects.get())).text
        assert joiner.client.get("/staff/people/").status_code == 200
        with pytest.raises(CommandError):
            command(capsys, email="another@example.test")

    def test_who_never_came_is_no_administrator_any_more(self, capsys: Any) -> None:
        command(capsys)
        first = Invitation.objects.get()
        command(capsys, email="another@example.test", name="Ann Other")
        assert open_invitation(token_of(first), now=dt.datetime.now(dt.UTC)) is None
        assert live_roles(first.staff) == []
        assert live_roles(StaffMember.objects.get(email="another@example.test")) == ["administrator"]

    def test_for_the_only_one_it_resets_the_login(self, capsys: Any) -> None:
        command(capsys)
        Joiner().join(path_of(Invitation.objects.get()))
        staff = StaffMember.objects.get(email=FIRST)
        command(capsys)
        staff.refresh_from_db()
        assert not staff.is_active
        reset = Invitation.objects.get(used_at=None)
        assert reset.kind == "reset"
        Joiner().join(path_of(reset))
        assert PersonalKey.objects.filter(staff=staff).count() == 2
        assert live_roles(staff) == ["administrator"]

    @pytest.mark.parametrize(("field", "value"), [("email", "no address"), ("name", " "), ("name", "x" * 201)])
    def test_what_it_is_told_must_stand(self, capsys: Any, field: str, value: str) -> None:
        with pytest.raises(CommandError):
            command(capsys, **{field: value})

    def test_without_a_policy_there_is_no_such_role(self, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        def none(*_: object) -> None:
            raise NoPolicy

        monkeypatch.setattr(services, "current_policy", none)
        with pytest.raises(CommandError, match="No policy is in force"):
            command(capsys)
        assert not StaffMember.objects.filter(email=FIRST).exists()

    def test_somebody_of_a_desk_is_refused(self, capsys: Any) -> None:
        with pytest.raises(CommandError, match="holds a role"):
            command(capsys, email="helen.marsh@example.test")
        assert StaffMember.objects.get(email="helen.marsh@example.test").is_active


def test_two_administrators_are_too_many_for_the_command(force: Force) -> None:
    with pytest.raises(AdministratorExists):
        invite_first_administrator(FIRST, "Ola First", now=NOW)
