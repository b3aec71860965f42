"""The operator's command that adopts a policy."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from speakup.embedded.demonstration import POLICY_FILE
from speakup.policy.models import PolicyVersion


def run(*words: str) -> str:
    out = io.StringIO()
    call_command("adopt_policy", *words, stdout=out)
    return out.getvalue()


@pytest.fixture
def none_yet(db: None) -> None:
    assert PolicyVersion.objects.count() == 1  # the demonstration's


def test_the_same_again_changes_nothing(none_yet: None) -> None:
    assert run(str(POLICY_FILE)) == "Version 1 of the policy holds from 01 January 2026.\n"
    assert PolicyVersion.objects.count() == 1


def test_another_holds_from_its_day(none_yet: None, tmp_path: Path) -> None:
    another = tmp_path / "policy.json"
    another.write_bytes(POLICY_FILE.read_bytes() + b"\n")
    assert run(str(another), "--from", "2099-04-01") == "Version 2 of the policy holds from 01 April 2099.\n"


@pytest.mark.parametrize(
    ("written", "words", "complaint"),
    [
        ("{}", [], "to put right"),
        ("{}", ["--from", "soon"], "no day"),
        (None, [], "Cannot read"),
    ],
)
def test_what_is_no_policy_is_not_adopted(
    none_yet: None, tmp_path: Path, written: str | None, words: list[str], complaint: str
) -> None:
    path = tmp_path / "policy.json"
    if written is not None:
        path.write_text(written)
    with pytest.raises(CommandError, match=complaint):
        run(str(path), *words)
    assert PolicyVersion.objects.count() == 1


def test_a_day_that_is_over_is_refused(none_yet: None, tmp_path: Path) -> None:
    another = tmp_path / "policy.json"
    another.write_bytes(POLICY_FILE.read_bytes() + b"\n")
    with pytest.raises(CommandError, match="1 to put right"):
        run(str(another), "--from", "2026-02-01")
