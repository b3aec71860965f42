"""A report's whole way through the real pages: sent, opened, answered, read, answered again, and a night."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from speakup.embedded.demonstration import Force
from speakup.reporting.models import Report
from speakup.reporting.questions import CHECK, FILES, step_number
from tests.builders import sign_in_client

# Nobody else writes these: what is found is found because it was typed.
TYPED: Mapping[str, str] = {
    "account": "Quorvexil-é-lantern waited behind the stores",
    "person": "Zyphandrelle Quistmoor",
    "team": "Velquarnish response team",
    "collar": "QX90917731",
    "description": "scarred brindlevox eyebrow",
    "place": "Ombrelthwaite multistorey",
    "when": "around Vorkelmas supper",
    "knows": "my cousin Jaxverine Oldthorpe",
    "kept out": "Thessaloquin Brandwyke",
    "name": "Pellucidra Wexmarrow",
    "contact": "wexmarrow-canary@nowhere.test",
    "file name": "sprindlegauze-diary.txt",
    "file": "kwombasticly he wrote to me again",
    "message": "frondle-gazebo is when it began",
    "second file name": "humberwick-zantrel.txt",
    "second file": "yarrowquint told me to keep still",
    "reply": "Mavrodsky-plinth: thank you, we have read it",
}
ADDRESSES = ("203.0.113.177", "198.51.100.93", "192.0.2.211", "2001:db8:c0de:cafe::7731")
USER_AGENT = "CanaryBrowser/7.31 (Quillmoor)"
FROM_THE_REPORTER: dict[str, Any] = {
    "REMOTE_ADDR": ADDRESSES[0],
    "HTTP_X_FORWARDED_FOR": f"{ADDRESSES[1]}, {ADDRESSES[0]}",
    "HTTP_FORWARDED": f'for="[{ADDRESSES[3]}]";proto=https',
    "HTTP_X_REAL_IP": ADDRESSES[2],
    "HTTP_USER_AGENT": USER_AGENT,
    "HTTP_ACCEPT_LANGUAGE": "gv-IM,gv;q=0.7",
}
SENT_AT = dt.datetime(2031, 2, 13, 3, 17, 42, 516_000, tzinfo=dt.UTC)


def step(page: str) -> str:
    return reverse("report-step", kwargs={"step": step_number(page)})


class ReporterBrowser:
    """A reporter's browser with Django's CSRF check on. `token` False posts without one."""

    def __init__(self, *, token: bool = True, headers: dict[str, Any] = FROM_THE_REPORTER) -> None:
        self.client = Client(enforce_csrf_checks=True, raise_request_exception=False, **headers)
        self.token = token

    def get(self, path: str) -> Any:
        return self.client.get(path)

    def post(self, path: str, **fields: Any) -> Any:
        if self.token:
            if "rc" not in self.client.cookies:
                self.client.get("/return/")
            fields["csrfmiddlewaretoken"] = self.client.cookies["rc"].value
        return self.client.post(path, fields)

    def start(self) -> "ReporterBrowser":
        assert self.post("/report/").status_code == 303
        return self

    def answer(self, page: str, **fields: Any) -> None:
        seen = re.search(r'name="version" value="(\d+)"', self.get(step(page)).content.decode())
        response = self.post(step(page), version=seen[1] if seen else "0", **fields)
        assert response.status_code == 303, response.content.decode()[:3000]

    def send(self) -> str:
        """Send; the receipt's words as one line, as the page gives them."""
        response = self.post(step(CHECK), act="send")
        assert response.status_code == 303, response.content.decode()[:3000]
        words: str = self.get(step(CHECK)).context["plain_words"]
        return words

    def try_words(self, words: str) -> list[Any]:
        """The answer to the words, and the page that it leads to, if it does."""
        answer = self.post("/return/", words=words)
        return [answer, self.get("/return/")] if answer.status_code == 303 else [answer]

    def come_back(self, words: str) -> Any:
        """The page that says what came of the words."""
        return self.try_words(words)[-1]

    def late_form(self) -> str:
        """What the page carries that asks for the words beside a text whose inbox has closed."""
        found = re.search(r'name="made" value="([^"]+)"', self.post("/return/", text="late").content.decode())
        assert found
        return found[1]


def staff_browser(force: Force, email: str) -> Client:
    """A member's browser, signed in, with Django's CSRF check on."""
    staff = force.member(email)
    client = sign_in_client(staff, force.personal_secrets[staff.pk])
    client.handler.enforce_csrf_checks = True
    return client


