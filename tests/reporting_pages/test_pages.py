"""What every page has in common, and what the pages around the form have to say."""

import re
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from speakup.embedded.demonstration import Force
from speakup.policy.services import current_policy
from speakup.reporting.models import Draft, ReporterSession
from speakup.reporting.presenters.support import services_by_need, shown_services
from speakup.reporting.questions import CHECK, FILES, STEPS, step_number
from speakup.web.padding import UNIT
from tests.reporting_pages.conftest import CSRF_COOKIE, SESSION_COOKIE, Browser, path_of, text_of

NAMES = {"/": "start", "/report/": "report", "/return/": "return", "/support/": "support", "/privacy/": "privacy"}


def every_page(browser: Browser) -> list[Any]:
    """Each page that a reporter can see with every question asked, then the receipt and what follows."""
    browser.answer("danger", {"choice": "yes"})
    browser.answer("account", {"text": "all of it"})
    browser.answer("behaviours", {"categories": [each.id for each in current_policy().categories]})
    pages = [browser.get(path) for path in NAMES]
    pages += [browser.get(f"/report/{number}/") for number in range(1, len(STEPS) + 1)]
    words = browser.send()
    pages.append(browser.get(path_of("check")))
    pages.append(browser.post(path_of("check"), {"act": "kept"}))
    pages.append(browser.post(path_of("check"), {"act": "kept-surely"}))
    pages.append(browser.come_back(words))
    browser.post("/return/", {"text": "more"}, expect=303)
    pages.append(browser.post("/return/", {"read": "1"}))
    pages.append(browser.post("/return/", {"open": "write"}))
    return pages


def test_every_page_has_one_dull_title_and_a_size_that_says_nothing(begun: Browser) -> None:
    for page in every_page(begun):
        assert re.findall(r"<title>(.*?)</title>", text_of(page)) == ["Form"], page.request["PATH_INFO"]
        assert len(page.content) % UNIT == 0
        assert text_of(page).count("<h1") == 1, page.request["PATH_INFO"]
        assert 'href="/leave/"' in text_of(page)
        assert page.headers["Cache-Control"] == "no-store"


def test_every_page_says_which_it_is(begun: Browser) -> None:
    for path, name in NAMES.items():
        assert f'data-page="{name}"' in text_of(begun.get(path))
    for number in range(1, len(STEPS) + 1):
        response = begun.client.get(f"/report/{number}/")
        assert response.status_code == 303 or 'data-page="report-step"' in response.content.decode()
    assert reverse("report-step", kwargs={"step": step_number(FILES)}) == f"/report/{step_number(FILES)}/"


def test_the_start_page_says_what_matters_first(browser: Browser) -> None:
    page = text_of(browser.get("/"))
    for words in (
        "You do not have to give your name. You do not need an account.",
        "Do not use a force phone, computer, wi-fi or VPN.",
        "call 999",
        "Professional Standards",
        "within 3 working days. The limit is 7 days",
        "A court can order",
        "somebody may be badly hurt",
        "spare key",
        "Independent Office for Police Conduct (IOPC): report line",
        "crimestoppers-uk.org",
        "Come back to a report",
    ):
        assert words in page
    assert page.index("force phone") < page.index("Start<") < page.index("What happens next")
    assert 'href="/about/4/"' in page
    assert "counter-corruption" in text_of(browser.get("/about/4/"))


def test_unverified_numbers_are_on_no_page(browser: Browser) -> None:
    pages = text_of(browser.get("/")) + text_of(browser.get("/support/"))
    for service in current_policy().services.values():
        if service.phone and not service.shown_phone:
            assert service.phone not in pages, service.id
        if service.check_there:
            assert service.web in pages, service.id
    assert pages.count("check the number there") > 3


def test_the_support_page_has_each_service_once(force: Force) -> None:
    policy = current_policy()
    placed = [service.id for need in services_by_need(policy) for service in need.services]
    assert len(placed) == len(set(placed))
    assert set(placed) == {service.id for service in shown_services(policy, policy.services)}


def test_a_service_that_a_force_adds_stands_under_other_help(force: Force) -> None:
    """A force's own service has no place in our list of needs: it must not fall off the page."""
    policy = current_policy()
    own = replace(policy.services["samaritans"], id="force_helpline", name="Our own helpline")
    grown = replace(policy, services={**policy.services, own.id: own})
    assert services_by_need(grown)[-1].services[-1].name == "Our own helpline"


def test_what_stands_before_the_first_question(browser: Browser) -> None:
    page = text_of(browser.get("/report/"))
    for words in ("Escape key", "Shift key three times", "does not clear the history", "do nothing for 20 minutes"):
        assert words in page
    assert "Start the questions" in page
    assert ReporterSession.objects.count() == 0, "looking makes no session"


def test_the_privacy_page_is_honest(browser: Browser) -> None:
    page = text_of(browser.get("/privacy/"))
    for words in ("counter-corruption", "The spare key", "takes over the running site", "Safety copies"):
        assert words in page
    assert "Everything runs on one computer" in page, "what a demonstration is"


def test_leaving_ends_everything_at_once(begun: Browser) -> None:
    begun.answer("account", {"text": "gone"})
    response = begun.client.get("/leave/")
    assert response.status_code == 303
    assert response.headers["Location"] == settings.NEUTRAL_SITE
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert response.headers["Cache-Control"] == "no-store"
    for name in (SESSION_COOKIE, CSRF_COOKIE):
        assert response.cookies[name].value == ""
        assert response.cookies[name]["max-age"] == 0
    assert (Draft.objects.count(), ReporterSession.objects.count()) == (0, 0)
    assert begun.client.get(path_of("account")).headers["Location"] == "/report/"


def test_leaving_twice_and_without_ever_coming_is_no_error(browser: Browser) -> None:
    for _ in range(2):
        assert browser.client.get("/leave/").status_code == 303


@pytest.mark.parametrize("path", ["/", "/support/", "/privacy/", "/leave/", "/stay/"])
def test_pages_that_are_only_read_take_no_post(browser: Browser, path: str) -> None:
    browser.get("/return/")
    assert browser.post(path).status_code == 405


@pytest.mark.parametrize(
    "path", ["/report/", *(f"/report/{step_number(page)}/" for page in ("behaviours", FILES, CHECK)), "/return/"]
)
def test_other_methods_are_refused(begun: Browser, path: str) -> None:
    token = begun.client.cookies[CSRF_COOKIE].value
    for method in (begun.client.put, begun.client.delete, begun.client.patch):
        assert method(path, headers={"X-CSRFToken": token}).status_code in {403, 405}
