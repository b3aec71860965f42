from pathlib import Path

import pytest

from tests.lint.objects_in_views import PROJECT, ROOMS, main, managers_used


@pytest.mark.parametrize(
    "source",
    [
        "Report.objects.get(pk=1)",
        "models.Report._default_manager.all()",
        "manager = Report.objects",
        "getattr(Report, 'objects').all()",
    ],
)
def test_a_manager_in_a_view_is_found(tmp_path: Path, source: str, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "views").mkdir()
    (tmp_path / "views" / "inbox.py").write_text(f"x = 1\n{source}\n")
    assert main([str(tmp_path)]) == 1
    assert "inbox.py:2:" in capsys.readouterr().out


def test_scoped_fetching_and_other_modules_pass(tmp_path: Path) -> None:
    (tmp_path / "views.py").write_text("report = open_report(request.keyring, report_id)\n")
    (tmp_path / "services.py").write_text("Report.objects.all()\n")
    assert main([str(tmp_path)]) == 0
    assert managers_used("objects = 1") == []


def test_no_view_of_ours_uses_a_manager() -> None:
    assert main([str(PROJECT / room) for room in ROOMS]) == 0
