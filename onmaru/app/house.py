"""The house made ready for a job: its home, its database, Django, and the tables as this version wants them."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import django
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from onmaru.app import catalogue, database, home, postgres

MIGRATING = 72695  # the advisory lock that makes two starting processes migrate one after the other


@contextmanager
def ready(*, migrate: bool = True) -> Iterator[None]:
    """Have a database that answers and is migrated for the length of the block."""
    with nullcontext() if database.external() else postgres.Cluster(home.directory()).running():
        _require_recent()
        if migrate:
            migrated()
        try:
            yield
        finally:
            connection.close()


def wake() -> None:
    """Load the settings and every room, with a compiled catalogue to speak from."""
    catalogue.require()
    home.prepare()
    django.setup()


def migrated() -> None:
    """Bring the tables to this version; does nothing when they are."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [MIGRATING])
        try:
            executor = MigrationExecutor(connection)
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                call_command("migrate", verbosity=0, interactive=False)
        finally:
            cursor.execute("select pg_advisory_unlock(%s)", [MIGRATING])


def _require_recent() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("show server_version_num")
            database.require_recent(int(cursor.fetchone()[0]))
    except OperationalError as error:
        raise database.Unfit(f"The database does not answer: {str(error).strip()}") from error
