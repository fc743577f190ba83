"""Whether this process can serve."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

import onmaru


def state() -> dict[str, str]:
    """The state of the database and of its migrations; `status` is "ok" when everything is."""
    database = _database()
    migrations = _migrations() if database == "ok" else "unknown"
    status = "ok" if database == migrations == "ok" else "unavailable"
    return {"status": status, "database": database, "migrations": migrations, "version": onmaru.__version__}


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except DatabaseError:
        return "unreachable"
    return "ok"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(pending)} pending" if pending else "ok"
