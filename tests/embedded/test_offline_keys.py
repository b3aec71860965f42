from pathlib import Path

import pytest

from speakup.embedded.offline_keys import KeyFileUnusable, offline_keys


def test_keys_are_made_once_for_their_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "offline"
    made = offline_keys(folder)
    assert offline_keys(folder) == made
    assert made.root_seed != made.recovery_secret
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == {
        "README.txt": 0o600,
        "recovery.key": 0o600,
        "root.key": 0o600,
    }
    assert "DEMONSTRATION ONLY" in (folder / "README.txt").read_text()


def test_no_key_is_ever_shown(tmp_path: Path) -> None:
    keys = offline_keys(tmp_path)
    assert keys.root_seed.hex() not in repr(keys)
    assert repr(keys) == "OfflineKeys()"


@pytest.mark.parametrize("content", [b"", b"not hex", b"00" * 31, b"\xff\xfe"])
def test_a_spoilt_key_file_is_named_and_never_replaced(tmp_path: Path, content: bytes) -> None:
    offline_keys(tmp_path)
    (tmp_path / "root.key").write_bytes(content)
    with pytest.raises(KeyFileUnusable, match=r"root\.key"):
        offline_keys(tmp_path)
    assert (tmp_path / "root.key").read_bytes() == content
