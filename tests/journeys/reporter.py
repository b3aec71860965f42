"""What a reporter does, one method a thing."""

import re
from collections.abc import Mapping

from playwright.sync_api import Page, expect

from tests.chromium import leads_on
from tests.journeys.story import Attached, Story, ToldAbout
from tests.journeys.visit import SIZE_UNIT, Heading, Visit

TITLE = "Form"
ACCOUNT_HEADINGS: Mapping[str, str] = {
    "I saw it or heard it": "What did you see or hear?",
    "Somebody told me about it": "What were you told?",
    "I am telling you for somebody else": "What happened to them?",
}
ACCOUNT_HEADINGS_ONGOING: Mapping[str, str] = {
    "I saw it or heard it": "What have you seen or heard?",
    "Somebody told me about it": "What have you been told?",
    "I am telling you for somebody else": "What has been happening to them?",
}
EFFECT_HEADINGS: Mapping[str, str] = {
    "I saw it or heard it": "What has it done to you, or to the team?",
    "Somebody told me about it": "What has it done, as far as you know?",
    "I am telling you for somebody else": "What has it done, as far as they want us to know?",
}
MORE = "Is there more that you want to say about it?"
EVIDENCE = "What could show that it happened?"
CHAT = "Would showing the messages tell people that it was you?"
TRIED = "Has anything been tried already?"
WANTS = "What do you want to happen?"
FEARS = "Is there anything that you are afraid of?"
MOTIVE = "Do you think it happened because of who somebody is?"
EXCLUSIONS = "Is there anybody who must not see this?"
CONSENT = "May we do any of these?"
CHECK = "Check your answers"
OWN_WORDS = "In your own words (optional)"


def account_heading(story: Story) -> str:
    """How this reporter is asked for the account."""
    if story.ongoing_without_event:
        return ACCOUNT_HEADINGS_ONGOING.get(story.relation, "What has been happening?")
    return ACCOUNT_HEADINGS.get(story.relation, "What happened?")


