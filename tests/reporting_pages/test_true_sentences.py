"""What the pages promise, done and looked at: each test reads a sentence and does what it says."""

import datetime as dt
import re
from pathlib import Path

import pytest
import time_machine
from django.conf import settings

from speakup.embedded.demonstration import Force
from speakup.policy.services import current_policy
from speakup.reporting.models import Draft
from speakup.reporting.presenters.support import services_by_need
from speakup.reporting.questions import BY_ID, QUESTIONS, Skip
from speakup.reporting.sessions import IDLE_MINUTES
from tests.reporting_pages.conftest import Browser, path_of, text_of
from tests.reporting_pages.test_questions import stored

BASE = Path(settings.BASE_DIR)
TEMPLATES = BASE / "templates"
OF_REPORTERS = [
    *sorted((TEMPLATES / "reporting").rglob("*.html")),
    *sorted((TEMPLATES / "web" / "reporter").glob("*.html")),
]
TYPED_IN = ["danger", "account", "people", "knows", "exclusions", "mode", "consent", "files"]


def one_line(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def minutes(name: str) -> int:
    found = re.search(rf"{name} = (\d+) \* MINUTE", (BASE / "assets" / "idle.js").read_text())
    assert found
    return int(found.group(1))


# How long something is kept


def test_the_pages_name_the_times_after_which_the_form_goes(browser: Browser) -> None:
    assert (minutes("ASKS_AFTER"), minutes("LEAVES_AFTER"), IDLE_MINUTES) == (15, 20, 60)
    before = one_line(text_of(browser.get("/report/")))
    assert "deleted when you do nothing for 20 minutes" in before
    assert "one hour" in before
    assert "do nothing for 20 minutes" in one_line(text_of(browser.get("/privacy/")))


@pytest.mark.parametrize("template", OF_REPORTERS, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_an_hour_is_promised_only_beside_the_twenty_minutes(template: Path) -> None:
    """Where scripts run a form is left after 20 minutes: nobody may hear of the hour alone."""
    text = one_line(re.sub(r"\{[%#].*?[%#]\}", "", template.read_text()) + template.read_text())
    if re.search(r"(?:kept?|here|stop|until|deleted|ends)\b[^.]{0,60}\b(?:an|one) hour", text):
        assert "20 minutes" in text


def test_without_scripts_the_form_goes_an_hour_after_the_last_page(begun: Browser) -> None:
    begun.answer("account", {"text": "still here"})
    now = dt.datetime.now(dt.UTC)
    with time_machine.travel(now + dt.timedelta(minutes=IDLE_MINUTES - 2), tick=False):
        assert "still here" in text_of(begun.get(path_of("account")))
    with time_machine.travel(now + dt.timedelta(minutes=2 * IDLE_MINUTES), tick=False):
        assert begun.client.get(path_of("account")).headers["Location"] == "/report/"


def test_beside_the_danger_nobody_waits_for_a_form(begun: Browser) -> None:
    begun.answer("danger", {"choice": "yes"})
    page = text_of(begun.get(path_of("danger-help")))
    assert "Call first. You can begin again here at any time." in one_line(page)
    assert 'name="save"' in page
    begun.client.get("/leave/")
    assert Draft.objects.count() == 0
    begun.start().get(path_of("danger"))
    assert Draft.objects.count() == 1, "begun again"


# Who reads


@pytest.mark.parametrize("path", ["/", "/report/", "/privacy/", "/about/1/"])
def test_no_page_says_that_a_nickname_keeps_anybody_out(browser: Browser, path: str) -> None:
    """What becomes of each: test_routing.py, test_a_nickname_alone_keeps_nobody_out."""
    page = one_line(text_of(browser.get(path)))
    assert "A nickname alone keeps nobody out." in page
    assert not re.search(r"(?:Nobody|People) (?:whom )?you name", page)


def test_the_force_acts_under_one_limit_on_every_page() -> None:
    """The widest: who read the narrower one would be promised more than is kept."""
    for template in OF_REPORTERS:
        if template.name != "name_line.html":  # what staff said when they asked, not when they may
            assert not re.search(r"life is in danger|life in danger", template.read_text()), template
    for name in ("start.html", "report.html", "privacy.html", "about/right_place.html", "questions/mode.html"):
        assert "may be badly hurt" in " ".join((TEMPLATES / "reporting" / name).read_text().split()), name


# Leaving a question out


def test_every_question_but_the_account_can_be_left_out_in_each_way() -> None:
    """Danger and relation have their own 'I am not sure'; what is agreed to is answered by an empty page."""
    for question_id in ("more", "exclusions", "mode"):
        assert set(BY_ID[question_id].skips) == set(Skip)
    assert all(Skip.PREFER_NOT in each.skips for each in QUESTIONS if each.id not in {"account", "consent"})


@pytest.mark.parametrize("skip", ["unknown", "prefer_not"])
def test_whoever_does_not_say_how_to_be_known_stays_anonymous(begun: Browser, skip: str) -> None:
    begun.answer("mode", {"mode": "open", "name": "Ann Other"})
    assert "stay anonymous" in text_of(begun.get(path_of("mode")))
    begun.answer("mode", {"skip": skip})
    assert stored(begun, "mode") == {"skipped": skip}


def test_whether_they_know_may_be_not_known(begun: Browser) -> None:
    begun.answer("relation", {"choice": "for_someone"})
    page = text_of(begun.get(path_of("knows")))
    assert 'value="unknown"' in page
    begun.answer("knows", {"aware": "unknown"})
    assert stored(begun, "knows") == {"text": "", "aware": "unknown"}


@pytest.mark.parametrize(
    ("question", "typed"),
    [("mode", {"name": "Ann Other"}), ("account", {"text": "x" * 200_001}), ("people", {"name": "A"})],
)
def test_who_leaves_out_what_was_typed_is_told_of_no_error(
    begun: Browser, question: str, typed: dict[str, str]
) -> None:
    page = text_of(begun.answer(question, {**typed, "skip": "skip"}, expect=200))
    assert "Do you want to keep it?" in page
    assert "There is a problem" not in page
    assert "<title>Error" not in page
    assert next(iter(typed.values())) in page, "what was typed is still there"


def test_what_is_kept_after_all_is_looked_at_again(begun: Browser) -> None:
    begun.answer("mode", {"name": "Ann Other", "skip": "skip"}, expect=200)
    page = text_of(begun.answer("mode", {"name": "Ann Other"}, expect=200))
    assert "There is a problem" in page
    assert "Choose how you want to be known" in page


def test_nobody_is_asked_twice_who_was_there_or_who_knows(begun: Browser) -> None:
    begun.answer("relation", {"choice": "for_someone"})
    begun.answer("account", {"text": "Everyone on the team heard it. He said it again and she went home."})
    for question in ("account", "more"):
        page = one_line(text_of(begun.get(path_of(question))))
        assert "ho was there" not in page
        assert "whether they know" not in page
    assert "Anybody who saw it" in text_of(begun.get(path_of("knows")))


# Links beside what is typed


@pytest.mark.parametrize("question", TYPED_IN)
def test_help_and_what_we_see_open_beside_a_form(begun: Browser, question: str) -> None:
    """A page that is left is wiped (leave.js): what was typed and not sent would be gone."""
    page = text_of(begun.get(path_of(question)))
    links = re.findall(r'<a class="app-footer__link"[^>]*>[^<]*</a>', page)
    assert len(links) == 2
    for link in links:
        assert 'target="_blank"' in link
        assert 'rel="noopener noreferrer"' in link
        assert "(opens in a new tab)" in link


def test_beside_nothing_typed_they_open_here(browser: Browser) -> None:
    assert 'target="_blank"' not in text_of(browser.get("/"))


# Words that fit everybody


def test_no_kind_is_worded_for_whom_it_happened_to(force: Force) -> None:
    for category in current_policy().categories:
        for behaviour in category.behaviours:
            assert not re.search(r"\b(?:you|your|yours|me|my)\b", behaviour.title), behaviour.id


def test_every_place_of_help_has_a_website_that_can_be_opened_and_no_empty_hours(force: Force) -> None:
    for need in services_by_need(current_policy()):
        for service in need.services:
            assert service.link or not service.web, service.id
            assert "site" not in (service.shown_hours or ""), service.id


def test_no_page_that_anybody_meets_says_that_they_have_words(browser: Browser) -> None:
    page = one_line(text_of(browser.client.get("/nothing/")))
    assert "If you sent a report, its words still open it." in page
