"""The pages read before anything is told: what they say, what they never say, and that reading leaves nothing."""

import base64
import hashlib
import io
import re
from dataclasses import replace
from typing import Any
from unittest import mock

import pytest
import segno
from django.http import SimpleCookie
from django.test import Client
from django.urls import NoReverseMatch, reverse

from speakup.embedded.demonstration import Force
from speakup.policy.document import Interval, Unit
from speakup.policy.services import current_policy
from speakup.reporting.about_pages import ABOUT_PAGES, AboutPageConverter
from speakup.reporting.models import Draft, ReporterSession
from speakup.reporting.presenters.examples import SHORTENINGS, examples_of
from speakup.reporting.presenters.other_ways import other_ways, site_address
from speakup.reporting.presenters.promises import promises_of
from speakup.reporting.presenters.support import services_by_need, shown_services
from speakup.web.padding import UNIT
from tests.reporting_pages.conftest import Browser, path_of, text_of

ABOUT = {name: f"/about/{number}/" for number, name in enumerate(ABOUT_PAGES, start=1)}
ONLY_READ = ["/", "/support/", "/privacy/", *ABOUT.values()]
SHORT = re.compile(r"\b[A-Z]{2,}s?\b")
# What everybody knows by its short name, and what is no shortening.
KNOWN_TO_ALL = {"AI", "QR", "VPN", "PDF", "MB", "SARC"}
FOREIGN = re.compile(r"(?:src|srcset|action|data|poster|formaction)\s*=\s*[\"'](?:https?:)?//", re.IGNORECASE)


