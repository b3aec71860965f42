"""Every page that a reporter can come by, and every way in which it can refuse what is typed, seen once.

Nothing here knows which questions there are: whoever walks fills in the form that is shown, whatever it asks, posts it
empty and far too long, presses each of its buttons, and goes on to where it leads. A new page is in the walk on the day
on which a link or a button leads to it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import loader
from django.test import Client
from django.urls import get_resolver
from lxml import html

from speakup.embedded.demonstration import Force
from speakup.reporting.models import Report
from speakup.reporting.questions import CHECK, STEPS, step_number
from tests.attacks.test_wrong_roles import patterns
from tests.attacks.travelling import staff_browser, staff_post
from tests.reading.page_text import Page
from tests.reporting.foreign_files import photo

RELATIONS = ("me", "saw", "told", "for_someone")
HEAD_OF_THE_DESK = "helen.marsh@example.test"
STATUSES = (400, 403, 404, 413, 500)
OWN_WORDS = "Plover lantern seventeen."
REPLY = "Thank you. What did he say next?"
GIVEAWAY = "I was the only woman on the team, and my collar number is 4417."
FAR_TOO_LONG = "far too long " * 8_000
WRONGLY = (("empty", None), ("typed", OWN_WORDS), ("far too long", FAR_TOO_LONG))
MOST_PAGES = 80  # on the way from the first question to the last
GO_ON = re.compile("^(Continue|Send|Open)$")
# Where more than one choice may be made the walk makes them all; of these it makes one that leads to more pages.
CHOSEN = {"mode": "confidential", "choice": "yes"}


class Walker:
    """One browser, which keeps each page that it sees, once. `typed` is what it writes in every box."""

    def __init__(self, seen: dict[str, Page]) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.seen = seen
        self.now = Page("nothing", "/", 0, {}, "<main></main>")

    def get(self, path: str, name: str) -> Page:
        return self._keep(self.client.get(path), path, name)

    def post(self, path: str, name: str, data: Mapping[str, Any]) -> Page:
        return self._keep(self.client.post(path, {**self._token(), **data}), path, name)

    def press(self, button: Mapping[str, str], name: str, *, typed: str | None = OWN_WORDS, **fields: Any) -> Page:
        """Post the form of this button (one of `buttons`), its boxes filled with `typed`, or as they stand."""
        form = next(each for each in self._forms() if button in _buttons_of(each))
        own = {button["name"]: button["value"]} if button["name"] else {}
        return self.post(form.get("action") or self.now.path, name, {**_filled(form, typed), **own, **fields})

    def buttons(self) -> list[dict[str, str]]:
        return [button for form in self._forms() for button in _buttons_of(form)]

    def button(self, text: str | re.Pattern[str]) -> dict[str, str]:
        """The first button with this text. Raises StopIteration."""
        return next(each for each in self.buttons() if re.search(text, each["text"]))

    def links(self) -> list[str]:
        """Where the page's links lead on this site, without the way out."""
        found = html.document_fromstring(self.now.html).xpath("//a/@href")
        paths = {re.sub(r"#.*", "", str(link)) for link in found if str(link).startswith(("/", "?"))}
        return sorted(self.now.path + path if path.startswith("?") else path for path in paths if path != "/leave/")

    def _forms(self) -> list[html.HtmlElement]:
        return list(html.document_fromstring(self.now.html).xpath("//main//form[@method='post']"))

    def _token(self) -> dict[str, str]:
        if "rc" not in self.client.cookies:
            self.client.get("/return/")
        return {"csrfmiddlewaretoken": self.client.cookies["rc"].value}

    def _keep(self, response: Any, path: str, name: str) -> Page:
        while response.status_code in {301, 302, 303}:
            path = response.headers["Location"]
            response = self.client.get(path)
        content = b"".join(response) if response.streaming else response.content
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            return self.now  # a file that is saved
        self.now = Page(name, path, response.status_code, dict(response.headers), content.decode())
        self.seen.setdefault(self.now.looks, self.now)
        return self.now