class Reporter(Visit):
    """A reporter at the reporter site; each method begins on the page where the last one ended."""

    def __init__(self, page: Page, name: str = "reporter", *, thorough: bool = False) -> None:
        super().__init__(page, name, thorough=thorough)

    # Beginning

    def open_start(self) -> None:
        self.page.goto("/")
        self.arrive("start", "Tell us about a colleague's behaviour")

    def read_before_starting(self) -> None:
        self.press("Start")
        self.arrive("report", "Before you start")

    def start_questions(self) -> None:
        self.press("Start the questions")
        self.at_question("Is somebody in danger now?")

    def begin(self) -> None:
        """From nothing to the first question."""
        self.open_start()
        self.read_before_starting()
        self.start_questions()

    # Questions: each answers the one that is shown and comes to the next

    def at_question(self, heading: Heading) -> None:
        self.arrive("report-step", heading)
        assert self.page.title() == TITLE

    def answer_danger(self, choice: str) -> None:
        self.choose(choice)
        self.press("Continue")
        self.at_question("How do you know about it?")

    def answer_relation(self, choice: str) -> None:
        self.choose(choice)
        self.press("Continue")
        self.at_question("Was it one time, or more?")

    def answer_shape(self, choice: str, account_heading: Heading = "What happened?") -> None:
        self.choose(choice)
        self.press("Continue")
        self.at_question(account_heading)

    def write_account(self, text: str) -> None:
        self.write("Use your own words, in any order", text)

    def answer_account(self, text: str) -> None:
        self.write_account(text)
        self.press("Continue")
        self.at_question(MORE)

    def answer_more(self, text: str) -> None:
        self.write("What you want to add", text)
        self.press("Continue")
        self.at_question("What kind of behaviour was it?")

    def answer_behaviours(self, categories: tuple[str, ...]) -> None:
        for category in categories:
            self.choose(category)
        self.press("Continue")
        self.at_question("Which of these happened?")

    def answer_kinds(self, kinds: tuple[str, ...], next_heading: Heading = "Who did it?") -> None:
        for kind in kinds:
            self.choose(kind)
        self.press("Continue")
        self.at_question(next_heading)

    def answer_people(self, people: tuple[ToldAbout, ...], *, ongoing: bool = False) -> None:
        for number, person in enumerate(people):
            if number:
                self.press("Add another person")
                self.at_question("Who else does it?" if ongoing else "Who else did it?")
            self._describe(person)
            self.press("Continue")
            self.at_question("The people you told us about")
        self.press("Continue")
        self.at_question("Where does it happen, and since when?" if ongoing else "Where and when did it happen?")

    def _describe(self, person: ToldAbout) -> None:
        self.write("Name, or what they are called", person.name)
        if person.rank:
            self.page.get_by_label("Rank or role", exact=True).select_option(label=person.rank)
        self.write("Team, and where it is", person.team)
        self.write("Collar number", person.collar_number)
        self.write("Anything else that tells us who it is", person.description)

    def answer_place(self, where: str, when: str, ongoing: str) -> None:
        self.write("Where", where)
        self.write("When", when)
        if ongoing:
            self.choose(ongoing)
        self.press("Continue")
        self.at_question("Who else knows about it?")

    def answer_knows(self, text: str) -> None:
        self.write("Who else knows about it?", text)
        self.press("Continue")
        self.at_question(EVIDENCE)

    def choose_and_write(self, choices: tuple[str, ...], label: str, text: str, next_heading: Heading) -> None:
        """Answer one of the questions with a list and a box for own words."""
        for choice in choices:
            self.choose(choice)
        if text:
            self.write(label, text)
        self.press("Continue")
        self.at_question(next_heading)

    def go_on_to_the_last_questions(self) -> None:
        """From any of the questions between 'who else knows' and 'who must not see this'."""
        self.press("Keep this and go on to the last questions")
        self.at_question(EXCLUSIONS)

    def keep_out(self, names: tuple[str, ...]) -> None:
        self.write("People who must not see this", "\n".join(names))
        self.press("Continue")
        self.at_question("How do you want to be known?")

    def answer_mode(self, mode: str, name: str = "", contact: str = "") -> None:
        self.choose(mode)
        if name:
            self.write("Your name", name)
            self.write("How to reach you (optional)", contact)
        self.press("Continue")
        self.at_question(CONSENT)

    def agree(self, consents: tuple[str, ...] = ()) -> None:
        for consent in consents:
            self.choose(consent)
        self.press("Continue")
        self.at_question("Do you have files to add?")

    def add_file(self, file: Attached) -> None:
        self.page.get_by_label("Choose files", exact=True).set_input_files(
            {"name": file.name, "mimeType": "application/octet-stream", "buffer": file.content}
        )
        self.press_and_stay("Upload")
        expect(self.page.get_by_role("term").filter(has_text=file.name)).to_be_visible()
        self.at_question("Do you have files to add?")

    def finish_files(self) -> None:
        self.press("Continue")
        self.at_question(CHECK)

    def skip(self, next_heading: str, button: str = "Skip this question") -> None:
        self.press(button)
        self.at_question(next_heading)

    def tell(self, story: Story) -> None:
        """Answer everything, from the first question to 'check answers'."""
        self.answer_danger(story.danger)
        self.answer_relation(story.relation)
        self.answer_shape(story.shape, account_heading(story))
        self.answer_account(story.account)
        self.answer_more(story.more)
        self.answer_behaviours(story.categories)
        ongoing = story.ongoing_without_event
        self.answer_kinds(story.kinds, "Who does it?" if ongoing else "Who did it?")
        self.answer_people(story.people, ongoing=ongoing)
        self.answer_place(story.where, story.when, story.ongoing)
        self.answer_knows(story.knows)
        self.answer_the_middle(story)
        self.keep_out(story.keep_out)
        self.answer_mode(story.mode, story.name, story.contact)
        self.agree(story.consents)
        self.add_file(story.file)
        self.finish_files()

    def answer_the_middle(self, story: Story) -> None:
        """From 'what could show it' to 'who must not see this'; a story that tells less goes on to the last ones."""
        middle = story.middle
        if middle is None:
            self.go_on_to_the_last_questions()
            return
        after_evidence = CHAT if story.messages else TRIED
        self.choose_and_write(middle.evidence, "Where it is, or who has it (optional)", middle.where, after_evidence)
        if story.messages:
            self.choose_and_write((middle.chat,), "", "", TRIED)
        effect = EFFECT_HEADINGS.get(story.relation, "How has it affected you?")
        self.choose_and_write(middle.tried, "What came of it (optional)", middle.came_of_it, effect)
        self.choose_and_write(middle.effect, OWN_WORDS, middle.effect_words, WANTS)
        self.choose_and_write(middle.wants, OWN_WORDS, middle.wants_words, FEARS)
        self.choose_and_write(middle.fears, "What would make you feel safer? (optional)", middle.safer, MOTIVE)
        self.choose_and_write(middle.motive, "What makes you think so (optional)", middle.why, EXCLUSIONS)

    def tell_only(self, account: str, *, keep_out: tuple[str, ...] = ()) -> None:
        """Skip every question but the account, and who must not see it where somebody is named: one press a page."""
        self.skip("How do you know about it?")
        self.skip("Was it one time, or more?")
        self.skip("What happened?")
        self.answer_account(account)
        self.skip("What kind of behaviour was it?", "Nothing to add")
        self.skip("Who did it?")
        self.skip("Where and when did it happen?")
        self.skip("Who else knows about it?")
        self.skip(EVIDENCE)
        self.go_on_to_the_last_questions()
        if keep_out:
            self.keep_out(keep_out)
        else:
            self.skip("How do you want to be known?")
        self.skip(CONSENT, "Skip this question and stay anonymous")
        self.agree()
        self.finish_files()

    # Sending

    def change(self, question: str, heading: Heading) -> None:
        """From 'check answers' to the question behind 'Change'."""
        self.follow(f"Change {question}")
        self.at_question(heading)

    def change_when(self, when: str) -> None:
        """Change one answer; 'Continue' leads back to 'check answers'."""
        self.change("where and when", re.compile("^Where (and when did|does) it happen"))
        self.write("When", when)
        self.press("Continue")
        self.at_question(CHECK)
        assert when in self.text()

    def send(self) -> str:
        """Send; the eight words of the receipt, on the path where 'check answers' stood."""
        before = self.page.url
        self.press("Send")
        self.at_question(re.compile("Your report was sent"))
        assert self.page.url == before
        words = self.page.locator("[data-receipt]").inner_text().strip()
        assert len(words.split()) == 8
        return words

    def try_words(self, words: str) -> None:
        self.write("Type or paste your words, or the numbers", words)
        self.press("Try them")
        expect(self.page.get_by_role("heading", name="These are the right words")).to_be_visible()
        self.at_question(re.compile("Your report was sent"))

    def confirm_words(self) -> None:
        self.press("I have kept them")
        self.at_question("Thank you for telling us")

    # Coming back

    def open_return(self) -> None:
        self.page.goto("/")
        self.follow("Come back to a report")
        self.arrive("return", "Come back to a report")

    def come_back(self, words: str) -> None:
        self.open_return()
        self.write("Your eight words, or the numbers", words)
        self.press("Open")
        self.at_inbox()

    def at_inbox(self) -> None:
        self.arrive("return", "Where your report stands")

    def inbox_lines(self) -> list[tuple[str, str]]:
        """What happened so far, newest first: the day and what it was."""
        rows = self.page.locator("[data-lines] > div").all()
        return [(row.locator("dt").inner_text().strip(), row.locator("dd").inner_text().strip()) for row in rows]

    def read_message(self) -> str:
        """Open the newest message from Professional Standards; its text."""
        with leads_on(self.page):
            self.page.get_by_role("button", name="Message to you: read and answer").first.click()
        self.arrive("return", "Message to you")
        return self.page.locator("[data-message]").inner_text()

    def answer_message(self, text: str) -> None:
        self.press("Answer")
        self.arrive("return", "Write to us or add something")
        self.write("What do you want to say?", text)
        self.press("Send")
        self.at_inbox()

    # What an onlooker learns

    def assert_all_pages_look_alike(self) -> None:
        """Nothing in the size of a page or its compression tells which one was read."""
        pages = [each for each in self.documents if each.headers.get("content-type", "").startswith("text/html")]
        assert len(pages) > 5
        for each in pages:
            assert int(each.headers["content-length"]) % SIZE_UNIT == 0, each.url
            assert "content-encoding" not in each.headers
            assert each.headers["cache-control"] == "no-store"
