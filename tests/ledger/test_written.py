"""The hash of what an act wrote covers exactly the named sealed fields."""

import hashlib
import uuid
from typing import Any, cast

import pytest
from django.db.models import Model

from speakup.ledger.written import Written, deleted, written, written_document


class Page:
    """A row with two sealed fields and a version."""

    def __init__(self, first: Any, second: Any, version: int | None = None) -> None:
        self.pk = uuid.UUID(int=7)
        self.first, self.second = first, second
        if version is not None:
            self.version = version


def told(page: Page, *fields: str) -> Written:
    return written(cast(Model, page), *fields)


def test_fields_are_hashed_with_their_lengths():
    expected = hashlib.sha256(b"\0\0\0\2ab\0\0\0\1c").hexdigest()
    both = Written("Page", uuid.UUID(int=7), 4, expected, ("first", "second"))
    assert told(Page(b"ab", memoryview(b"c"), 4), "first", "second") == both


def test_bytes_cannot_move_from_one_field_to_the_next():
    assert told(Page(b"ab", b"c"), "first", "second") != told(Page(b"a", b"bc"), "first", "second")


def test_an_absent_field_is_not_an_empty_one():
    assert told(Page(None, b""), "first", "second") != told(Page(b"", b""), "first", "second")


def test_a_row_without_a_version_is_version_1():
    assert told(Page(b"", b""), "first").version == 1


def test_a_field_in_clear_is_refused_without_telling_it():
    with pytest.raises(TypeError) as refused:
        told(Page("typed words", b""), "first")
    assert "typed words" not in str(refused.value)


def test_the_document_is_canonical_json():
    row = Written("Message", uuid.UUID(int=1), 2, "00" * 32, ("sealed",))
    assert written_document([row]) == f'[["Message","{uuid.UUID(int=1)}",2,"{"00" * 32}",["sealed"]]]'.encode()
    assert written_document([]) == b"[]"


def test_a_row_that_is_deleted_has_no_hash():
    row = deleted(cast(Model, Page(b"a", b"b", 3)))
    assert row == Written("Page", uuid.UUID(int=7), 3, None)
    assert written_document([row]) == f'[["Page","{uuid.UUID(int=7)}",3,null,[]]]'.encode()
