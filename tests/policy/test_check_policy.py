"""`manage.py check_policy FILE`."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.policy.shipped import BYTES, FILE


def test_a_good_policy_is_counted_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_policy", FILE)
    assert capsys.readouterr().out == (
        "The policy is in order: 91 behaviours, 35 support services, 20 roles, 4 desks, 39 stages, 61 time limits, "
        "52 events.\n"
    )


def test_every_complaint_is_a_line_with_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "policy.json"
    file.write_bytes(BYTES.replace(b'"protect"', b'"protekt"', 1).replace(b'"order": 1', b'"order": 5', 1))

    with pytest.raises(CommandError, match=r"^2 to put right in ") as refusal:
        call_command("check_policy", file)

    assert refusal.value.returncode == 1
    assert capsys.readouterr().out.splitlines() == [
        "standards_of_professional_behaviour[0].order: must be 1",
        "behaviour_categories[0].sub_categories[0].support_services[0]: there is no support service 'protekt'",
    ]


@pytest.mark.parametrize(
    ("name", "reason"),
    [("missing.json", "No such file or directory"), ("", "Is a directory"), ("a\0b", "no file has such a name")],
)
def test_a_file_that_cannot_be_read_gives_one_line(tmp_path: Path, name: str, reason: str) -> None:
    with pytest.raises(CommandError, match=rf"^Cannot read '[^\n]*': {reason}$"):
        call_command("check_policy", tmp_path / name)


def test_an_endless_file_is_not_read_whole() -> None:
    with pytest.raises(CommandError, match=r"^1 to put right"):
        call_command("check_policy", Path("/dev/zero"))
