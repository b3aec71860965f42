"""What somebody of a desk does with a report and a case, one method a thing."""

import re

from playwright.sync_api import expect

from tests.chromium import leads_on
from tests.journeys.staff import Staff

WHY = "Because of what is written in the report: heron-saddle."


class Caseworker(Staff):
    """A member of a desk, or an investigator, who works a report and its case."""

    def open_only_report(self) -> None:
        """The one that waits."""
        with leads_on(self.page):
            self.page.locator("section[aria-labelledby=reports] tbody a").click()
        self.arrive("staff-report", re.compile("Report"))

    def assess(self, *, risk: str, vawg: str) -> None:
        """From the report's page, and back to it."""
        self.press("Assess")
        self.arrive("staff-triage", re.compile("Assess the report"))
        self.choose(risk)
        self.page.get_by_role("group", name="Is it violence against women and girls?").get_by_label(vawg).check()
        for kind in self.page.get_by_label("What they are", exact=True).all():
            kind.select_option(label="Police officer (up to chief superintendent)")
        self.write("Why this risk, and what you think of the report", WHY)
        self.press("Save the assessment")
        self.arrive("staff-report", re.compile("Report"))

    def ask(self, question: str) -> None:
        self.press("Ask the reporter")
        self.arrive("staff-ask", re.compile("Ask the reporter something"))
        self.write("Your question to the reporter", question)
        self.press("Send the question")
        self.arrive("staff-report", re.compile("Report"))

    def open_case(self, title: str, *, owner: str, iopc: str) -> None:
        """From the report's page to the new case's."""
        self.press("Open a case")
        self.arrive("staff-open-case", re.compile("Open a case"))
        self.write("What the case is called", title)
        self.page.get_by_label("Owner", exact=True).select_option(label=owner)
        supervisor = self.page.get_by_label("Supervisor", exact=True)
        if supervisor.count():
            supervisor.select_option(index=1)
        self.page.get_by_label("Referral to the IOPC", exact=True).first.select_option(label=iopc)
        self.press("Open the case")
        self.at_case(title)

    def at_case(self, title: str) -> None:
        self.arrive("staff-case", re.compile(rf"Case \S+\s*{re.escape(title)}"))

    def see_case(self, url: str, title: str) -> None:
        self.page.goto(url)
        self.at_case(title)

    def assign_investigator(self, name: str, title: str) -> None:
        self.press("Assign")
        self.arrive("staff-assign", re.compile("Assign the case"))
        self.page.get_by_label("Investigator", exact=True).select_option(label=name)
        self.press("Assign")
        self.at_case(title)

    def record_referral(self, person: str, state: str, title: str) -> None:
        with leads_on(self.page):
            self.page.get_by_role("link", name=f"Change the referral of {person}").click()
        self.arrive("staff-iopc", re.compile("Referral to the IOPC"))
        self.choose(state)
        self.write("Why, and who decided", WHY)
        self.press("Record it")
        self.at_case(title)

    def move(self, person: str, to: str, title: str, *, determination: str = "", outcome: str = "") -> None:
        """One step of somebody's proceeding, from the case's page and back to it."""
        with leads_on(self.page):
            self.page.get_by_role("link", name=re.compile(rf"^{re.escape(to)}\s*, {re.escape(person)}$")).click()
        self.arrive("staff-move", re.compile(re.escape(to)))
        for choice in filter(None, (determination, outcome)):
            self.choose(choice)
        self.write("Why", WHY)
        self.press("Record this step")
        self.at_case(title)

    def stages(self) -> list[str]:
        """The stage of each person of the case, in the order of the page."""
        return [box.locator(".govuk-tag").first.inner_text() for box in self.page.locator("div[id^=person-]").all()]

    def add_note(self, text: str, title: str) -> None:
        self.write("Add a note", text)
        self.press("Add the note")
        self.at_case(title)
        expect(self.page.locator("section[aria-labelledby=notes]")).to_contain_text(text)

    def tell(self, link: str, text: str, button: str) -> None:
        """From a report's page: write to the reporter what this act asks for."""
        self.press(link)
        self.write("What you tell the reporter", text)
        self.press(button)
        self.arrive("staff-report", re.compile("Report"))

    def give_reason(self, link: str, button: str) -> None:
        """From a report's page: an act that asks for nothing but why."""
        self.press(link)
        self.write("Why", WHY)
        self.press(button)
        self.arrive("staff-report", re.compile("Report"))

    def reminders(self) -> list[str]:
        """The addresses of what is reminded of on the first page, in its order."""
        self.page.goto(f"{self._service.base_url}/staff/")
        links = self.page.locator("section[aria-labelledby=reminders] tbody a").all()
        return [str(link.get_attribute("href")) for link in links]