def words_of(page: str) -> str:
    """What is read of a page's main part, in one line."""
    main = page[page.index("<main") : page.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


# Attacks


@pytest.mark.parametrize("path", ["/about/0/", "/about/5/", "/about/01/", "/about/99/", "/about/100/", "/about/-1/"])
def test_a_number_of_no_page_is_no_page(browser: Browser, path: str) -> None:
    assert browser.client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/about/duty/", "/about/1/2/", "/about/\u0661/", "/about/1%0a/", "/about/"])
def test_nor_is_anything_else_there(browser: Browser, path: str) -> None:
    assert browser.client.get(path).status_code == 404


@pytest.mark.parametrize("name", ["", "1", "right place", "../duty", "0"])
def test_no_page_is_linked_that_there_is_not(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse("about", args=[name])


@pytest.mark.parametrize("path", ONLY_READ)
def test_reading_sets_no_cookie_and_keeps_nothing(browser: Browser, path: str) -> None:
    response = browser.client.get(path)
    assert response.cookies == SimpleCookie()
    assert "Set-Cookie" not in response.headers
    assert (ReporterSession.objects.count(), Draft.objects.count()) == (0, 0)


@pytest.mark.parametrize("path", ONLY_READ)
def test_whoever_reads_meanwhile_loses_nothing_and_gets_no_new_cookie(begun: Browser, path: str) -> None:
    kept = {name: each.value for name, each in begun.client.cookies.items()}
    response = begun.client.get(path)
    assert {name: each.value for name, each in response.cookies.items()}.items() <= kept.items()
    assert Draft.objects.count() == 1


def test_what_stands_before_the_questions_sets_the_essential_alone(browser: Browser) -> None:
    """The page about leaving has a form, and a form needs its token; nothing asks anybody to agree to anything."""
    browser.get("/report/")
    assert set(browser.client.cookies) == {"rc"}
    for path in [*ONLY_READ, "/report/", "/return/"]:
        page = browser.client.get(path).content.decode().casefold()
        assert "cookie" not in page or path == "/privacy/", path
        assert "<dialog open" not in page


@pytest.mark.parametrize("path", ONLY_READ)
def test_nothing_foreign_loads_and_nothing_is_sent(browser: Browser, path: str) -> None:
    response = browser.client.get(path)
    page = response.content.decode()
    assert not FOREIGN.search(page)
    assert not re.search(r"<(?:iframe|object|embed|img|video|audio|form)\b", page)
    assert not re.search(r"\sstyle\s*=|<style|\son[a-z]+\s*=", page)
    assert "http" not in "".join(re.findall(r"<(?:link|script)[^>]*>", page))
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    for link in re.findall(r'<a\b[^>]*href="https?://[^>]*>', page):
        assert 'rel="noreferrer noopener"' in link, link


@pytest.mark.parametrize("path", ONLY_READ)
def test_they_look_alike_to_an_onlooker(browser: Browser, path: str) -> None:
    """One size, one title, one path without a word; what is asked of them by a query changes nothing."""
    response = browser.client.get(path)
    assert len(response.content) == UNIT
    assert "<title>Form</title>" in response.content.decode()
    again = browser.client.get(path, {"page": "9", "check": "1", "next": "https://elsewhere.example"})
    assert again.content == response.content


@pytest.mark.parametrize("path", ABOUT.values())
def test_they_take_no_post(browser: Browser, path: str) -> None:
    browser.get("/return/")
    assert browser.post(path).status_code == 405


def test_the_code_and_the_address_are_the_settings_never_the_browsers(browser: Browser, settings: Any) -> None:
    settings.SITE_URL = "https://tell.force.example"
    settings.ALLOWED_HOSTS = ["tell.force.example", "evil.example"]
    page = browser.client.get(
        ABOUT["device"], headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil"}
    ).content.decode()
    assert "evil" not in page
    assert re.search(r"data-address>tell\.force\.example<", page)
    assert dark_dots(page) == dots_of("https://tell.force.example") != dots_of("https://evil.example")


def dots_of(address: str) -> set[tuple[int, int]]:
    """Where the QR code of an address is dark, as (row, column)."""
    matrix = segno.make(address, error="m", micro=False).matrix
    return {(row, column) for row, line in enumerate(matrix) for column, dot in enumerate(line) if dot}


def dark_dots(page: str) -> set[tuple[int, int]]:
    """The same of the code on a page: its strokes, each one dot high, from the border of four dots inwards."""
    found = re.search(r'<path[^>]*stroke[^>]* d="([^"]+)"', page[page.index('role="img"') :])
    assert found
    dots: set[tuple[int, int]] = set()
    column, row = 0.0, 0.0
    for command, numbers in re.findall(r"([Mmhz])([^Mmhz]*)", found[1]):
        values = [float(number) for number in re.findall(r"-?[0-9.]+", numbers)]
        if command == "M":
            column, row = values
        elif command == "m":
            column, row = column + values[0], row + values[1]
        else:
            dots |= {(int(row) - 4, int(column) - 4 + step) for step in range(int(values[0]))}
            column += values[0]
    return dots


def test_the_code_fits_the_narrowest_screen(settings: Any) -> None:
    settings.SITE_URL = "https://speak-up.greater-northumbria-and-cumbria.police.example"
    width = re.search(r'width="(\d+)"', site_address().code)
    assert width
    assert int(width[1]) <= 290


def test_a_policy_with_tags_in_its_sentences_shows_them_as_text(browser: Browser, force: Force) -> None:
    policy = current_policy()
    category = policy.categories[0]
    behaviour = replace(category.behaviours[0], title="<b>x", example_phrases=("<script src=//e.example></script>",))
    grown = replace(policy, categories=(replace(category, behaviours=(behaviour,)), *policy.categories[1:]))
    with mock.patch("speakup.reporting.views.about.current_policy", return_value=grown):
        page = browser.client.get(ABOUT["examples"]).content.decode()
    assert "<script src=//e" not in page
    assert "&lt;script src=//e.example&gt;" in page


# What they say


def test_each_page_is_reached_from_the_start_and_leads_on(browser: Browser) -> None:
    start, right_place = browser.get("/").content.decode(), browser.get(ABOUT["right-place"]).content.decode()
    for name in ("right-place", "duty", "device"):
        assert f'href="{ABOUT[name]}"' in start
    assert f'href="{ABOUT["examples"]}"' in right_place
    for name, path in ABOUT.items():
        page = browser.get(path).content.decode()
        assert re.search(r'href="/report/"[^>]*role="button"[^>]*>\s*Start', page), name
        assert f'href="{ABOUT["right-place"] if name == "examples" else "/"}" class="govuk-back-link"' in page


def test_with_a_form_open_they_lead_back_to_it(begun: Browser) -> None:
    for name, path in ABOUT.items():
        page = begun.get(path).content.decode()
        assert re.search(r'href="/report/"[^>]*role="button"[^>]*>\s*Back to my form', page), name
        assert not re.search(r">\s*Start\s*<", page)


def test_every_behaviour_has_its_examples_behind_a_warning(browser: Browser) -> None:
    page = text_of(browser.get(ABOUT["examples"]))
    policy = current_policy()
    for behaviour in policy.behaviours.values():
        assert behaviour.title in page
        assert behaviour.example_phrases, behaviour.id
        for sentence in behaviour.example_phrases:
            assert sentence in page
    assert page.index("Some of this is hard to read") < page.index("<details")
    assert "<details open" not in page
    assert page.count("<details") == len(policy.categories)
    before = text_of(browser.get(ABOUT["right-place"]))
    assert before.index("Some are hard to read") < before.index("Show me examples")
    assert policy.categories[1].behaviours[0].title not in before


def test_what_is_prompt_for_staff_is_on_no_page(browser: Browser) -> None:
    page = text_of(browser.get(ABOUT["examples"]))
    shown = " ".join(title for each in examples_of(current_policy()) for title, _ in each.behaviours)
    for behaviour in current_policy().behaviours.values():
        if behaviour.note:
            assert behaviour.note not in page
        for offence in behaviour.possible_offences:
            assert offence not in page or offence in shown, offence


def test_no_shortening_without_its_meaning(browser: Browser, force: Force) -> None:
    for each in examples_of(current_policy()):
        texts = [
            each.title,
            each.plain,
            *(text for title, sentences in each.behaviours for text in (title, *sentences)),
        ]
        explained = {short for short, _ in each.shortenings}
        used = {found for text in texts for found in SHORT.findall(text)} - KNOWN_TO_ALL
        assert used <= explained | {short.removesuffix("'d") for short in explained}, each.title
    page = text_of(browser.get(ABOUT["examples"]))
    assert "body-worn video, a camera on the uniform" in page
    assert str(SHORTENINGS["CCU"]) not in page, "what is not used is not explained"


@pytest.mark.parametrize("name", ["right-place", "duty", "device"])
def test_no_shortening_of_our_own_either(browser: Browser, name: str) -> None:
    page = words_of(text_of(browser.get(ABOUT[name])))
    names = " ".join(service.name + service.for_whom for service in current_policy().services.values())
    for short in set(SHORT.findall(page)) - KNOWN_TO_ALL:
        assert f"({short})" in page or short in names, short


def test_the_other_doors_are_named_in_a_sentence_each(browser: Browser) -> None:
    page = words_of(text_of(browser.get(ABOUT["right-place"])))
    for door in (
        "call 999",
        "called a grievance. Take it to Human Resources",
        "use the complaints page",
        "all the help we",
    ):
        assert door in page
    assert "You can tell us in any case" in page, "it never blocks"


def test_nobody_is_asked_why_they_did_not_act(browser: Browser) -> None:
    for name in ("right-place", "duty", "device"):
        read = words_of(text_of(browser.get(ABOUT[name]))).casefold()
        page = read.replace("federation victim and witness", "")
        for never in (
            "why did you",
            "why were you",
            "you should have told",
            "alleged",
            "suspect",
            "victim",
            "your fault",
        ):
            assert never not in page.replace("federation victim and witness", "").replace("victims or witnesses", ""), (
                never
            )
    assert "You can still tell us. Nobody here asks you why you did not." in words_of(
        text_of(browser.get(ABOUT["right-place"]))
    )
    assert "You can still say it." in words_of(text_of(browser.get(ABOUT["duty"])))


def test_the_duty_page_says_of_the_law_what_was_verified_and_no_more(browser: Browser) -> None:
    page = words_of(text_of(browser.get(ABOUT["duty"])))
    for said in (
        "report, challenge or act",
        "since April 2026",
        "protected disclosure",
        "does not break the standards",
        "regulation 17 notice",
        "before they are interviewed",
        "It is not legal advice",
    ):
        assert said in page
    # Of these nobody read a source: time limits of tribunals, dismissal, what victimisation means in law.
    for never in (
        "tribunal",
        "three months",
        "3 months",
        "six months",
        "6 months",
        "unfair",
        "victimisation",
        "uplift",
    ):
        assert never not in page.casefold(), never


def test_it_promises_no_warning_before_a_notice_because_there_is_none_yet(browser: Browser) -> None:
    page = words_of(text_of(browser.get(ABOUT["duty"]))).casefold()
    for never in ("we warn you", "we will warn", "we tell you before", "working days before"):
        assert never not in page
    assert "we cannot promise that nobody guesses" in page


@pytest.mark.parametrize("path", ["/", "/report/", ABOUT["right-place"]])
def test_what_is_promised_follows_the_policy(browser: Browser, force: Force, path: str) -> None:
    policy = current_policy()
    changed = {**policy.time_limits}
    for limit, interval in (
        ("first_reply", Interval(5, Unit.WORKING_DAYS)),
        ("ack", Interval(9, Unit.CALENDAR_DAYS)),
        ("update_4w", Interval(2, Unit.WEEKS)),
        ("feedback", Interval(11, Unit.WEEKS)),
    ):
        changed[limit] = replace(changed[limit], interval=interval)
    slower = replace(policy, time_limits=changed)
    assert promises_of(slower).update == "2 weeks"
    module = "about" if path.startswith("/about") else "start"
    with mock.patch(f"speakup.reporting.views.{module}.current_policy", return_value=slower):
        page = words_of(text_of(browser.get(path)))
    assert "5 working days" in page
    assert "The limit is 9 days" in page
    assert "3 working days" not in page
    assert path == "/" or "at least every 2 weeks" in page.casefold()
    assert path == "/" or "Until then it can take 11 weeks" in page, "nobody is promised weeks where months may pass"


def test_what_is_known_before_the_first_answer(browser: Browser) -> None:
    """All of it in the open: what must be known is not folded away."""
    page = words_of(re.sub(r"<details.*?</details>", "", text_of(browser.get("/report/")), flags=re.DOTALL))
    assert "Start the questions" in page
    for said in (
        "Only one question needs an answer",
        "Nobody reads it before you send it",
        "Leave this site",
        "Escape key",
        "Shift key three times",
        "does not clear the history",
        "deleted when you do nothing for 20 minutes",
        "In the first 24 hours",
        "Within 3 working days",
        "The limit is 7 days",
        "At least every 28 days",
        "Some crimes must be recorded, whatever you choose",
        "may be badly hurt, the force must try to keep them safe. It may try to find out who you are",
        "A court can order",
        "What you write can show who you are",
        "They may guess who told us",
        "Professional Standards",
        "counter-corruption",
        "once we open a case",
        "A nickname alone keeps nobody out",
        "spare key",
        "If you left before, what you had not saved or sent was deleted",
    ):
        assert said in page, said


def test_help_is_by_need_with_the_hours_that_were_checked(browser: Browser) -> None:
    page = words_of(text_of(browser.get("/support/")))
    policy = current_policy()
    for service in policy.services.values():
        if service.shown_phone and service.shown_hours:
            assert f"({service.shown_hours})" in page, service.id
    unchecked = policy.services["acas"]
    assert unchecked.hours
    assert unchecked.shown_hours is None
    assert [need.anchor for need in services_by_need(policy)][:2] == ["danger", "sexual"]
    own = next(need for need in services_by_need(policy) if need.anchor == "own")
    assert [service.id for service in own.services] == ["respect"]


def test_the_start_page_offers_somebody_else_before_any_question(browser: Browser) -> None:
    page = text_of(browser.get("/"))
    policy = current_policy()
    offered = (
        "rape_crisis",
        "nda_helpline",
        "samaritans",
        "federation_vwsp",
        "unison",
        "iopc_report_line",
        "crimestoppers_pacas",
    )
    assert shown_services(policy, offered)
    for service in shown_services(policy, offered):
        assert service.name in page
    assert "999" in page


# Where the force provides more


def test_nothing_is_shown_of_ways_that_are_not_set(browser: Browser) -> None:
    assert other_ways() == []
    assert "Other ways to tell us" not in text_of(browser.get("/"))
    device = text_of(browser.get(ABOUT["device"]))
    assert ".onion" not in device
    assert "Tor" not in words_of(device)


def test_what_a_force_sets_is_shown(browser: Browser, settings: Any) -> None:
    settings.OTHER_WAYS = {
        "phone": "0800 000 001",
        "bsl": "https://signs.example/tell?a=1&b=2",
        "easy_read": "https://force.example/easy",
        "large_print": "",
    }
    for path in ("/", ABOUT["right-place"]):
        page = browser.get(path).content.decode()
        assert 'href="tel:0800000001"' in page
        assert 'href="https://signs.example/tell?a=1&amp;b=2"' in page
        assert "Easy Read" in page
        assert "Large print" not in page


def onion_of(seed: bytes) -> str:
    public_key = hashlib.sha256(seed).digest()
    checksum = hashlib.sha3_256(b".onion checksum" + public_key + b"\x03").digest()[:2]
    return base64.b32encode(public_key + checksum + b"\x03").decode().lower() + ".onion"


def test_the_onion_address_is_shown_and_takes_posts(browser: Browser, settings: Any) -> None:
    onion = onion_of(b"of this test")
    settings.ONION_ADDRESS = onion
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, onion]
    settings.CSRF_TRUSTED_ORIGINS = [f"http://{onion}"]
    assert f"data-onion>{onion}<" in text_of(browser.get(ABOUT["device"]))
    client = Client(enforce_csrf_checks=True, headers={"Host": onion})
    client.get("/report/")
    token = client.cookies["rc"].value
    for origin, answer in ((f"http://{onion}", 303), (f"http://{onion_of(b'another')}", 403)):
        post = client.post("/report/", {"csrfmiddlewaretoken": token}, headers={"Origin": origin})
        assert post.status_code == answer, origin


def test_a_code_is_made_once_an_address() -> None:
    assert site_address().code is site_address().code
    assert io.StringIO(site_address().code).read().startswith("<svg")


def test_the_converter_and_the_list_agree() -> None:
    converter = AboutPageConverter()
    for name in ABOUT_PAGES:
        assert converter.to_python(converter.to_url(name)) == name


def test_what_is_lost_by_leaving_is_said_before_question_1(browser: Browser) -> None:
    """And there is no way round it: the first question is reached by the button under it alone."""
    lost = "What you have not sent or saved is deleted. Nobody can bring it back."
    page = text_of(browser.get("/report/"))
    read = words_of(page)
    assert lost in read
    assert read.index("How to leave fast") < read.index(lost) < read.index("Start the questions")
    assert "Leaving does not clear the history of your browser." in read
    assert browser.client.get(path_of("danger")).headers["Location"] == "/report/"
    browser.post("/report/", expect=303)
    begun = browser.get(path_of("danger"))
    assert lost not in words_of(text_of(begun)), "said before, and not beside each question"


def test_what_is_said_to_be_lost_is_lost(browser: Browser) -> None:
    browser.start().answer("account", {"text": "gone for good"})
    assert Draft.objects.count() == 1
    browser.get("/leave/", expect=303)
    assert Draft.objects.count() == 0
