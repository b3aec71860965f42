"""The operator's command: who is on call."""

import datetime as dt
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from speakup.accounts.duties import on_call
from speakup.accounts.models import Duty, StaffMember
from speakup.embedded.demonstration import Force
from speakup.ledger.models import Entry

GRACE = "grace.adeyemi@example.test"


@pytest.fixture(autouse=True)
def at_noon(clock: time_machine.Traveller) -> None:
    """The 20th of November 2026."""


def run(*words: str) -> str:
    out = StringIO()
    call_command("set_on_call", *words, stdout=out)
    return out.getvalue()


def test_the_member_is_on_call_by_the_clock_of_london(force: Force) -> None:
    said = run(f" {GRACE.upper()} ", "psd", "--from", "2027-07-01T17:00", "--until", "2027-07-02T08:00")
    assert said == "Grace Adeyemi is on call for psd from 01 July 2027 17:00 until 02 July 2027 08:00.\n"
    grace = force.member(GRACE)
    assert grace in on_call("psd", dt.datetime(2027, 7, 1, 16, 0, tzinfo=dt.UTC))
    assert grace not in on_call("psd", dt.datetime(2027, 7, 2, 7, 0, tzinfo=dt.UTC))
    entry = Entry.objects.order_by("-seq")[0]
    assert (entry.action, entry.actor_id, entry.object_id) == ("administer", None, grace.pk)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["nobody@example.test", "psd", "--from", "2026-12-01", "--until", "2026-12-02"], "Nobody"),
        ([GRACE, "ccu", "--from", "2026-12-01", "--until", "2026-12-02"], "Not possible"),
        ([GRACE, "psd", "--from", "2026-12-02", "--until", "2026-12-01"], "Not possible"),
        ([GRACE, "psd", "--from", "2026-11-01", "--until", "2026-11-02"], "Not possible"),
        ([GRACE, "psd", "--from", "tomorrow", "--until", "2026-12-02"], "is no moment"),
        ([GRACE, "psd", "--from", "2026-12-01"], "--until"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(force: Force, words: list[str], complaint: str) -> None:
    before = Duty.objects.count()
    with pytest.raises(CommandError, match=complaint):
        run(*words)
    assert Duty.objects.count() == before


def test_somebody_who_left_is_not_put_on_call(force: Force) -> None:
    StaffMember.objects.filter(email=GRACE).update(is_active=False)
    with pytest.raises(CommandError, match="Nobody"):
        run(GRACE, "psd", "--from", "2026-12-01", "--until", "2026-12-02")
