from pathlib import Path

import pytest

from onmaru.app import archive, home


def test_a_key_that_comes_back_is_first_and_the_older_ones_still_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONMARU_HOME", str(tmp_path))
    (own,) = home.secret_keys()
    home.add_secret_keys(["theirs"])
    home.add_secret_keys(["theirs"])
    assert home.secret_keys() == ["theirs", own]
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", [b"", b"no archive", b"\x00" * 2048])
def test_what_is_no_backup_is_refused_before_anything_changes(tmp_path: Path, content: bytes) -> None:
    broken = tmp_path / "broken"
    broken.write_bytes(content)
    with pytest.raises(archive.Unfit, match="not a whole backup"):
        archive.read(broken, replace=True)