def _buttons_of(form: html.HtmlElement) -> list[dict[str, str]]:
    found = form.xpath(".//button[not(@aria-hidden)][not(@type='button')]")
    return [
        {"text": _words(each), "name": each.get("name") or "", "value": each.get("value") or ""}
        for each in found
        if each.get("hidden") is None
    ]


def _words(element: html.HtmlElement) -> str:
    """What stands on a button, without marks around it (tests/reading/test_translatable.py)."""
    return re.sub(r"^\W+|\W+$", "", " ".join(str(element.text_content()).split()))


def _filled(form: html.HtmlElement, typed: str | None) -> dict[str, Any]:
    """What the form posts: `typed` in every box and a choice of each; as it stands where `typed` is None."""
    data: dict[str, Any] = {}
    for box in form.xpath(".//input | .//textarea | .//select"):
        name, kind = box.get("name") or "", box.get("type") or box.tag
        if kind == "hidden":
            data[name] = box.get("value") or ""
        elif typed is None or not name or kind in {"file", "submit"} or box.get("data-behaviour") == "exclusive":
            continue
        elif kind == "radio":
            if name not in data or box.get("value") == CHOSEN.get(name):
                data[name] = box.get("value")
        elif kind == "checkbox":
            data.setdefault(name, []).append(box.get("value") or "on")
        elif kind == "select":
            data[name] = [option.get("value") for option in box.iter("option")][-1]
        else:
            data[name] = typed
    return data


def every_page(force: Force) -> list[Page]:
    """Each different page, in the order in which it was first seen."""
    seen: dict[str, Page] = {}
    look_round(Walker(seen), "nobody")
    for relation in RELATIONS:
        tell(Walker(seen), relation, WRONGLY if relation == RELATIONS[0] else WRONGLY[:2])
    _only_what_is_needed(Walker(seen))
    _refuse(Walker(seen))
    _save(Walker(seen))
    _search(Walker(seen))
    _come_back(Walker(seen), force)
    for status in STATUSES:
        page = loader.render_to_string(f"web/{status}.html", {"site": "reporter"})
        seen.setdefault(page, Page(f"error {status}", f"/error-{status}/", status, {}, page))
    return list(seen.values())


def look_round(walker: Walker, who: str) -> None:
    """Every address that has no number in it, and wherever links lead from there."""
    waiting = ["/", *(path for path, _ in patterns(get_resolver("speakup.urls.reporter")) if "<" not in path)]
    asked = {"/leave/"}
    while waiting:
        path = waiting.pop(0)
        if path in asked or path.endswith("z"):
            continue
        asked.add(path)
        walker.get(path, f"{who}: {path}")
        waiting += walker.links()


def _begin(walker: Walker, who: str) -> None:
    walker.get("/report/", f"{who}: before")
    walker.press(walker.button("Start the questions"), f"{who}: first question")


def _step_name(path: str) -> str:
    number = re.fullmatch(r"/report/(\d+)/", path)
    return STEPS[int(number[1]) - 1] if number else path


def tell(walker: Walker, relation: str, wrongly: Iterable[tuple[str, str | None]] = ()) -> None:
    """From the first question to the receipt: each page wrongly in these ways, by each button, and then rightly."""
    _begin(walker, relation)
    been_wrong = set()  # a page that is come by again, because a button took out what was in it, is only answered
    for _ in range(MOST_PAGES):
        name = _step_name(walker.now.path)
        if name == CHECK:
            break
        this = name, tuple(each["text"] for each in walker.buttons())
        if this not in been_wrong:
            been_wrong.add(this)
            _get_wrong(walker, f"{relation}: {name}", wrongly)
        before = walker.now.path, walker.now.looks
        _go_on(walker, f"{relation}: after {name}", **({"choice": relation} if name == "relation" else {}))
        assert (walker.now.path, walker.now.looks) != before, f"the walk stands still on {name}"
    else:
        raise AssertionError(f"{MOST_PAGES} pages and no end: {walker.now.path}")
    walker.get(walker.now.path, f"{relation}: check")
    look_round(walker, f"{relation} with a form")
    _send(walker, relation)


