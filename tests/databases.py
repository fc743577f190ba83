"""The test databases: a template for each set of migrations, and a copy of it for each run."""

import hashlib
import os
import secrets
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import psycopg
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from onmaru.app import database, home, postgres
from tests import renewing

KEPT = 3
BASE = "ONMARU_TEST_BASE"  # a template that lacks only the migrations which a run adds


@contextmanager
def fresh() -> Iterator[Callable[[], None]]:
    """Give the run a migrated database of its own; the yielded function makes it new again."""
    cluster = postgres.Cluster(home.prepare(), durable=False)
    name = f"onmaru_run_{os.getpid()}_{secrets.token_hex(3)}"
    with nullcontext() if database.external() else cluster.running():
        template = ready()
        _point_at(name)
        _copy(template, name)
        try:
            kept = renewing.Kept(lambda: superuser(name))
            yield lambda: _renew(kept, template, name)
        finally:
            connections.close_all()
            _admin(f'drop database if exists "{name}" with (force)')


def _renew(kept: renewing.Kept, template: str, name: str) -> None:
    connections.close_all()
    if not kept.put_back():
        _copy(template, name)


def _copy(template: str, name: str) -> None:
    connections.close_all()
    _admin(f'drop database if exists "{name}" with (force)', _create(name, template))


def _create(name: str, template: str) -> str:
    owner = settings.DATABASES["default"]["USER"] or "current_user"
    return f'create database "{name}" owner "{owner}" template "{template}"'


def ready() -> str:
    """The name of the template for the migrations as they stand, built when there is none."""
    name = f"onmaru_ready_{_migrations()}"
    with superuser() as admin:
        # Two runs that start together wait here for the one that builds.
        admin.execute("select pg_advisory_lock(72696)")
        if not admin.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            _build(admin, name)
    return name


def pour(cluster: postgres.Cluster) -> None:
    """Give a running house without tables those of the template."""
    line = superuser(ready())
    with line:
        source = [
            "-h",
            line.info.host,
            "-U",
            line.info.user,
            "-d",
            line.info.dbname,
            "-p",
            f"{line.info.port}",
        ]
    target = ["-h", str(cluster.sockets), "-U", postgres.ROLE, "-d", postgres.DATABASE]
    options = ["--no-owner", "--no-privileges", "--no-comments"]
    made = subprocess.run(
        [str(cluster.program("pg_dump")), *source, *options], capture_output=True, check=True
    )
    play = [str(cluster.program("psql")), "-Xq1", "-v", "ON_ERROR_STOP=1", *target]
    subprocess.run(play, input=made.stdout, stdout=subprocess.DEVNULL, check=True)


def _build(admin: psycopg.Connection[Any], name: str) -> None:
    rows = admin.execute(
        "select datname from pg_database where datname like 'onmaru\\_ready\\_%' order by oid desc"
    )
    for (old,) in rows.fetchall()[KEPT - 1 :]:
        admin.execute(f'drop database "{old}" with (force)')
    half = f"{name}_half"
    admin.execute(f'drop database if exists "{half}" with (force)')
    admin.execute(_create(half, os.environ.get(BASE, "template1")))
    _point_at(half)
    call_command("migrate", verbosity=0, interactive=False)
    connections.close_all()
    admin.execute(f'alter database "{half}" rename to "{name}"')


def _migrations() -> str:
    digest = hashlib.sha256()
    for config in sorted(apps.get_app_configs(), key=lambda config: config.label):
        for path in sorted(Path(config.path).glob("**/migrations/**/*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(str(path).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _point_at(name: str) -> None:
    connections.close_all()
    settings.DATABASES["default"]["NAME"] = name
    connections["default"].settings_dict["NAME"] = name


def _admin(*statements: str) -> None:
    with superuser() as connection:
        for statement in statements:
            connection.execute(statement)


def superuser(name: str = "postgres") -> psycopg.Connection[Any]:
    """A line to one of the databases as whom nothing is denied."""
    address = database.external()
    if address:
        return psycopg.connect(address, dbname=name, autocommit=True)
    return psycopg.connect(
        host=settings.DATABASES["default"]["HOST"],
        user=postgres.SUPERUSER,
        dbname=name,
        autocommit=True,
    )
