"""Between two tests a database is as new, whatever the first of them wrote, deleted, counted or changed."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from psycopg import sql

from onmaru.kernel import identity
from onmaru.kernel.models import AuditRow, User
from tests import databases, renewing
from tests.scratch import commands

EVERY = """select format('%I.%I', schemaname, tablename) from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema') order by 1"""


def standing(line: Any) -> dict[str, Any]:
    """Each row of each table, and where each sequence stands."""
    rows = {
        table: line.execute(sql.SQL(f"select array_agg(t::text order by t::text) from {table} t")).fetchone()
        for (table,) in line.execute(EVERY).fetchall()
    }
    return rows | {"sequences": line.execute("select * from pg_sequences order by 1, 2").fetchall()}


@pytest.mark.django_db(transaction=True)
def test_what_was_written_deleted_or_counted_is_as_it_was_and_a_changed_table_is_noticed() -> None:
    name = settings.DATABASES["default"]["NAME"]
    kept = renewing.Kept(lambda: databases.superuser(name))
    with databases.superuser(name) as line:
        before = standing(line)
        by = identity.actor(User.objects.create_user("kim", is_superuser=True))
        commands.create_client(by=by, code="C1", name="한강자전거")
        assert AuditRow.objects.exists()
        line.execute("update django_content_type set model = 'x' || model where id % 2 = 0")
        line.execute("delete from django_migrations where id < 9")
        assert standing(line) != before
    connections.close_all()
    assert kept.put_back()
    with databases.superuser(name) as line:
        assert standing(line) == before
        line.execute("create index left_behind on kernel_user (full_name)")
    assert not kept.put_back()
