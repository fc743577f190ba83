import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import IO, cast

import psycopg
import pytest

from onmaru.app import archive, database, home, postgres

ROOT = Path(__file__).resolve().parent.parent.parent.parent


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


@pytest.mark.slow
@pytest.mark.skipif(bool(database.external()), reason="an external PostgreSQL is in use")
def test_a_backup_comes_back_whole_or_not_at_all(tmp_path: Path) -> None:
    tmp_path.chmod(0o711)
    tmp_path.parent.chmod(0o711)
    tmp_path.parent.parent.chmod(0o711)
    backup, cut = tmp_path / "backup", tmp_path / "cut"
    there, here = {"ONMARU_HOME": str(tmp_path / "there")}, {"ONMARU_HOME": str(tmp_path / "here")}
    rows = "from django.db import connection as c; k = c.cursor(); k.execute({!r}); print(k.rowcount)"
    job(there, "shell", "-c", rows.format("create table kept as select n from generate_series(1, 50000) n"))
    job(there, "backup", str(backup))
    shorten_dump(backup, cut)

    assert job(here, "restore", str(cut), fails=True)
    assert tables(tmp_path / "here") == []
    job(here, "restore", str(backup), "--replace")
    assert "50000" in job(here, "shell", "-c", rows.format("select * from kept"))
    job(here, "restore", str(cut), "--replace", fails=True)
    assert "50000" in job(here, "shell", "-c", rows.format("select * from kept"))
    assert "is not empty" in job(here, "restore", str(backup), fails=True)


def tables(where: Path) -> list[str]:
    """What stands in a home, asked without the house, which would make its tables first."""
    cluster = postgres.Cluster(where)
    with cluster.running():
        address = f"host={cluster.sockets} user={postgres.ROLE} dbname={postgres.DATABASE}"
        with psycopg.connect(address) as line:
            found = line.execute("select tablename from pg_tables where schemaname = 'public'")
            return [name for (name,) in found.fetchall()]


def job(environment: dict[str, str], *words: str, fails: bool = False) -> str:
    kept = (
        os.environ | environment | {"DJANGO_SETTINGS_MODULE": "onmaru.app.settings", "PYTHONPATH": str(ROOT)}
    )
    done = subprocess.run(
        [sys.executable, "-m", "onmaru", *words],
        env=kept,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert bool(done.returncode) == fails, done.stdout
    return done.stdout


def shorten_dump(whole: Path, cut: Path) -> None:
    with tarfile.open(whole) as source, tarfile.open(cut, "w") as target:
        for member in source:
            content = cast(IO[bytes], source.extractfile(member)).read()
            content = content[: len(content) * 9 // 10] if member.name == "database.dump" else content
            member.size = len(content)
            target.addfile(member, io.BytesIO(content))
