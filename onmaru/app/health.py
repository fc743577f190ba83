"""Whether this process can serve."""

from functools import cache

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

import onmaru


def state() -> dict[str, str]:
    """The state of the database and of its migrations; `status` is "ok" when everything is."""
    try:
        migrations = _migrations()
        database = "ok"
    except DatabaseError:
        database, migrations = "unreachable", "unknown"
    status = "ok" if database == migrations == "ok" else "unavailable"
    return {"status": status, "database": database, "migrations": migrations, "version": onmaru.__version__}


def _migrations() -> str:
    pending = wanted() - MigrationRecorder(connection).applied_migrations().keys()
    return f"{len(pending)} pending" if pending else "ok"


@cache
def wanted() -> frozenset[tuple[str, str]]:
    """The migrations of this version, (room, name); read once, as reading them would cost each probe a second."""
    return frozenset(MigrationLoader(None).graph.nodes)
