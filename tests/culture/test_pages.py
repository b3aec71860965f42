"""HR's page, its chart and its file."""

import csv
import datetime as dt
import io
import re
from pathlib import Path

import pytest
from django.test import Client

from speakup.culture.models import PublishedTable, Release
from speakup.culture.periods import Quarter
from speakup.culture.presenters import CulturePage, assessed_csv
from speakup.culture.releasing import ReleasedQuarter
from speakup.embedded.demonstration import Force
from speakup.ledger.models import Entry
from speakup.vault.encoding import canonical
from tests.builders import sign_in_client
from tests.web.markup import normalised

PAGE = "/staff/culture/"
FILE = "/staff/culture/assessed-reports.csv"
FIRST = Quarter(2025, 3)
NOTICE = "Demonstration. Not audited"


def published(*shown: int | None) -> None:
    """Releases of so many quarters, the newest first in the table."""
    for at, number in reversed(list(enumerate(shown))):
        quarter = FIRST.moved(at)
        release = Release.objects.create(period=quarter.code, kind="force_total", day=dt.date(2026, 2, 11))
        cells = canonical({"cells": [{"period": quarter.code, "shown": number}], "notice": NOTICE})
        PublishedTable.objects.create(release=release, code="assessed", cells=cells)


def quarters(*shown: int | None) -> list[ReleasedQuarter]:
    return [ReleasedQuarter(FIRST.moved(at), number, dt.date(2026, 2, 11)) for at, number in enumerate(shown)]


@pytest.fixture
def hr(force: Force) -> Client:
    analyst = force.members["hr_analyst"][0]
    return sign_in_client(analyst, force.personal_secrets[analyst.pk])


def chart_of(html: str) -> str:
    return html[html.index("<svg") : html.index("</svg>")]


def without_token(html: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", html)


def text_of(markup: str) -> list[str]:
    """Everything that is written, in order."""
    return [text for text in (" ".join(part.split()) for part in re.split(r"<[^>]*>", markup)) if text]


def test_shows_every_release_as_chart_and_as_table(hr: Client) -> None:
    published(45, None, 60)
    html = hr.get(PAGE).content.decode()
    normalised(html)
    table = text_of(html[html.index("<tbody") : html.index("</tbody>")])
    assert table == [
        *("October to December 2025", "45", "11 February 2026"),
        *("January to March 2026", "not shown", "11 February 2026"),
        *("April to June 2026", "60", "11 February 2026"),
    ]
    chart = chart_of(html)
    assert text_of(chart[chart.index("</defs>") :]) == [
        *("October to December 2025", "45"),
        *("January to March 2026", "not shown"),
        *("April to June 2026", "60"),
    ]


def test_page_chart_and_file_say_that_nothing_is_audited(hr: Client) -> None:
    published(45)
    html = hr.get(PAGE).content.decode()
    assert NOTICE in html
    assert NOTICE in re.findall(r"<title id=\"chart-title\">(.*?)</title>", html)[0]
    assert hr.get(FILE).content.decode().splitlines()[0] == NOTICE


def test_the_chart_is_told_to_whoever_does_not_see_it(hr: Client) -> None:
    published(45, None)
    chart = chart_of(hr.get(PAGE).content.decode())
    assert 'role="img" aria-labelledby="chart-title chart-words"' in chart
    told = re.findall(r"<desc id=\"chart-words\">(.*?)</desc>", chart)
    assert told == ["October to December 2025: 45. January to March 2026: not shown."]


def test_what_is_not_shown_is_a_hatched_square_and_never_as_long_as_a_number(hr: Client) -> None:
    published(45, None, 10)
    bars = re.findall(
        r'<rect x="1" y="\d+" width="([\d.]+%?)" height="(\d+)" fill="url\(#([a-z-]+)\)"', hr.get(PAGE).text
    )
    assert [pattern for _width, _height, pattern in bars] == ["chart-number", "chart-not-shown", "chart-number"]
    assert bars[1][0] == bars[1][1]  # as wide as high
    widths = [float(width.rstrip("%")) for width, _height, _pattern in (bars[0], bars[2])]
    assert widths[1] == pytest.approx(widths[0] * 10 / 45, abs=0.01)


def test_a_chart_of_nothing_shown_has_no_bar() -> None:
    page = CulturePage(quarters(None, None))
    assert {bar.width for bar in page.bars} == {"24"}
    assert not any(bar.shown for bar in page.bars)


def test_a_long_history_is_charted_from_its_end_and_listed_whole() -> None:
    page = CulturePage(quarters(*[20] * 30))
    assert len(page.rows) == 30
    assert [bar.label for bar in page.bars] == [row.label for row in page.rows[-12:]]


def test_before_the_first_release_it_says_so(hr: Client) -> None:
    response = hr.get(PAGE)
    assert "Nothing has been released yet" in response.text
    assert NOTICE in response.text
    assert "<svg" not in response.text


def test_the_file_is_the_same_table(hr: Client) -> None:
    published(45, None)
    response = hr.get(FILE)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="assessed-reports.csv"'
    assert response["Cache-Control"] == "no-store"
    assert list(csv.reader(io.StringIO(response.text))) == [
        [NOTICE],
        ["Quarter", "Reports assessed", "Released"],
        ["October to December 2025", "45", "2026-02-11"],
        ["January to March 2026", "not shown", "2026-02-11"],
    ]


def test_a_file_of_nothing_says_that_nothing_is_audited() -> None:
    assert assessed_csv([]).splitlines()[0] == NOTICE


def test_taking_the_file_is_on_the_ledger_and_looking_is_not(hr: Client, force: Force) -> None:
    published(45)
    entries = Entry.objects.count()
    hr.get(PAGE)
    assert Entry.objects.count() == entries
    hr.get(FILE)
    entry = Entry.objects.order_by("seq").last()
    assert entry is not None
    assert (entry.action, entry.role, entry.object_id) == ("export", "hr_analyst", None)
    assert entry.actor_id == force.members["hr_analyst"][0].pk


@pytest.mark.parametrize("path", [PAGE, FILE])
def test_nobody_but_hr_gets_it(force: Force, path: str) -> None:
    published(45)
    entries = Entry.objects.count()
    for role in ("head_of_psd", "triage", "ccu_head", "investigator", "administrator", "appropriate_authority"):
        member = force.members[role][0]
        assert sign_in_client(member, force.personal_secrets[member.pk]).get(path).status_code == 404
    assert Client().get(path).status_code == 302
    assert Entry.objects.count() == entries


@pytest.mark.parametrize("path", [PAGE, FILE])
def test_it_takes_no_questions(hr: Client, path: str) -> None:
    published(45)
    asked = hr.get(path, {"desk": "psd", "period": "2025Q4", "from": "2026-01-01"})
    assert without_token(asked.text) == without_token(hr.get(path).text)
    assert hr.post(path).status_code == 405


def test_the_page_needs_no_key(hr: Client, keys: Path, settings: object) -> None:
    """A web process of production has none."""
    published(45)
    settings.METRICS_KEYS_DIR = None  # type: ignore[attr-defined]
    assert hr.get(PAGE).status_code == 200


def test_one_query_reads_all_releases(hr: Client, django_assert_max_num_queries: object) -> None:
    published(*[20] * 20)
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        hr.get(PAGE)
