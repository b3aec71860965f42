"""What a reporter says of herself is recorded once for what she sent, whole or not at all."""

import pytest

from speakup.culture.equality import EQUALITY
from speakup.culture.models import FactInbox
from speakup.reporting import equality
from speakup.reporting.drafts import confirm_receipt, leave_site
from speakup.reporting.equality import decline_equality, record_equality
from speakup.reporting.sessions import Reporter
from speakup.web.days import london_day
from tests.reporting.builders import NOW, draft_with, new_reporter, sent_report

pytestmark = pytest.mark.usefixtures("force")
SAID = {"sex": "woman", "faith": "none"}


@pytest.fixture
def reporter(force: object) -> Reporter:
    """Somebody who sent a report and kept her words; its own fact is taken away."""
    reporter = sent_report().reporter
    confirm_receipt(reporter)
    FactInbox.objects.all().delete()
    return reporter


def test_each_question_leaves_a_fact_of_the_day(reporter: Reporter) -> None:
    assert record_equality(reporter, SAID, NOW)
    assert list(FactInbox.objects.values_list("day", flat=True)) == [london_day(NOW)] * len(EQUALITY)
    assert not reporter.equality
    assert not Reporter(reporter.cookie, NOW).equality


def test_two_tabs_leave_one_answer(reporter: Reporter) -> None:
    other_tab = Reporter(reporter.cookie, NOW)
    assert other_tab.equality
    assert record_equality(reporter, SAID, NOW)
    assert not record_equality(other_tab, {"sex": "man"}, NOW)
    assert FactInbox.objects.count() == len(EQUALITY)


def test_all_of_it_or_nothing(reporter: Reporter, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded = []

    def third_fails(fact: FactInbox) -> None:
        recorded.append(fact)
        if len(recorded) == 3:
            raise RuntimeError
        fact.save(force_insert=True)

    with monkeypatch.context() as failing:
        failing.setattr(equality, "record_fact", third_fails)
        with pytest.raises(RuntimeError):
            record_equality(reporter, SAID, NOW)
    assert not FactInbox.objects.exists()
    assert Reporter(reporter.cookie, NOW).equality, "she can answer again"
    assert record_equality(reporter, SAID, NOW)


def test_who_declines_leaves_nothing_and_is_not_asked_again(reporter: Reporter) -> None:
    decline_equality(reporter)
    decline_equality(reporter)
    assert not Reporter(reporter.cookie, NOW).equality
    assert not record_equality(reporter, SAID, NOW)
    assert not FactInbox.objects.exists()


def test_who_left_meanwhile_leaves_nothing(reporter: Reporter) -> None:
    other_tab = Reporter(reporter.cookie, NOW)
    leave_site(reporter)
    assert not record_equality(other_tab, SAID, NOW)
    assert not FactInbox.objects.exists()


def test_nobody_else_leaves_anything() -> None:
    not_kept_yet = sent_report().reporter
    FactInbox.objects.all().delete()
    for somebody in (new_reporter(), draft_with(), not_kept_yet):
        assert not record_equality(somebody, SAID, NOW)
    assert not FactInbox.objects.exists()


def test_an_answer_on_no_list_changes_nothing(reporter: Reporter) -> None:
    with pytest.raises(ValueError, match="something else"):
        record_equality(reporter, {"sex": "Canary Wexmarrow"}, NOW)
    assert reporter.equality
    assert not FactInbox.objects.exists()