def _go_on(walker: Walker, name: str, **chosen: str) -> None:
    links = html.document_fromstring(walker.now.html).xpath("//main//a[contains(@class, 'govuk-button')]/@href")
    if any(each["name"] != "save" for each in walker.buttons()):
        walker.press(_onwards(walker), name, **chosen)
    else:
        walker.get(str(links[0]), name)


def _onwards(walker: Walker) -> dict[str, str]:
    buttons = [each for each in walker.buttons() if each["name"] != "save"]
    return next((each for each in buttons if GO_ON.search(each["text"])), buttons[-1])


def _get_wrong(walker: Walker, name: str, ways: Iterable[tuple[str, str | None]]) -> None:
    """Each button of the page pressed with nothing in its boxes, with too much, or with words; then it once more."""
    path = walker.now.path
    for button in [each for each in walker.buttons() if each["name"] != "save"]:
        for how, typed in ways:
            if how == "typed" and GO_ON.search(button["text"]):
                continue  # that is how the walk goes on
            if button in walker.buttons():  # or it did its work, and there is nothing left to press
                walker.press(button, f"{name}, '{button['text']}', {how}", typed=typed)
                walker.get(path, name)


def _search(walker: Walker) -> None:
    """Behaviours found by words."""
    _begin(walker, "searching")
    walker.get(f"/report/{step_number('behaviours')}/", "searching")
    walker.press(walker.button("^(Search|Find)"), "searching: found", typed="jokes about women")


def _send(walker: Walker, who: str) -> None:
    walker.get(f"/report/{step_number(CHECK)}/", f"{who}: check")
    walker.press(walker.button("^Send"), f"{who}: receipt")
    receipt = walker.now
    for button in walker.buttons():
        for typed in (None, OWN_WORDS):
            walker.get(receipt.path, f"{who}: receipt")
            if button in walker.buttons():
                walker.press(button, f"{who}: receipt, '{button['text']}'", typed=typed)
    look_round(walker, f"{who} with words")
    for _ in range(6):
        if not walker.buttons():
            break
        walker.get(receipt.path, f"{who}: receipt")
        if not walker.buttons():
            break
        walker.press(walker.buttons()[-1], f"{who}: after the receipt", typed=None)
        if walker.buttons():
            walker.press(walker.buttons()[0], f"{who}: after the receipt, again", typed=None)


def _only_what_is_needed(walker: Walker) -> None:
    """Sent too early, then with the account alone; meanwhile what is typed at another tab, and after leaving."""
    _begin(walker, "short")
    check, account = f"/report/{step_number(CHECK)}/", f"/report/{step_number('account')}/"
    walker.get(check, "short: check")
    walker.press(walker.button("^Send"), "short: sent too early")
    walker.get(account, "short: account")
    form = walker.now
    walker.press(_onwards(walker), "short: what shows who it is", typed=GIVEAWAY)
    walker.now = form
    walker.press(_onwards(walker), "short: after the account", keep_it="yes")
    walker.now = form
    walker.press(_onwards(walker), "short: another tab", typed="Something else.")
    walker.client.cookies.pop("r", None)
    walker.now = form
    walker.press(_onwards(walker), "short: after the session")


def _refuse(walker: Walker) -> None:
    """What cannot be kept by going back; a file that is not taken, and one that is."""
    _begin(walker, "files")
    walker.get(f"/report/{step_number('place')}/", "held back")
    walker.press(_onwards(walker), "held back: far too long", typed=FAR_TOO_LONG, back="yes")
    walker.get(f"/report/{step_number('files')}/", "files")
    for name, content in (("programme.exe", b"MZ" + b"\0" * 200), ("a picture.png", photo("PNG", size=(64, 48)))):
        walker.get(f"/report/{step_number('files')}/", "files")
        sent = SimpleUploadedFile(name, content)
        walker.press(walker.button("^Upload"), f"files: {name}", typed=None, attachments=sent)
    walker.get(f"/report/{step_number('files')}/", "files: one is there")


