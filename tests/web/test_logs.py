"""A log line holds what is listed and nothing that anybody typed."""

import io
import logging
import re

import pytest

from speakup.web.logs import AllowListFormatter

CANARY = "canary-7f3a"


@pytest.fixture
def written():
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(AllowListFormatter())
    names = ("speakup.trial", "django.request", "somebody.else")
    for name in names:
        logging.getLogger(name).addHandler(handler)
    yield stream
    for name in names:
        logging.getLogger(name).removeHandler(handler)


def fail_with_what_was_typed():
    raise ValueError(f"cannot read {CANARY}")


def test_an_exceptions_class_and_place_are_written_but_not_its_text(written):
    try:
        fail_with_what_was_typed()
    except ValueError:
        logging.getLogger("speakup.trial").exception("Sending failed")
    line = written.getvalue()
    assert "builtins.ValueError" in line
    assert "tests/web/test_logs.py" in line
    assert "Sending failed" in line
    assert CANARY not in line


def test_the_cause_of_an_exception_is_not_written(written):
    try:
        try:
            fail_with_what_was_typed()
        except ValueError as error:
            raise RuntimeError(CANARY) from error
    except RuntimeError:
        logging.getLogger("speakup.trial").exception("Sending failed")
    assert CANARY not in written.getvalue()


def test_arguments_are_left_out_of_our_own_lines(written):
    logging.getLogger("speakup.trial").warning("Could not open %s", CANARY)
    assert "Could not open %s" in written.getvalue()
    assert CANARY not in written.getvalue()


@pytest.mark.parametrize("name", ["django.request", "somebody.else"])
def test_of_other_peoples_lines_only_the_place_is_written(written, name):
    logging.getLogger(name).error(f"Not found: /{CANARY}")  # noqa: G004
    logging.getLogger(name).error(ValueError(CANARY))
    assert name in written.getvalue()
    assert CANARY not in written.getvalue()


def test_the_status_of_an_answer_is_written(written):
    logging.getLogger("django.request").error("x", extra={"status_code": 500, "request": CANARY})
    assert "status=500" in written.getvalue()
    assert CANARY not in written.getvalue()


def test_no_line_says_the_time_of_day(written):
    logging.getLogger("speakup.trial").warning("Something")
    assert not re.search(r"\d\d:\d\d", written.getvalue())


def test_the_plain_formatter_would_have_written_it():
    """The twin: what the format protects from is real."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logger = logging.getLogger("speakup.twin")
    logger.addHandler(handler)
    try:
        fail_with_what_was_typed()
    except ValueError:
        logger.exception("Sending failed")
    finally:
        logger.removeHandler(handler)
    assert CANARY in stream.getvalue()
