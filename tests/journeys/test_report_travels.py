"""The main journey: sent, opened, answered, read, answered again; with scripts and without."""

import datetime as dt

import pytest
from playwright.sync_api import Page

from speakup.web.days import london_day
from tests.chromium import NewPage
from tests.journeys.reporter import Reporter
from tests.journeys.running_service import RunningService
from tests.journeys.staff import Staff
from tests.journeys.story import JOKES, PICTURES, Story

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]

CHANGED = "about Easter, and again in June"
REPLY = "Thank you. We have read it.\n\nMay we ask one thing: which vans were there? You can say \u2018not now\u2019."
ANSWER = "The one with the broken light.\nI would rather not say who drove it."


def with_slips(words: str) -> str:
    """In capitals and with other marks between; one letter doubled in the second word, the seventh cut short."""
    typed = words.upper().split()
    typed[1] = typed[1][:2] + typed[1][1:]
    typed[6] = typed[6][:3]
    return " - ".join(typed)


@pytest.mark.parametrize(
    ("javascript", "width", "story", "members"),
    [
        pytest.param(True, 1280, JOKES, ("grace.adeyemi", "helen.marsh"), id="scripts-confidential"),
        pytest.param(
            False,
            320,
            PICTURES,
            ("tomasz.nowak", "sian.pritchard"),
            id="no-scripts-anonymous-narrow",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_a_report_is_sent_opened_and_answered(  # noqa: PLR0917 (pytest passes them by name)
    service: RunningService,
    new_page: NewPage,
    javascript: bool,
    width: int,
    story: Story,
    members: tuple[str, str],
) -> None:
    def page(width: int) -> Page:
        return new_page(javascript=javascript, width=width, base_url=service.base_url)

    way = "with-scripts" if javascript else "without-scripts"
    sender = Reporter(page(width), f"{way}/1-sending", thorough=True)
    sender.begin()
    sender.tell(story)
    sender.change_when(CHANGED)
    words = sender.send()
    sender.try_words(words)
    sender.confirm_words()
    sender.assert_all_pages_look_alike()

    officer = Staff(page(1280), service, f"{way}/2-reading", thorough=True)
    officer.sign_in(f"{members[0]}@example.test")
    officer.open_report(story.headline)
    officer.assert_reads(story, when=CHANGED)
    assert officer.save_as_sent(story.file.name) == story.file.content
    officer.reply(REPLY)
    officer.sign_out()

    reader = Reporter(page(width), f"{way}/3-coming-back", thorough=True)
    reader.come_back(with_slips(words) if javascript else words)
    today = london_day(dt.datetime.now(dt.UTC))
    day = f"{today.day} {today:%B %Y}"
    assert (day, "You sent this report") in reader.inbox_lines()
    assert (day, "Opened by a triage officer") in reader.inbox_lines()
    assert reader.read_message() == REPLY
    reader.answer_message(ANSWER)
    reader.assert_all_pages_look_alike()

    colleague = Staff(page(1280), service, f"{way}/4-reading-the-answer", thorough=True)
    colleague.sign_in(f"{members[1]}@example.test")
    colleague.open_report(story.headline)
    assert colleague.messages() == [REPLY, ANSWER]
