"""Everybody who tells: what each is asked and not asked, what comes first for them, and what the desk then reads.

Each goes from the start page to the receipt. The desks sign in once.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, expect

from tests.chromium import PATIENCE, NewPage, leads_on
from tests.journeys.keyboard import KeyboardReporter, tab_to
from tests.journeys.reporter import (
    ACCOUNT_HEADINGS,
    CHECK,
    CONSENT,
    EFFECT_HEADINGS,
    EVIDENCE,
    EXCLUSIONS,
    FEARS,
    MORE,
    TRIED,
    WANTS,
    Reporter,
)
from tests.journeys.running_service import RunningService
from tests.journeys.staff import NOTHING_SAID, Staff
from tests.journeys.story import ToldAbout

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("journeys")]

PHONES = (320, 360)
AWARE = "Does the person it was done to know that you are telling us?"
AWARE_AT_THE_DESK = "Does the person it was done to know?"
ONLY_ABOUT_ONESELF = "Hurt, or made ill"
STILL = "Is it still going on?"


@contextmanager
def signed_in(service: RunningService, browser: Browser, email: str, desk: str) -> Iterator[Staff]:
    context = browser.new_context(base_url=service.base_url, locale="en-GB")
    context.set_default_timeout(PATIENCE)
    member = Staff(context.new_page(), service, f"each-reporter/{email}", desk=desk)
    member.sign_in(email)
    yield member
    context.close()


@pytest.fixture(scope="module")
def desk(service: RunningService, browser: Browser) -> Iterator[Staff]:
    """Somebody who reads first, signed in once for all of these journeys."""
    with signed_in(service, browser, "sian.pritchard@example.test", "Professional Standards") as member:
        yield member


@pytest.fixture(scope="module")
def counter_corruption(service: RunningService, browser: Browser) -> Iterator[Staff]:
    """Where a sexual assault by a colleague is read first."""
    with signed_in(service, browser, "naomi.clarke@example.test", "Counter-Corruption") as member:
        yield member


def answers_of(member: Staff) -> dict[str, str]:
    """What the page of a report says, by the words that stand before it."""
    rows = member.page.locator("main .govuk-summary-list__row").all()
    return {row.locator("dt").inner_text().strip(): row.locator("dd").first.inner_text().strip() for row in rows}


@dataclass(frozen=True)
class Teller:
    """Somebody who tells, and what is different for them. `beside` stands at the account, `consent` at the end."""

    relation: str
    account: str
    wants: str
    consent: str
    beside: str = ""
    aware: str = ""
    javascript: bool = True
    width: int = 1280

    @property
    def effect(self) -> str:
        return EFFECT_HEADINGS.get(self.relation, "How has it affected you?")


NOT_THROUGH_HER = "You cannot agree to anything here for the person it was done to."
TELLERS = {
    "it happened to me": Teller(
        relation="It happened to me",
        account="He blocked the door of the drying room until I answered him: cormorant-hinge.",
        wants=WANTS,
        consent="If somebody may be badly hurt, the force has to act.",
    ),
    "witness": Teller(
        relation="I saw it or heard it",
        account="He put his hand on her neck in the yard, and she froze: dunlin-kettle.",
        beside="You do not have to say who it was done to. If you can, ask them before you name them.",
        aware="No",
        wants=WANTS,
        consent=NOT_THROUGH_HER,
    ),
    "told": Teller(
        relation="Somebody told me about it",
        account="A friend told me what is said in the van at night: whimbrel-satchel.",
        beside="You do not have to say who it was done to. If you can, ask them before you name them.",
        aware="Yes",
        wants=WANTS,
        consent=NOT_THROUGH_HER,
        javascript=False,
        width=PHONES[0],
    ),
    "for somebody": Teller(
        relation="I am telling you for somebody else",
        account="Somebody I look after is sent alone to the far post each time she says no: turnstone-ladle.",
        beside="It is their story. If you can, ask them first.",
        aware="Yes, and they are fine with it",
        wants="What do they want to happen, as far as you know?",
        consent=NOT_THROUGH_HER,
        javascript=False,
        width=PHONES[1],
    ),
}


@pytest.mark.parametrize("who", TELLERS)
def test_each_is_asked_what_they_can_know(service: RunningService, new_page: NewPage, desk: Staff, who: str) -> None:
    teller = TELLERS[who]
    desk.know_what_waits()
    page = new_page(base_url=service.base_url, javascript=teller.javascript, width=teller.width)
    reporter = Reporter(page, f"each-reporter/{who}")
    reporter.begin()
    reporter.answer_danger("No")
    reporter.answer_relation(teller.relation)
    reporter.answer_shape("It was one time", ACCOUNT_HEADINGS.get(teller.relation, "What happened?"))
    asks_first = re.search("If you can, ask them", reporter.text()) is not None
    assert asks_first is bool(teller.beside)
    assert teller.beside in reporter.text()
    reporter.answer_account(teller.account)
    reporter.skip("What kind of behaviour was it?", "Nothing to add")
    reporter.skip("Who did it?")
    reporter.skip("Where and when did it happen?", "I do not know who it was")
    assert STILL not in reporter.text(), "one time has an end"
    reporter.skip("Who else knows about it?")

    # Only who tells of somebody else is asked whether that person knows.
    assert (AWARE in reporter.text()) is bool(teller.aware)
    if teller.aware:
        reporter.choose(teller.aware)
        reporter.press("Continue")
        reporter.at_question(EVIDENCE)
    else:
        reporter.skip(EVIDENCE)
    reporter.skip(TRIED, "I do not know")
    reporter.skip(teller.effect)

    # Nobody is asked about a body that is not theirs.
    assert (ONLY_ABOUT_ONESELF in reporter.text()) is (not teller.beside)
    reporter.choose("The team: people are afraid, or keep quiet")
    reporter.press("Continue")
    reporter.at_question(teller.wants)
    reporter.go_on_to_the_last_questions()
    reporter.skip("How do you want to be known?")
    reporter.skip(CONSENT, "Skip this question and stay anonymous")
    assert teller.consent in reporter.text()
    assert page.get_by_role("checkbox", checked=True).count() == 0
    reporter.agree()
    reporter.finish_files()
    words = reporter.send()
    reporter.try_words(words)
    reporter.confirm_words()

    desk.open_new_report(NOTHING_SAID, teller.account)
    read = answers_of(desk)
    assert read["How they know"] == teller.relation
    assert read.get(AWARE_AT_THE_DESK, "") == teller.aware
    assert read["What it has done"] == "The team: people are afraid, or keep quiet"
    assert read["They agreed to"] == "Nothing"

    reporter.come_back(words)
    assert reporter.inbox_lines()[0][1] == "Opened by a triage officer"


def test_in_danger_now_and_hurt(service: RunningService, new_page: NewPage, counter_corruption: Staff) -> None:
    """Help stands before the next question, twice; the desk sees the danger before it opens anything."""
    desk = counter_corruption
    desk.know_what_waits()
    page = new_page(base_url=service.base_url, width=PHONES[1])
    reporter = Reporter(page, "each-reporter/danger")
    reporter.begin()
    reporter.choose("Yes")
    reporter.press("Continue")
    reporter.at_question("Get help now")
    first = page.locator("main h1 + p")
    expect(first.get_by_role("link", name="999")).to_have_attribute("href", "tel:999")
    expect(page.get_by_text("so please do not wait for us")).to_be_visible()
    reporter.press("Go on with the form")
    reporter.at_question("How do you know about it?")
    reporter.answer_relation("It happened to me")
    reporter.answer_shape("It was one time")
    account = "He followed me into the store room and held the door: oystercatcher-tile."
    reporter.answer_account(account)
    reporter.skip("What kind of behaviour was it?", "Nothing to add")
    reporter.answer_behaviours(("Unwanted touching, sexual assault and rape", "Stalking and harassment"))
    reporter.choose("Sexual assault")
    reporter.choose("Repeated unwanted contact")
    reporter.press("Continue")

    # Help, and what keeps traces, before anybody is asked who did it.
    reporter.at_question("Before you go on")
    assert "Help is there for you" in reporter.text()
    for advice in ("sexual assault referral centre", "try not to wash", "It was not the fault of the person"):
        expect(page.get_by_text(advice).first).to_be_visible()
    assert [each.inner_text() for each in page.locator("main h2").all()][:2] == ["Sexual harm", "Stalking"]
    assert page.locator("main").get_by_role("textbox").count() == 0
    reporter.press("Go on with the form")
    reporter.at_question("Who did it?")
    reporter.press("Back")
    reporter.at_question("Before you go on")
    reporter.press("Go on with the form")
    reporter.at_question("Who did it?")
    reporter.skip("Where and when did it happen?", "I would rather not say")
    reporter.skip("Who else knows about it?")
    reporter.skip(EVIDENCE)
    reporter.go_on_to_the_last_questions()
    reporter.skip("How do you want to be known?")
    reporter.skip(CONSENT, "Skip this question and stay anonymous")
    reporter.agree()
    reporter.finish_files()
    words = reporter.send()
    reporter.try_words(words)
    reporter.confirm_words()

    desk.see_what_waits()
    row = desk.page.locator("tbody tr").filter(has_text="Sexual assault, nobody named").first
    expect(row).to_contain_text("Danger now")
    desk.open_new_report("Sexual assault, nobody named", account)
    assert answers_of(desk)["Is someone in danger now?"] == "Yes"


def test_several_people_and_no_single_incident(service: RunningService, new_page: NewPage, desk: Staff) -> None:
    """Nobody is asked for a day, an event or one person: each heading is of what goes on, and of many."""
    desk.know_what_waits()
    reporter = Reporter(new_page(base_url=service.base_url, width=PHONES[0]), "each-reporter/ongoing")
    page = reporter.page
    reporter.begin()
    reporter.answer_danger("No")
    reporter.answer_relation("I saw it or heard it")
    reporter.answer_shape("It goes on, and there is no single event", "What have you seen or heard?")
    account = "Women get the front desk and men get the cars, every week: sanderling-crate."
    reporter.answer_account(account)
    reporter.skip("What kind of behaviour was it?", "Nothing to add")
    reporter.answer_behaviours(("Sexist comments, jokes and 'banter'",))
    reporter.choose("Put-downs about ability, pregnancy, menopause or part-time work")
    reporter.press("Continue")
    reporter.at_question("Who does it?")
    assert "most of B team" in reporter.text()

    people = (ToldAbout("Whoever makes the duties", team="B team"), ToldAbout("Corky", "Constable"), ToldAbout("Lofty"))
    for number, person in enumerate(people):
        if number:
            reporter.press("Add another person")
            reporter.at_question("Who else does it?")
        reporter.write("Name, or what they are called", person.name)
        reporter.write("Team, and where it is", person.team)
        if person.rank:
            page.get_by_label("Rank or role", exact=True).select_option(label=person.rank)
        reporter.press("Continue")
        reporter.at_question("The people you told us about")
    reporter.choose("There were others, and I do not know who they are")
    reporter.press("Continue")
    reporter.at_question("Where does it happen, and since when?")
    assert STILL not in reporter.text(), "she has said so"
    assert "It does not have to be one place or one day." in reporter.text()
    reporter.write("Where", "The parade room, and the chat")
    reporter.write("When", "most weeks since about March")
    reporter.press("Continue")
    reporter.at_question("Who else knows about it?")
    reporter.choose("It was not done to one person")
    reporter.press("Continue")
    reporter.at_question(EVIDENCE)
    reporter.go_on_to_the_last_questions()
    reporter.skip("How do you want to be known?")
    reporter.skip(CONSENT, "Skip this question and stay anonymous")
    reporter.agree()
    reporter.finish_files()
    for said in ("most weeks since about March", "It goes on, and there is no single event", "Corky", "Lofty"):
        assert said in reporter.text()
    words = reporter.send()
    reporter.try_words(words)
    reporter.confirm_words()

    desk.open_new_report("Put-downs about ability, pregnancy, menopause or part-time work, 3 people named", account)
    read = answers_of(desk)
    assert read["Once or more"] == "It goes on, and there is no single event"
    assert read["When"] == "most weeks since about March"
    assert read[AWARE_AT_THE_DESK] == "It was not done to one person"
    for person in people:
        assert person.name in desk.text()


def test_keyboard_alone_through_every_kind_of_page(service: RunningService, new_page: NewPage, desk: Staff) -> None:
    """From the start page to the inbox: the help, the search, people, an answer changed."""
    desk.know_what_waits()
    reporter = KeyboardReporter(new_page(base_url=service.base_url), "each-reporter/keyboard")
    page = reporter.page
    reporter.begin()
    reporter.choose("Yes")
    reporter.press("Continue")
    reporter.at_question("Get help now")
    reporter.press("Go on with the form")
    reporter.at_question("How do you know about it?")
    reporter.answer_relation("It happened to me")
    reporter.answer_shape("It was several times")
    account = "He waits at my car after the shift: redshank-trowel."
    reporter.answer_account(account)
    reporter.answer_more("It began with notes.")
    reporter.write("Say it in your own words", "he keeps asking me out")
    reporter.press("Search")
    reporter.at_question("What kind of behaviour was it?")
    reporter.choose("Unwanted advances, or asking somebody out again and again")
    reporter.choose("Stalking and harassment")
    reporter.press("Continue")
    reporter.at_question("Which of these happened?")
    expect(page.get_by_label("Unwanted advances, or asking somebody out again and again", exact=True)).to_be_checked()
    reporter.press("Continue")
    reporter.at_question("Before you go on")
    reporter.press("Go on with the form")
    reporter.at_question("Who did it?")
    reporter.write("Name, or what they are called", "Mr Aldous")
    reporter.press("Continue")
    reporter.at_question("The people you told us about")
    reporter.press("Add another person")
    reporter.at_question("Who else did it?")
    reporter.write("Name, or what they are called", "Nobody")
    reporter.press("Continue")
    reporter.at_question("The people you told us about")
    reporter.press("Remove person 2")
    reporter.at_question("The people you told us about")
    expect(page.get_by_text("Person 2", exact=True)).to_have_count(0)
    reporter.press("Continue")
    reporter.at_question("Where and when did it happen?")
    reporter.write("When", "since spring")
    reporter.choose("It is still going on")
    reporter.press("Continue")
    reporter.at_question("Who else knows about it?")
    reporter.skip(EVIDENCE, "I would rather not say")
    reporter.skip(TRIED)
    reporter.choose("A supervisor was told")
    reporter.press("Continue")
    reporter.at_question("How has it affected you?")
    reporter.skip(WANTS)
    reporter.skip(FEARS)
    reporter.press("Keep this and go on to the last questions")
    reporter.at_question(EXCLUSIONS)
    reporter.keep_out(("Imran Sheikh",))
    reporter.answer_mode("Anonymous")
    reporter.agree(("Somebody from welfare may offer me support",))
    reporter.finish_files()
    reporter.follow("Change where and when")
    reporter.at_question("Where and when did it happen?")
    when = page.get_by_label("When", exact=True)
    tab_to(page, when)
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("since late spring")
    reporter.press("Continue")
    reporter.at_question(CHECK)
    assert "since late spring" in reporter.text()
    words = reporter.send()
    reporter.try_words(words)
    reporter.confirm_words()

    desk.open_new_report("Stalking and harassment, 1 person named", account)
    read = answers_of(desk)
    assert read["Is someone in danger now?"] == "Yes"
    assert read["When"] == "since late spring"
    assert read["They agreed to"] == "An offer of support from welfare"
    assert "Imran Sheikh" in desk.text()

    page.goto("/")
    reporter.follow("Come back to a report")
    reporter.write("Your eight words, or the numbers", words)
    reporter.press("Open")
    reporter.at_inbox()


def test_the_fewest_presses_on_a_phone_without_scripts(service: RunningService, new_page: NewPage) -> None:
    """Skipped to the last: the account alone is asked for, said where it is missing, and nothing is lost by it."""
    page = new_page(base_url=service.base_url, javascript=False, width=PHONES[1])
    reporter = Reporter(page, "each-reporter/fewest")
    reporter.begin()
    for heading in ("How do you know about it?", "Was it one time, or more?", "What happened?"):
        reporter.skip(heading)
    with leads_on(page):
        page.locator("form#answer button[name=skip]").first.click()
    reporter.at_question("What kind of behaviour was it?")
    for heading in ("Who did it?", "Where and when did it happen?", "Who else knows about it?", EVIDENCE):
        reporter.skip(heading)
    reporter.go_on_to_the_last_questions()
    reporter.skip("How do you want to be known?")
    reporter.skip(CONSENT, "Skip this question and stay anonymous")
    reporter.agree()
    reporter.finish_files()
    reporter.press("Send")
    expect(page.get_by_role("alert")).to_contain_text("Your report was not sent yet")
    with leads_on(page):
        page.get_by_role("alert").get_by_role("link").click()
    reporter.at_question("What happened?")
    reporter.write_account("I only want it known: plover-cistern.")
    reporter.press("Continue")
    # To 'check answers', or by way of the prompts that now have something to begin from.
    expect(page.locator("h1")).to_have_text(re.compile(f"^({re.escape(MORE)}|{re.escape(CHECK)})$"))
    if page.locator("h1").inner_text() == MORE:
        reporter.press("Nothing to add")
    reporter.at_question(CHECK)
    assert "plover-cistern" in reporter.text()
    words = reporter.send()
    reporter.try_words(words)
    reporter.confirm_words()
    reporter.come_back(words)
