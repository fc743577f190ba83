"""Indexes of the company's own fields: made where lists ask, mended after a kill, gone when nobody reads them."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection, connections
from django.test import Client as Browser
from procrastinate.contrib.django.models import ProcrastinateJob

from onmaru.kernel import calendars, identity
from onmaru.kernel.models import User
from onmaru.office.shaping import commands as shaping
from onmaru.office.shaping.models import CustomField
from onmaru.office.shaping.queries import live
from onmaru.office.upkeep import commands, queries, views
from onmaru.office.upkeep.models import Use
from onmaru.workbench import filters, listing, registry
from tests.scratch import commands as scratch
from tests.scratch.models import Client

BY = identity.system("tester")


def clients() -> Any:
    found = registry.get("clients")
    assert found is not None
    return found


def define(type_: str, **said: Any) -> CustomField:
    made = shaping.fields.create(
        by=BY, kind="scratch.client", type=type_, label_ko="가", **{"name": "x_a", **said}
    )
    live.refresh()
    return made


def waiting(name: str) -> list[int]:
    """The fields for which a job waits."""
    return [one.args["field_id"] for one in ProcrastinateJob.objects.filter(task_name=name)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("type_", ["text", "number", "date"])
def test_what_is_filtered_often_is_found_by_an_index(type_: str) -> None:
    field = define(type_, digits=2)
    shaping.fields.quicken(field, by=BY)
    for _again in range(2):
        commands.index(field.pk)
    value = {"text": "가", "number": "12.5", "date": "2026-11-22"}[type_]
    rows = listing.select(clients(), BY, filters.read(clients(), BY, {"x_a": value}))
    ordered = listing.select(clients(), BY, filters.read(clients(), BY, {})).order_by("x_a", "pk")
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        plan, sorted_plan = rows.explain(), ordered[:50].explain()
        cursor.execute("RESET enable_seqscan")
    name = next(iter(queries.standing()[field.pk]))
    assert name in plan and "Index Cond" in plan, plan
    assert name in sorted_plan and "Sort" not in sorted_plan, sorted_plan


def test_processes_count_together_what_is_filtered_and_sorted_often(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "LARGE", 1)
    monkeypatch.setattr(commands, "OFTEN", 6)
    monkeypatch.setattr(views, "EACH", 4)
    field = define("text")
    define("choices", name="x_b", choices="빨강\n파랑")
    browser = Browser()
    browser.force_login(User.objects.create_user("kim", is_superuser=True))

    def one_process_asks(times: int, address: str) -> bool:
        """A process that knows of no other: what it tells stands in the database."""
        monkeypatch.setattr(views, "_asked", Counter())
        monkeypatch.setattr(views, "_told", time.monotonic())
        for _at in range(times):
            assert browser.get(address).status_code == 200
        field.refresh_from_db()
        return field.is_indexed

    scratch.create_client(by=BY, code="C1", name="가")
    assert not one_process_asks(8, "/clients/?x_a=1"), "a glance is enough for one record"
    Use.objects.update(since=calendars.today() - commands.WINDOW - timedelta(days=1))
    scratch.create_client(by=BY, code="C2", name="나")
    assert not one_process_asks(4, "/api/clients?x_a__in=1,2"), "what was asked long ago counts no more"
    assert not one_process_asks(3, "/clients/?sort=-x_a"), "what is not told yet does not count"
    assert one_process_asks(4, "/clients/?x_a=1&x_b=빨강")
    assert list(CustomField.objects.filter(is_indexed=True)) == [field]


def _in_the_middle(field: CustomField, then: Callable[[int], None]) -> list[Exception]:
    """Build an index beside a transaction that keeps it from ending, and call ``then`` with its process meanwhile."""
    met: list[Exception] = []

    def build() -> None:
        try:
            commands.index(field.pk)
        except Exception as error:
            met.append(error)
        finally:
            connections.close_all()

    building = "SELECT pid FROM pg_stat_progress_create_index WHERE phase LIKE 'waiting for%%'"
    with connection.cursor() as cursor:
        cursor.execute(
            "BEGIN; INSERT INTO scratch_client (code, name, is_active, search_text) VALUES ('C9', '가', true, '')"
        )
        thread = threading.Thread(target=build)
        thread.start()
        try:
            other = connections.create_connection("default")
            with other.cursor() as look:
                for _attempt in range(500):
                    look.execute(building)
                    found = look.fetchone()
                    if found:
                        break
                    time.sleep(0.01)
                then(found[0])
            other.close()
        finally:
            cursor.execute("ROLLBACK")
            thread.join()
    return met


@pytest.mark.django_db(transaction=True)
def test_an_index_whose_building_was_killed_is_seen_and_built_anew() -> None:
    field = define("text")
    shaping.fields.quicken(field, by=BY)

    def kill(pid: int) -> None:
        with connections.create_connection("default").cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [pid])

    (met,) = _in_the_middle(field, kill)
    assert isinstance(met, OperationalError)
    (half,) = queries.standing()[field.pk].values()
    assert not half.is_whole
    before = waiting("upkeep.index")
    commands.tend(today=calendars.today())
    assert waiting("upkeep.index") == [*before, field.pk]
    commands.index(field.pk)
    assert [one.is_whole for one in queries.standing()[field.pk].values()] == [True]
    commands.tend(today=calendars.today())
    assert waiting("upkeep.index") == [*before, field.pk], "what is in order is left alone"


@pytest.mark.django_db(transaction=True)
def test_an_index_that_nobody_reads_any_more_goes_away() -> None:
    read, idle = define("text"), define("text", name="x_b")
    for field in (read, idle):
        shaping.fields.quicken(field, by=BY)
        commands.index(field.pk)
    today = calendars.today()
    commands.tend(today=today)
    Use.objects.update(used_on=today - commands.IDLE - timedelta(days=1))
    live.refresh()
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        list(listing.select(clients(), BY, filters.read(clients(), BY, {"x_a": "가"})))
        cursor.execute("RESET enable_seqscan")
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT 1")
    commands.tend(today=today)
    assert list(CustomField.objects.filter(is_indexed=True)) == [read]
    for field in (read, idle):
        commands.index(field.pk)
    assert queries.standing().keys() == {read.pk}


@pytest.mark.django_db(transaction=True)
def test_other_decimals_and_another_search_have_their_own_index() -> None:
    number, words = define("number"), define("text", name="x_b", searched=True)
    shaping.fields.quicken(number, by=BY)

    def stand() -> set[str]:
        for field in (number, words):
            commands.index(field.pk)
        return {name for its in queries.standing().values() for name in its}

    assert stand() == {f"shaping_field_{number.pk}", f"shaping_words_{words.pk}"}
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        plan = Client.objects.filter(pk__in=filters.in_own(clients(), "mill daejeon")).explain()
        cursor.execute("RESET enable_seqscan")
    assert f"shaping_words_{words.pk}" in plan, plan
    shaping.fields.edit(number, by=BY, digits=2)
    shaping.fields.edit(words, by=BY, searched=False)
    assert stand() == {f"shaping_field_{number.pk}_2"}
    shaping.fields.archive(number, by=BY)
    assert stand() == set()
