"""The draft: one sealed document, one version an answer; nothing typed is lost (vault.md, 'Reporter's session')."""

import uuid
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from speakup.reporting.drafts import (
    LARGEST_DOCUMENT,
    NoDraft,
    NotStorable,
    Stale,
    TooLong,
    answer_draft,
    confirm_receipt,
    leave_site,
    read_answers,
    start_draft,
)
from speakup.reporting.models import Draft
from speakup.reporting.saving import save_draft
from speakup.reporting.sending import send_report, shown_receipt
from tests.reporting.builders import ACCOUNT, NOW, draft_with, new_reporter
from tests.reporting.test_sessions import again

pytestmark = pytest.mark.django_db


def test_a_draft_starts_empty_and_keeps_what_is_answered() -> None:
    reporter = new_reporter()
    start_draft(reporter, NOW)
    assert len(read_answers(reporter)) == 0
    answers = answer_draft(reporter, "account", {"text": "á\0\u202e " + "x" * 20_000}, 0, NOW)
    assert answers.version("account") == 1
    assert read_answers(reporter).account == "á\0\u202e " + "x" * 20_000


def test_starting_again_keeps_the_live_draft() -> None:
    reporter = draft_with()
    start_draft(reporter, NOW)
    assert read_answers(reporter).account == ACCOUNT
    assert Draft.objects.count() == 1


def test_every_writing_is_a_version_of_its_own_and_an_older_row_does_not_open() -> None:
    reporter = draft_with()
    old = Draft.objects.get()
    answer_draft(reporter, "account", {"text": "other"}, 1, NOW)
    new = Draft.objects.get()
    assert new.version == old.version + 1
    Draft.objects.update(answers=old.answers)
    with pytest.raises(Exception, match="does not open"):
        read_answers(reporter)


def test_a_stale_post_changes_nothing_and_shows_what_is_stored() -> None:
    reporter = draft_with({"account": {"text": "one"}})
    answer_draft(reporter, "account", {"text": "two"}, 1, NOW)
    with pytest.raises(Stale) as stale:
        answer_draft(reporter, "account", {"text": "three"}, 1, NOW)
    assert (stale.value.value, stale.value.version) == ({"text": "two"}, 2)
    assert "two" not in str(stale.value)
    assert read_answers(reporter).account == "two"
    answer_draft(reporter, "account", {"text": "three"}, stale.value.version, NOW)
    assert read_answers(reporter).account == "three"


def test_posting_the_same_answer_twice_is_no_conflict() -> None:
    reporter = draft_with()
    before = Draft.objects.get().version
    assert answer_draft(reporter, "account", {"text": ACCOUNT}, 0, NOW).account == ACCOUNT
    assert Draft.objects.get().version == before


def test_one_question_is_no_conflict_with_another() -> None:
    reporter = draft_with()
    answer_draft(reporter, "knows", {"text": "my sergeant"}, 0, NOW)
    assert answer_draft(reporter, "account", {"text": "more"}, 1, NOW).knows == "my sergeant"


def test_without_a_live_draft_there_is_nothing_to_write_to() -> None:
    reporter = new_reporter()
    with pytest.raises(NoDraft):
        answer_draft(reporter, "account", {"text": "x"}, 0, NOW)
    reporter = draft_with()
    Draft.objects.all().delete()
    with pytest.raises(NoDraft):
        answer_draft(reporter, "account", {"text": "x"}, 1, NOW)


def test_a_late_post_is_kept_in_a_fresh_draft() -> None:
    reporter = draft_with()
    leave_site(reporter)
    start_draft(reporter, NOW)
    assert answer_draft(reporter, "account", {"text": "late"}, 0, NOW).account == "late"


def test_a_draft_has_room_for_a_mebibyte_and_no_more() -> None:
    reporter = draft_with()
    answer_draft(reporter, "knows", {"text": "x" * (LARGEST_DOCUMENT // 2)}, 0, NOW)
    with pytest.raises(TooLong):
        answer_draft(reporter, "account", {"text": "y" * (LARGEST_DOCUMENT // 2)}, 1, NOW)
    assert read_answers(reporter).account == ACCOUNT


@pytest.mark.parametrize("value", [{"x": 1.5}, {"x": float("nan")}, {1: "x"}, {"x": "\ud800"}, {"x": b"y"}, {"x": {1}}])
def test_what_json_cannot_keep_is_refused_without_saying_it(value: dict[Any, Any]) -> None:
    reporter = draft_with()
    with pytest.raises(NotStorable) as refused:
        answer_draft(reporter, "account", value, 1, NOW)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__
    assert read_answers(reporter).account == ACCOUNT


def test_short_and_middling_answers_have_one_size() -> None:
    draft_with({"account": {"text": "x"}})
    draft_with({"account": {"text": "x" * 9_000}, "knows": {"text": "everybody"}})
    assert len({len(draft.answers) for draft in Draft.objects.all()}) == 1


def test_a_confirmed_receipt_is_forgotten() -> None:
    reporter = draft_with()
    send_report(reporter, NOW)
    assert shown_receipt(reporter) is not None
    confirm_receipt(reporter)
    assert shown_receipt(reporter) is None


def test_a_confirmed_receipt_leaves_the_questions_about_equality_to_be_asked_once() -> None:
    reporter = draft_with()
    confirm_receipt(reporter)
    assert not again(reporter).equality, "nothing was sent"
    send_report(reporter, NOW)
    assert not again(reporter).equality, "the receipt comes first"
    confirm_receipt(again(reporter))
    assert again(reporter).equality
    answered = again(reporter)
    answered.change(equality=False)
    assert not again(reporter).equality
    confirm_receipt(again(reporter))
    assert not again(reporter).equality


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
values = st.dictionaries(texts, texts | st.booleans() | st.integers() | st.lists(texts, max_size=4), max_size=4)


class AnyAnswers(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(answers=st.dictionaries(st.sampled_from(["account", "people", "place", "mode"]), values))
    def test_whatever_is_answered_is_read_back_the_same(self, answers: dict[str, dict[str, Any]]) -> None:
        reporter = new_reporter()
        start_draft(reporter, NOW)
        for question_id, value in answers.items():
            answer_draft(reporter, question_id, value, 0, NOW)
        read = read_answers(reporter)
        assert {question_id: answer.value for question_id, answer in read.items()} == answers
        for reading in ("account", "people", "place", "known_as", "keep_out", "behaviours"):
            getattr(read, reading)


def test_what_another_tab_saved_meanwhile_is_not_forgotten_by_a_slow_request() -> None:
    """A form was aside and the open one had gone: the slower one wrote back what it had read, 'not saved'."""
    reporter = draft_with()
    assert reporter.draft
    gone = replace(reporter.draft, id=uuid.uuid4())
    reporter.change(draft=gone, aside=reporter.draft)
    fast, slow = again(reporter), again(reporter)
    start_draft(fast, NOW)
    save_draft(fast, NOW)
    assert not start_draft(slow, NOW)
    assert slow.draft
    assert slow.draft.saved
    leave_site(again(reporter))
    assert Draft.objects.count() == 1


def test_two_that_begin_at_once_begin_one() -> None:
    reporter = draft_with()
    reporter.change(draft=None)
    Draft.objects.all().delete()
    fast, slow = again(reporter), again(reporter)
    assert start_draft(fast, NOW)
    answer_draft(fast, "account", {"text": "kept"}, 0, NOW)
    assert not start_draft(slow, NOW)
    assert read_answers(again(reporter)).account == "kept"
    assert Draft.objects.count() == 1
