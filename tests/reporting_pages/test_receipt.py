"""What is done with the words before they are left: tried, kept, saved, printed, put in a calendar; and the thanks."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import time_machine

from speakup.culture.equality import EQUALITY
from speakup.culture.models import FactInbox
from speakup.policy.services import current_policy
from speakup.reporting.questions import CHECK
from speakup.reporting.receipt_files import folded, reminder_calendar, reply_day, words_text
from speakup.vault.receipt import digits, new_receipt_secret, read_receipt
from speakup.vault.receipt import words as words_of
from speakup.vault.receipt_words import WORDS
from tests.reporting_pages.conftest import Browser, path_of, text_of

HERE = path_of(CHECK)
PAGE = 32 * 1024
SENT_AT = dt.datetime(2026, 11, 23, 10, 0, tzinfo=dt.UTC)
# What would tell whoever finds a file or a card what it is for.
TELLING = re.compile(
    r"speak|report|police|force|misconduct|complain|professional|receipt|secret|password|localhost|testserver|http|form\b",
    re.IGNORECASE,
)


def one_slip(word: str) -> str:
    """The word with its second letter missing, which is no word of the list."""
    return word[0] + word[2:]


def save(browser: Browser, act: str) -> Any:
    return browser.post(HERE, {"act": act}, expect=200)


# ---- trying and keeping


@pytest.mark.parametrize("position", range(8))
def test_one_slip_in_any_word_is_mended(begun: Browser, position: int) -> None:
    words = begun.send().split()
    words[position] = one_slip(words[position])
    shown = begun.post(HERE, {"act": "try", "words": " ".join(words)}, expect=200)
    assert "These are the right words" in text_of(shown)


def test_three_letters_of_each_and_the_numbers_are_enough(begun: Browser) -> None:
    words = begun.send()
    for typed in (" ".join(word[:3].upper() for word in words.split()), digits(read_receipt(words))):
        assert "These are the right words" in text_of(begun.post(HERE, {"act": "try", "words": typed}, expect=200))


@pytest.mark.parametrize("how", ["paper", "device", "person", "head"])
def test_how_they_are_kept_is_asked_and_where_is_advised(begun: Browser, how: str) -> None:
    begun.send()
    page = text_of(begun.get(HERE))
    assert f'name="how" type="radio" value="{how}"' in page
    advice = re.search(rf'value="{how}".*?govuk-radios__hint">([^<]+)<', page, re.DOTALL)
    assert advice
    warned = text_of(begun.post(HERE, {"act": "kept", "how": how}, expect=200))
    assert "You have not tried the words" in warned
    assert advice[1].strip() in warned


def test_the_right_words_typed_beside_i_have_kept_them_need_no_warning(begun: Browser) -> None:
    words = begun.send()
    done = begun.post(HERE, {"act": "kept", "words": words, "how": "paper"}, expect=200)
    assert "Thank you for telling us" in text_of(done)


def test_wrong_words_beside_i_have_kept_them_are_told_and_nothing_is_forgotten(begun: Browser) -> None:
    words = begun.send()
    shown = begun.post(HERE, {"act": "kept", "words": "not these at all", "how": "paper", "tried": "yes"}, expect=200)
    assert "There is a problem" in text_of(shown)
    assert "not these at all" in text_of(shown)
    assert 'value="paper" checked' in text_of(shown), "what was chosen stays"
    assert begun.words() == words


@pytest.mark.parametrize("how", ["", "locker", "\0", "x" * 5000, "<script>"])
def test_no_other_way_of_keeping_breaks_anything(begun: Browser, how: str) -> None:
    words = begun.send()
    shown = begun.post(HERE, {"act": "kept", "how": how}, expect=200)
    assert "<script>" not in text_of(shown).replace("<script src", "").replace("<script type", "")
    assert begun.words() == words


def test_the_page_is_below_its_size(begun: Browser) -> None:
    words = begun.send()
    wrong = begun.post(HERE, {"act": "try", "words": "x" * 500, "how": "nowhere"}, expect=200)
    right = begun.post(HERE, {"act": "try", "words": words}, expect=200)
    for page in (begun.get(HERE), wrong, right):
        assert len(page.content.rstrip()) < PAGE - 4096


# ---- the file


def test_the_file_has_the_words_and_the_numbers_and_says_nothing_else(begun: Browser) -> None:
    words = begun.send()
    saved = save(begun, "words-file")
    text = saved.content.decode()
    assert words in text
    assert digits(read_receipt(words)) in text
    for number, word in enumerate(words.split(), start=1):
        assert re.search(rf"^{number} {word} *\r$", text, re.MULTILINE)
    rest = text.replace(words, "").replace(digits(read_receipt(words)), "")
    assert re.sub(r"\d \w+ *\r\n", "", rest).split() == ["My", "list"]
    assert "\n" not in text.replace("\r\n", "")


def test_the_whole_file_typed_back_opens_the_report() -> None:
    """Somebody who pastes all of it, heading and numbers too."""
    secret = new_receipt_secret()
    lines = words_text(secret).split("\r\n")
    assert read_receipt("\n".join(lines[2:10])) == secret
    assert read_receipt(lines[11]) == read_receipt(lines[13]) == secret


def test_the_length_of_a_file_tells_nothing_of_the_words(monday: dt.datetime, begun: Browser) -> None:
    secrets = [new_receipt_secret() for _ in range(200)]
    assert len({len(" ".join(words_of(each))) for each in secrets}) > 10, "the words themselves have many lengths"
    assert len({len(words_text(each).encode()) for each in secrets}) == 1
    assert max(map(len, words_text(secrets[0]).split("\r\n"))) < 8 * 14, "and no line is long that is blank"
    begun.send()
    assert len({len(save(begun, "reminder").content) for _ in range(5)}) == 1


def test_no_word_of_the_list_is_one_that_the_file_must_not_say() -> None:
    heading = words_text(new_receipt_secret()).split("\r\n")[0].lower()
    assert not set(heading.split()) & set(WORDS)
    assert not TELLING.search(heading)


@pytest.mark.parametrize(
    ("act", "content_type", "name"),
    [("words-file", "text/plain", "list.txt"), ("reminder", "text/calendar", "reminder.ics")],
)
def test_a_file_is_saved_under_a_neutral_name_and_kept_by_nobody(
    begun: Browser, act: str, content_type: str, name: str
) -> None:
    begun.send()
    saved = save(begun, act)
    assert saved.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert saved.headers["Content-Type"] == f"{content_type}; charset=utf-8"
    assert saved.headers["Cache-Control"] == "no-store"
    assert saved.headers["X-Content-Type-Options"] == "nosniff"
    assert saved.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert not TELLING.search(name)


@pytest.mark.parametrize("act", ["words-file", "reminder"])
def test_the_address_alone_saves_nothing(begun: Browser, act: str) -> None:
    words = begun.send()
    for path in (f"{HERE}?act={act}", f"{HERE}?act={act}&check=1", HERE):
        assert "Content-Disposition" not in begun.get(path).headers
    nobody = Browser()
    nobody.get("/return/")
    refused = nobody.post(HERE, {"act": act}, expect=303)
    assert refused.headers["Location"] == "/report/"
    begun.post(HERE, {"act": "kept-surely"}, expect=200)
    gone = begun.post(HERE, {"act": act}, expect=303)
    assert words.split()[0] not in gone.content.decode()


def test_a_file_is_not_given_to_another_site(begun: Browser) -> None:
    begun.send()
    assert begun.client.post(HERE, {"act": "words-file"}).status_code == 403


# ---- the reminder


def calendar_of(content: bytes) -> list[tuple[str, dict[str, str], str]]:
    """The content lines of RFC 5545: name, parameters and value, unfolded. Fails on what the grammar does not allow."""
    assert content.endswith(b"\r\n")
    lines = content.split(b"\r\n")[:-1]
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in lines)
    unfolded = content[:-2].replace(b"\r\n ", b"").decode().split("\r\n")
    parsed = []
    for line in unfolded:
        matched = re.fullmatch(r'([A-Z-]+)((?:;[A-Z-]+=(?:"[^"]*"|[^";:,]*))*):([^\x00-\x08\x0a-\x1f\x7f]*)', line)
        assert matched, line
        given = dict(each.split("=", 1) for each in matched[2].split(";")[1:])
        parsed.append((matched[1], given, matched[3]))
    return parsed


def properties_of(content: bytes) -> dict[str, str]:
    return {name: value for name, _given, value in calendar_of(content) if name not in {"BEGIN", "END"}}


@pytest.fixture
def monday() -> Iterator[dt.datetime]:
    now = dt.datetime(2026, 11, 23, 17, 42, 31, tzinfo=dt.UTC)
    with time_machine.travel(now, tick=False):
        yield now


def test_the_reminder_is_a_calendar_with_one_entry_on_the_day_of_the_promise(
    monday: dt.datetime, begun: Browser
) -> None:
    words = begun.send()
    content = save(begun, "reminder").content
    lines = calendar_of(content)
    structure = [f"{name}:{value}" for name, _given, value in lines if name in {"BEGIN", "END"}]
    assert structure == ["BEGIN:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "END:VCALENDAR"]
    assert lines[1][0] == "VERSION"
    found = properties_of(content)
    assert found["VERSION"] == "2.0"
    assert found["DTSTAMP"] == "20261123T000000Z", "a day, no time of it"
    assert ("DTSTART", {"VALUE": "DATE"}, "20261126") in lines, "three working days"
    assert ("DTEND", {"VALUE": "DATE"}, "20261127") in lines
    assert found["SUMMARY"] == "Check for a reply"
    assert not TELLING.search(content.decode())
    assert not any(re.search(rf"\b{word}\b", content.decode()) for word in words.split())
    for moment in ("17:42", "1742", "42:31", "4231"):
        assert moment not in content.decode().replace(found["UID"], "")


def test_two_reminders_have_two_ids_and_nothing_else_apart(monday: dt.datetime, begun: Browser) -> None:
    begun.send()
    first, second = (properties_of(save(begun, "reminder").content) for _ in range(2))
    assert first.pop("UID") != second.pop("UID")
    assert first == second


@pytest.mark.parametrize(
    ("sent", "day"),
    [
        (dt.date(2026, 11, 23), dt.date(2026, 11, 26)),
        (dt.date(2026, 11, 27), dt.date(2026, 12, 2)),  # over a weekend
        (dt.date(2026, 12, 24), dt.date(2026, 12, 31)),  # over Christmas
    ],
)
def test_the_day_is_counted_as_the_promise_is(db: None, force: object, sent: dt.date, day: dt.date) -> None:
    assert reply_day(current_policy(), sent) == day


@pytest.mark.parametrize("line", ["", "SUMMARY:short", "SUMMARY:" + "x" * 300, "SUMMARY:" + "ŵŷ€😀" * 60])
def test_long_lines_are_folded_and_no_character_is_cut(line: str) -> None:
    pieces = list(folded(line))
    assert all(len(piece.encode()) <= 75 for piece in pieces)
    assert pieces[0] + "".join(piece[1:] for piece in pieces[1:]) == line
    assert all(piece.startswith(" ") for piece in pieces[1:])


def test_a_translated_summary_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("speakup.reporting.receipt_files._", lambda text: "a;b,c\\d\ne")
    content = reminder_calendar(dt.date(2026, 11, 26), dt.date(2026, 11, 23))
    assert properties_of(content)["SUMMARY"] == "a\\;b\\,c\\\\d\\ne"


# ---- the cards


def test_two_cards_with_words_and_numbers_and_nothing_else(begun: Browser) -> None:
    words = begun.send()
    page = text_of(begun.get(HERE))
    cards = re.findall(r'<section class="app-print-card".*?</section>', page, re.DOTALL)
    assert len(cards) == 2
    for card in cards:
        said = re.sub(r"<[^>]+>", " ", card).split()
        assert said == ["My", "list", *words.split(), *digits(read_receipt(words)).split()]


# ---- afterwards


def test_the_thanks_say_what_happens_next_without_the_words(begun: Browser) -> None:
    words = begun.send()
    done = text_of(begun.post(HERE, {"act": "kept-surely"}, expect=200))
    for said in ("within 3 working days", "7 days", "28 days", "come back with your words", "Leave this site"):
        assert said in done
    assert words not in done
    assert words_of(read_receipt(words))[0] not in done.split()


ACTS = {
    "try": {"words": "any"},
    "kept": {},
    "kept-surely": {},
    "words-file": {},
    "reminder": {},
    "about-you": {},
    "about-you-send": {"sex": "woman"},
    "about-you-skip": {},
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("ended", ["the idle hour", "the browser dropped its cookie", "left"])
def test_once_the_session_has_ended_nothing_that_is_sent_again_tells_of_a_report(
    browser: Browser, act: str, ended: str
) -> None:
    """Reload and Back send what was sent: for whoever sits there an hour later."""
    with time_machine.travel(SENT_AT, tick=False) as clock:
        browser.start().send()
        assert browser.post(HERE, {"act": "kept-surely"}).status_code == 200
        assert browser.post(HERE, {"act": "about-you-send", **ACTS["about-you-send"]}).status_code == 200
        facts = FactInbox.objects.count()
        token = browser.client.cookies["rc"].value
        if ended == "the idle hour":
            clock.shift(dt.timedelta(minutes=60))
        elif ended == "left":
            browser.client.get("/leave/")
        else:
            del browser.client.cookies["r"]
        browser.client.cookies["rc"] = token
        again = browser.post(HERE, {"act": act, **ACTS[act]})
    assert (again.status_code, again.headers["Location"]) == (303, "/report/")
    assert FactInbox.objects.count() == facts


def test_twin_in_the_session_a_slow_double_click_is_thanked_for_twice(begun: Browser) -> None:
    begun.send()
    for _ in range(2):
        assert "Thank you for telling us" in text_of(begun.post(HERE, {"act": "kept-surely"}, expect=200))
    for _ in range(2):
        begun.post(HERE, {"act": "about-you-send", **ACTS["about-you-send"]}, expect=200)


def test_who_lost_the_words_is_told_what_can_and_cannot_be_done(browser: Browser) -> None:
    shown = text_of(browser.get("/return/"))
    for said in (
        "I have lost my words",
        "We do not have your words",
        "is still read and acted on",
        "I sent a report before and lost my words",
        "we can put the two together",
    ):
        assert said in shown
    assert re.search(r'href="/report/">Send a new report<', shown)


ANSWERS: Mapping[str, str] = {"sex": "woman", "age": "30_to_44", "faith": "not_said"}


def confirmed(browser: Browser) -> Browser:
    browser.send()
    browser.post(HERE, {"act": "kept-surely"}, expect=200)
    return browser


def test_the_questions_say_why_and_need_no_answer(begun: Browser) -> None:
    asked = text_of(confirmed(begun).post(HERE, {"act": "about-you"}, expect=200))
    for said in ("You do not have to answer", "Why we ask", "not kept with your report", "Skip these questions"):
        assert said in asked
    assert asked.count("I would rather not say") == 6
    assert "<title>Form</title>" in asked
    assert len(asked.encode().rstrip()) < PAGE - 4096


def test_answers_are_thanked_for_and_asked_for_once(begun: Browser) -> None:
    confirmed(begun)
    before = FactInbox.objects.count()
    begun.post(HERE, {"act": "about-you"}, expect=200)
    done = begun.post(HERE, {"act": "about-you-send", **ANSWERS}, expect=200)
    assert "Thank you for your answers" in text_of(done)
    assert FactInbox.objects.count() == before + 6
    for act in ("about-you-send", "about-you", "about-you-skip", "about-you-send"):
        begun.post(HERE, {"act": act, **ANSWERS})
    assert FactInbox.objects.count() == before + 6
    assert "Six questions" not in text_of(begun.post(HERE, {"act": "kept-surely"}, expect=200))


def test_another_report_may_be_answered_for_again(begun: Browser) -> None:
    confirmed(begun).post(HERE, {"act": "about-you-send", **ANSWERS}, expect=200)
    confirmed(begun.start()).post(HERE, {"act": "about-you-send", **ANSWERS}, expect=200)
    assert FactInbox.objects.count() == 2 + 2 * 6


@pytest.mark.parametrize("act", ["about-you", "about-you-send", "about-you-skip"])
def test_before_sending_and_before_the_words_are_kept_nothing_is_taken(begun: Browser, act: str) -> None:
    begun.post(HERE, {"act": act, **ANSWERS})
    assert FactInbox.objects.count() == 0
    words = begun.send()
    begun.post(HERE, {"act": act, **ANSWERS})
    assert FactInbox.objects.count() == 1
    assert begun.words() == words


@pytest.mark.parametrize("wrong", ["nobody", "\0", "x" * 5000, "<b>", "WOMAN", "woman\n"])
def test_an_answer_that_is_not_on_the_list_is_an_error_beside_its_question(begun: Browser, wrong: str) -> None:
    confirmed(begun)
    shown = begun.post(HERE, {"act": "about-you-send", "sex": wrong, "age": "under_30"}, expect=200)
    assert "Choose from the list, or leave this out" in text_of(shown)
    assert 'value="under_30" checked' in text_of(shown)
    assert "<title>Error: Form</title>" in text_of(shown)
    assert FactInbox.objects.count() == 1
    begun.post(HERE, {"act": "about-you-send", "sex": ["woman", "man"], "age": "under_30"}, expect=200)
    assert FactInbox.objects.count() == 7


def test_every_answer_on_the_page_is_one_that_a_fact_may_say(begun: Browser) -> None:
    asked = text_of(confirmed(begun).post(HERE, {"act": "about-you"}, expect=200))
    for question, answers in EQUALITY.items():
        assert tuple(re.findall(rf'name="{question}" type="radio" value="(\w+)"', asked)) == answers


def test_who_has_words_from_saving_is_told_that_they_stay(begun: Browser) -> None:
    begun.answer("account", {"text": "He waited for me at my car."})
    assert "You get eight words next" in text_of(begun.get(HERE))
    begun.answer("danger", {"save": "yes"})
    check = text_of(begun.get(HERE))
    assert "You keep the eight words that you have" in check
    assert "You get eight words next" not in check
    begun.post(HERE, {"act": "send"}, expect=303)
    assert "If you got words when you saved the form, these are the same." in text_of(begun.get(HERE))
