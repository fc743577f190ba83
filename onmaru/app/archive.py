"""A backup: one file that holds the database and the key its secrets are sealed with; and the way back."""

import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql

import onmaru
from onmaru.app import database, home, postgres

FORMAT = 1
MEMBERS = ("manifest.json", "secret_key", "database.dump")


class Unfit(RuntimeError):
    """The backup cannot be written or brought back; the message says why, and nothing was changed."""


def write(path: Path) -> None:
    """Write the whole house into `path`, which appears only when it is complete; readable by its owner alone."""
    with tempfile.TemporaryDirectory(dir=path.absolute().parent, prefix=".onmaru-backup-") as folder:
        dump = Path(folder) / "database.dump"
        _program("pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file", str(dump))
        whole = Path(folder) / "whole.tar"
        with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            with tarfile.open(fileobj=file, mode="w") as tar:
                _add(tar, "manifest.json", json.dumps(_manifest()).encode())
                _add(tar, "secret_key", "\n".join(home.secret_keys()).encode())
                tar.add(dump, "database.dump")
            file.flush()
            os.fsync(file.fileno())
        whole.replace(path)


def read(path: Path, *, replace: bool) -> dict[str, Any]:
    """Bring `path` back and return its manifest. Until the last step the present data stays as it is."""
    with tempfile.TemporaryDirectory(prefix="onmaru-restore-") as folder:
        manifest = _unpack(path, Path(folder))
        dump = Path(folder) / "database.dump"
        # Before the data: with both keys at hand the old data and the new can be opened, whichever an accident leaves.
        home.add_secret_keys((Path(folder) / "secret_key").read_text().split())
        if database.external():
            _into_empty(dump)
        else:
            _beside(dump, replace=replace)
    return manifest


def _manifest() -> dict[str, Any]:
    return {"format": FORMAT, "version": onmaru.__version__, "written_at": datetime.now(UTC).isoformat()}


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o600
    tar.addfile(member, io.BytesIO(content))


def _unpack(path: Path, folder: Path) -> dict[str, Any]:
    try:
        with tarfile.open(path) as tar:
            for name in MEMBERS:
                with open(folder / name, "wb") as file:
                    shutil.copyfileobj(cast(BinaryIO, tar.extractfile(name)), file)
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    except (OSError, tarfile.TarError, KeyError, ValueError) as error:
        raise Unfit(f"{path} is not a whole backup of Onmaru: {error}") from error
    if manifest.get("format") != FORMAT:
        raise Unfit(f"{path} was written by Onmaru {manifest.get('version')}; this is {onmaru.__version__}.")
    return manifest


def _beside(dump: Path, *, replace: bool) -> None:
    """Fill a new database beside the present one, then let them change names in one transaction."""
    with _superuser() as admin:
        if not replace and _has_tables():
            raise Unfit(
                "This home is not empty. Choose another ONMARU_HOME, or take its data away with --replace."
            )
        fresh, old = (
            sql.Identifier(f"{postgres.DATABASE}_restored"),
            sql.Identifier(f"{postgres.DATABASE}_old"),
        )
        present, role = sql.Identifier(postgres.DATABASE), sql.Identifier(postgres.ROLE)
        for leftover in (fresh, old):
            admin.execute(sql.SQL("drop database if exists {} with (force)").format(leftover))
        admin.execute(sql.SQL("create database {} owner {}").format(fresh, role))
        _restore(dump, f"{postgres.DATABASE}_restored")
        connections.close_all()
        with admin.transaction():
            admin.execute(sql.SQL("alter database {} rename to {}").format(present, old))
            admin.execute(sql.SQL("alter database {} rename to {}").format(fresh, present))
        admin.execute(sql.SQL("drop database {} with (force)").format(old))


def _into_empty(dump: Path) -> None:
    if _has_tables():
        raise Unfit(
            "The database of DATABASE_URL is not empty. Create an empty one and point DATABASE_URL at it."
        )
    _restore(dump, settings.DATABASES["default"]["NAME"])


def _restore(dump: Path, name: str) -> None:
    # As the application's own role, so that it owns what it will have to migrate; all of it or nothing.
    with tempfile.NamedTemporaryFile("w", suffix=".list") as chosen:
        listing = _program("pg_restore", "--list", str(dump))
        chosen.write(listing if database.external() else _without_extensions(listing))
        chosen.flush()
        options = ["--no-owner", "--no-privileges", "--use-list", chosen.name, "--file", "-"]
        _play([_path("pg_restore"), *options, str(dump)], name)


def _play(script: list[str], name: str) -> None:
    """Have psql play what `script` prints, and commit only when the script came to its end."""
    player = [_path("psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", name]
    with (
        tempfile.TemporaryFile() as words,
        subprocess.Popen(script, stdout=subprocess.PIPE, stderr=words) as source,
    ):
        with subprocess.Popen(
            player, stdin=subprocess.PIPE, stdout=words, stderr=words, env=_environment()
        ) as target:
            try:
                whole = _hand_over(source, cast(BinaryIO, target.stdin))
            except BrokenPipeError:
                source.kill()
                whole = False
        if target.returncode or not whole:
            words.seek(0)
            raise Unfit(
                f"The data could not be brought back, nothing was changed: {words.read().decode().strip()}"
            )


def _hand_over(source: subprocess.Popen[bytes], target: BinaryIO) -> bool:
    script = cast(BinaryIO, source.stdout)
    target.write(b"begin;\n")
    # Our programs are newer than an external server may be, and greet it with a setting that came with 17.
    for line in script:
        if b"transaction_timeout" in line:
            break
        target.write(line)
    shutil.copyfileobj(script, target, 2**20)
    whole = source.wait() == 0
    target.write(b"commit;\n" if whole else b"")
    target.close()
    return whole


def _without_extensions(listing: str) -> str:
    # Extensions belong to the superuser and are in the template that every database starts from.
    return "\n".join(line for line in listing.splitlines() if " EXTENSION " not in line)


def _program(name: str, *arguments: str) -> str:
    done = subprocess.run(
        [_path(name), *arguments], env=_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Unfit(f"{name} failed, nothing was changed: {done.stderr.strip()}")
    return done.stdout


def _path(name: str) -> str:
    return str(postgres.Cluster(home.directory()).program(name))


def _environment() -> dict[str, str]:
    where = settings.DATABASES["default"]
    keys = {
        "HOST": "PGHOST",
        "PORT": "PGPORT",
        "USER": "PGUSER",
        "PASSWORD": "PGPASSWORD",
        "NAME": "PGDATABASE",
    }
    found = {keys[key]: str(where[key]) for key in keys if where.get(key)}
    return (
        os.environ
        | found
        | {f"PG{key.upper()}": str(value) for key, value in where.get("OPTIONS", {}).items()}
    )


def _has_tables() -> bool:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select 1 from pg_tables where schemaname not in ('pg_catalog', 'information_schema') limit 1"
        )
        return cursor.fetchone() is not None


@contextmanager
def _superuser() -> Iterator[psycopg.Connection[Any]]:
    host = settings.DATABASES["default"]["HOST"]
    with psycopg.connect(
        host=host, user=postgres.SUPERUSER, dbname="postgres", autocommit=True
    ) as connection:
        yield connection
