"""A new passphrase: long and hard to guess, whatever it is made of."""

import pytest

from speakup.accounts.models import StaffMember
from speakup.accounts.passphrases import check_new_passphrase, words_about, words_in

KNOWN = words_in("Helen Marsh", "helen.marsh@example.test")


@pytest.mark.parametrize(
    "good",
    [
        "correct horse battery staple",
        "seven quiet otters counting",
        "sieben leise otter zählen",
        "łódka pod mostem o świcie",
        "kQ8#vLw2!rT9zX",
        "Helen counts seven quiet otters",
        "seven quiet otters counting " * 36,
    ],
)
def test_what_is_long_and_hard_to_guess_will_do(good: str) -> None:
    assert check_new_passphrase(good[:1024], user_inputs=KNOWN) == []


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("", "14 characters or more"),
        ("kQ8#vLw2!rT9z", "14 characters or more"),
        ("aaaaaaaaaaaaaaaaaaaa", "repeats itself"),
        ("passwordpassword", "repeats itself"),
        ("abcdefghijklmnopqrst", "counts on"),
        ("qwertyuiop[]asdfgh", "side by side on a keyboard"),
        ("iloveyou princess", "many people use"),
        ("january february", "many people use"),
        ("31/12/1999aaaa", "dates"),
        ("Helen Marsh Helen", "without your name"),
        ("HELEN.MARSH@EXAMPLE.TEST", "without your name"),
        ("SpeakUp speakup police", "without your name"),
        ("x" * 1025, "1,024 characters or fewer"),
        ("ﬃ" * 1024, "1,024 characters or fewer"),
    ],
)
def test_what_is_not_is_told_why(bad: str, why: str) -> None:
    (message,) = check_new_passphrase(bad, user_inputs=KNOWN)
    assert why in message


def test_no_kind_of_character_is_asked_for() -> None:
    for passphrase in ("lantern otters adrift beyond", "LANTERN OTTERS ADRIFT BEYOND", "lantern-otters-adrift-beyond"):
        assert check_new_passphrase(passphrase, user_inputs=()) == []


def test_a_keyboard_s_spelling_makes_it_no_longer() -> None:
    """Fourteen letters typed with accents of their own are counted as what they mean."""
    assert "14 characters" in check_new_passphrase("e\u0301" * 7, user_inputs=())[0]


def test_what_others_know_of_a_member() -> None:
    words = words_about(StaffMember(name="Siân O'Hara-Lloyd", email="sian.ohara@example.test"))
    assert {"Siân", "Hara", "Lloyd", "sian", "ohara", "example"} <= set(words)
