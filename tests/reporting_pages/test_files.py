"""Files of a draft: several at once, listed, removed, refused with a reason; late ones kept."""

import datetime as dt
from typing import Any
from unittest import mock

import pytest
import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from speakup.reporting.models import Attachment
from speakup.reporting.questions import CHECK, FILES
from tests.reporting_pages.conftest import Browser, path_of, text_of

HERE = path_of(FILES)


def file(name: str, content: bytes = b"canary heron-lamp") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "text/plain")


def stored_files() -> set[Any]:
    return {path for path in settings.FILES_DIR.rglob("*") if path.is_file()}


def test_several_files_at_once_are_listed_and_never_in_clear_on_disk(begun: Browser) -> None:
    before = stored_files()
    begun.get(HERE)
    begun.post(HERE, {"attachments": [file("one.txt"), file("zwei 🦊.txt")], "upload": "yes"}, expect=303)
    page = text_of(begun.get(HERE))
    assert "one.txt" in page
    assert "zwei 🦊.txt" in page
    made = stored_files() - before
    assert len(made) == 4, "what was sent, and a cleaned copy of each"
    assert not any(b"heron-lamp" in path.read_bytes() for path in made)


def test_continue_takes_the_chosen_file_along(begun: Browser) -> None:
    begun.get(HERE)
    response = begun.post(HERE, {"attachments": [file("one.txt")], "go_on": "yes"}, expect=303)
    assert response.headers["Location"] == path_of(CHECK)
    assert "one.txt" in text_of(begun.get(path_of(CHECK)))


def test_the_warning_and_the_limits_are_said(begun: Browser) -> None:
    page = text_of(begun.get(HERE))
    assert "Files can contain your name" in page
    assert "Up to 20 files, each up to 250 MB" in page


def test_a_file_is_removed_with_what_was_stored(begun: Browser, django_capture_on_commit_callbacks: Any) -> None:
    before = stored_files()
    begun.get(HERE)
    begun.post(HERE, {"attachments": [file("one.txt")], "upload": "yes"}, expect=303)
    attachment = Attachment.objects.get()
    begun.get(HERE)
    with django_capture_on_commit_callbacks(execute=True):
        begun.post(HERE, {"remove": str(attachment.id)}, expect=303)
    assert "one.txt" not in text_of(begun.get(HERE))
    assert stored_files() == before


@pytest.mark.parametrize("value", ["", "x", "\0", "00000000-0000-0000-0000-000000000000"])
def test_removing_what_is_not_there_removes_nothing(begun: Browser, value: str) -> None:
    begun.get(HERE)
    begun.post(HERE, {"attachments": [file("one.txt")], "upload": "yes"}, expect=303)
    begun.post(HERE, {"remove": value}, expect=303)
    assert Attachment.objects.count() == 1


def test_an_empty_file_is_named_and_the_others_are_kept(begun: Browser) -> None:
    begun.get(HERE)
    shown = begun.post(HERE, {"attachments": [file("one.txt"), file("nothing.txt", b"")]}, expect=200)
    assert text_of(shown).count("nothing.txt is empty") == 2
    assert "<title>Error: Form</title>" in text_of(shown)
    assert Attachment.objects.count() == 1


def test_the_twenty_first_file_is_refused(begun: Browser) -> None:
    begun.get(HERE)
    shown = begun.post(HERE, {"attachments": [file(f"{number}.txt") for number in range(21)]}, expect=200)
    assert "20.txt was not added: a report can have up to 20 files" in text_of(shown)
    assert "That is as many as fit here" in text_of(shown)
    assert Attachment.objects.count() == 20


def test_a_file_over_the_limit_is_refused_with_nothing_left_of_it(begun: Browser) -> None:
    before = stored_files()
    begun.get(HERE)
    with mock.patch("speakup.reporting.sealing.LARGEST_FILE", 100_000):
        shown = begun.post(HERE, {"attachments": [file("big.bin", b"x" * 300_000)]}, expect=200)
    assert "big.bin is too large. A file can have up to 250 MB" in text_of(shown)
    assert stored_files() == before


def test_without_the_token_of_the_form_nothing_is_kept(begun: Browser) -> None:
    before = stored_files()
    refused = begun.client.post(HERE, {"attachments": [file("forged.txt")]})
    assert refused.status_code == 403
    assert Attachment.objects.count() == 0
    assert stored_files() == before


def test_a_name_with_markup_in_it_is_only_a_name(begun: Browser) -> None:
    begun.get(HERE)
    begun.post(HERE, {"attachments": [file("<b>x</b>&.txt")]}, expect=303)
    assert "<b>" not in begun.get(HERE).content.decode()


def test_other_questions_take_no_files(begun: Browser) -> None:
    before = stored_files()
    begun.answer("account", {"text": "with a file", "attachments": [file("x.txt")]})
    assert stored_files() == before


def test_files_that_come_late_are_lost_before_their_first_byte_and_can_be_chosen_again(begun: Browser) -> None:
    before = stored_files()
    begun.get(HERE)
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=61), tick=False):
        with mock.patch("speakup.reporting.files.create", side_effect=AssertionError("stored")):
            shown = begun.post(HERE, {"attachments": [file("late.txt")]}, expect=200)
        assert "Your files could not be kept" in text_of(shown)
        assert "An hour went by" in text_of(shown)
        assert stored_files() == before
        begun.post(HERE, {"attachments": [file("late.txt")]}, expect=303)
        assert "late.txt" in text_of(begun.get(path_of(CHECK)))