def staff_post(client: Client, path: str, **fields: Any) -> Any:
    """A post with the token that the site's pages carry."""
    if "sc" not in client.cookies:
        client.get(reverse("staff-home"))
    return client.post(path, {**fields, "csrfmiddlewaretoken": client.cookies["sc"].value})


def file_of(name: str, content: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode() * 40, content_type="text/plain")


@dataclass(frozen=True)
class Travelled:
    """What a journey gave: the receipt's words and the report."""

    words: str
    report_id: UUID


def fill_in(reporter: ReporterBrowser, typed: Mapping[str, str] = TYPED) -> None:
    """Answer every question and attach a file."""
    reporter.start()
    reporter.answer("danger", choice="no")
    reporter.answer("relation", choice="me")
    reporter.answer("account", text=typed["account"])
    reporter.answer("behaviours", categories="sexism")
    reporter.answer("kinds", behaviours="sexism.jokes")
    reporter.answer(
        "people",
        name=typed["person"],
        team=typed["team"],
        collar_number=typed["collar"],
        description=typed["description"],
    )
    reporter.post(step("people"), list="1", version="1")
    reporter.answer("place", where=typed["place"], when=typed["when"], ongoing="yes")
    reporter.answer("knows", text=typed["knows"])
    reporter.answer("exclusions", names=typed["kept out"])
    reporter.answer("mode", mode="confidential", name=typed["name"], contact=typed["contact"])
    files = reporter.post(step(FILES), attachments=file_of(typed["file name"], typed["file"]), go_on="1")
    assert files.status_code == 303, files.content.decode()[:3000]


def travel(force: Force, *, sent_at: dt.datetime = SENT_AT, says_who: bool = False) -> Travelled:
    """The whole way. Staff open and answer in the afternoon; the reporter answers with a file at the hour and minute of
    sending, a day later, and may say openly who they are (`says_who`); then two nights."""
    day = dt.timedelta(days=1)
    afternoon = sent_at.replace(hour=14, minute=5, second=11, microsecond=0)
    earlier = set(Report.objects.values_list("id", flat=True))
    with time_machine.travel(sent_at, tick=False):
        reporter = ReporterBrowser()
        fill_in(reporter)
        words = reporter.send()
        reporter.post(step(CHECK), act="kept", tried="1")
        thanked = reporter.post(step(CHECK), act="about-you-send", sex="woman", age="under_30")
        assert thanked.context["answered"]
        reporter.get("/leave/")
    with time_machine.travel(afternoon):
        # Kept out was a name that nobody has: only the desk's leaders read it.
        head = staff_browser(force, "helen.marsh@example.test")
        waiting = [line.report.id for line in head.get(reverse("staff-home")).context["page"].reports]
        (report_id,) = set(waiting) - earlier
        page = head.get(reverse("staff-report", args=[report_id]))
        assert TYPED["account"] in page.content.decode()
        (attached,) = page.context["page"].opened.files
        saved = staff_post(head, reverse("staff-original", args=[report_id, attached.id]), why="to see it whole")
        assert TYPED["file"].encode() in saved.getvalue()
        assert staff_post(head, reverse("staff-reply", args=[report_id]), text=TYPED["reply"]).status_code == 303
    with time_machine.travel(sent_at + day, tick=False):
        back = ReporterBrowser()
        back.come_back("these are no words at all")
        inbox = back.come_back(words)
        assert inbox.context["inbox"].intact
        assert TYPED["reply"] in back.post("/return/", read="1").content.decode()
        second = file_of(TYPED["second file name"], TYPED["second file"])
        assert back.post("/return/", text=TYPED["message"], attachments=second).status_code == 303
        assert TYPED["message"] in back.post("/return/", read="2").content.decode()
        if says_who:
            who = {"mode": "open", "name": TYPED["name"], "contact": TYPED["contact"]}
            assert back.post("/return/", known="1", **who).status_code == 303
    with time_machine.travel(afternoon + day):
        head.get(reverse("staff-report", args=[report_id]))
    for night in (1, 2):
        with time_machine.travel((sent_at + night * day).replace(hour=23, minute=59, second=0)):
            call_command("run_nightly", stdout=_Nowhere())
    return Travelled(words, report_id)


class _Nowhere:
    """Where the nightly command's own line goes."""

    def write(self, text: str) -> None:
        return None