def _save(walker: Walker) -> None:
    """Saved for later: the words, each thing that can be done there, and the form opened with them again."""
    _begin(walker, "saved")
    walker.get(f"/report/{step_number('account')}/", "saved: account")
    walker.press(walker.button("^Save"), "saved: the words")
    words = _receipt_words(walker)
    shown = walker.now
    for button in [each for each in walker.buttons() if each["value"] not in {"go-on", "delete"}]:
        walker.press(button, f"saved: '{button['text']}'", typed=None)
        walker.now = shown
    walker.client.cookies.clear()
    walker.get("/return/", "saved: return")
    walker.press(_onwards(walker), "saved: open again", typed=words)
    for _ in range(4):
        if not (delete := [each for each in walker.buttons() if "elete" in each["text"]]):
            break
        walker.press(delete[0], "saved: deleting", typed=None)
    walker.client.cookies.clear()
    walker.get("/return/", "saved: return")
    walker.press(_onwards(walker), "saved: words of what was deleted", typed=words)


def _receipt_words(walker: Walker) -> str:
    return str(html.document_fromstring(walker.now.html).xpath("//*[@data-receipt]")[0].text_content()).strip()


def _come_back(walker: Walker, force: Force) -> None:
    """The words wrongly and rightly; the inbox before and after a reply; and whatever it lets somebody do."""
    _begin(walker, "back")
    walker.get(f"/report/{step_number('account')}/", "back: account")
    walker.press(_onwards(walker), "back: after the account")
    walker.get(f"/report/{step_number(CHECK)}/", "back: check")
    earlier = set(Report.objects.values_list("pk", flat=True))
    walker.press(walker.button("^Send"), "back: receipt")
    words = _receipt_words(walker)
    (report,) = set(Report.objects.values_list("pk", flat=True)) - earlier
    walker.client.cookies.clear()
    for name, typed in (("no words", ""), ("not words", OWN_WORDS), ("one word wrong", words[:-3] + "zzz")):
        walker.get("/return/", "back: return")
        walker.press(_onwards(walker), f"back: {name}", typed=typed)
    walker.get("/return/", "back: return")
    walker.press(_onwards(walker), "back: inbox before a reply", typed=words)
    head = staff_browser(force, HEAD_OF_THE_DESK)
    head.get(f"/staff/reports/{report}/")
    assert staff_post(head, f"/staff/reports/{report}/reply/", text=REPLY).status_code == 303
    walker.get("/return/", "back: inbox with news")
    inbox = walker.now
    for button in [each for each in walker.buttons() if each["value"] != "close"]:
        walker.get("/return/", "back: inbox")
        if button in walker.buttons():
            walker.press(button, f"back: '{button['text']}'", typed=None)
            for further in [each for each in walker.buttons() if each["value"] != "close"]:
                opened = walker.now
                for how, text in WRONGLY:
                    walker.press(further, f"back: '{button['text']}', '{further['text']}', {how}", typed=text)
                    walker.now = opened
    assert inbox.path == "/return/"


def without_repeats(pages: Iterable[Page]) -> Iterator[Page]:
    """Each address once; each error of each of its fields once; and whatever has a kind of element that none had yet.

    What stands on every question alike (that something typed would be skipped, say) is looked at on one of them.
    """
    been: set[tuple[str, str]] = set()
    for page in pages:
        root = html.document_fromstring(page.html)
        path = page.path.partition("?")[0]
        wrong = root.xpath("//*[contains(@class, 'govuk-error-summary__list')]//a/@href")
        kinds = {("element", f"{each.tag} {each.get('class')}") for each in root.iter() if isinstance(each.tag, str)}
        new = ({("path", path)} | {(path, str(field)) for field in wrong} | kinds) - been
        if new:
            been |= new
            yield page
