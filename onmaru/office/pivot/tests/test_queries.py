"""The pivot against the rows that its figures stand for, and in how many queries."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from onmaru.kernel import identity
from onmaru.kernel.identity import Actor
from onmaru.office.pivot.queries import layout, table
from onmaru.office.pivot.views.pivot import narrowed
from onmaru.workbench import filters, listing, registry
from onmaru.workbench.entity import Entity
from tests.scratch import commands
from tests.scratch.models import Deal, DealLine


@pytest.fixture
def by(db: Any) -> Actor:
    return identity.system("tester")


@pytest.fixture
def entity() -> Entity:
    found = registry.get("deals")
    assert found is not None
    return found


@pytest.fixture
def deals(by: Actor) -> list[Deal]:
    """Thirty orders over two years, in two currencies, of three customers, some without a promise."""
    firm = commands.found(by=by, code="KR", name="온마루")
    clients = [commands.create_client(by=by, code=f"C{one}", name=f"거래처 {one}") for one in range(3)]
    made = [
        Deal(
            number=f"D-{place:03}",
            company=firm,
            client=clients[place % 3],
            ordered_on=date(2025, 11, 20) + timedelta(days=17 * place),
            promised_on=None if place % 5 == 0 else date(2026, 12, 1),
            seen_at=datetime(2026, 10, 31, 15 + place % 2 * -1, tzinfo=timezone.get_fixed_timezone(0)),
            way="web" if place % 2 else "shop",
            currency="USD" if place % 4 == 0 else "KRW",
            state="confirmed" if place % 3 == 0 else "draft",
            total=Decimal(place) + Decimal("0.25"),
            urgent=place % 7 == 0,
        )
        for place in range(30)
    ]
    Deal.objects.bulk_create(made)
    # Two lines each: what joins them must not count a record twice.
    DealLine.objects.bulk_create(
        DealLine(deal=deal, item="볼트", quantity=1) for deal in made for _line in range(2)
    )
    return made


def found(entity: Entity, by: Actor, params: Any = None) -> Any:
    return listing.select(entity, by, filters.read(entity, by, params or {}))


LAYOUTS = [
    {"down": ["client"], "across": ["ordered_on.month"], "measure": ["total", "count"]},
    {
        "down": ["state", "way", "urgent"],
        "across": ["ordered_on.year", "ordered_on.quarter"],
        "measure": ["count"],
    },
    {"down": ["promised_on.week", "client.code"], "across": [], "measure": ["count", "total.average"]},
    {"down": ["seen_at.day"], "across": ["ordered_on.day"], "measure": ["total.most", "total.least"]},
    {"down": [], "across": ["state"], "measure": ["line_count.average", "count"]},
]


@pytest.mark.parametrize("given", LAYOUTS, ids=lambda one: "/".join([*one["down"], "|", *one["across"]]))
@pytest.mark.parametrize("address", ["", "way=web&ordered_on__gte=2026-02-05&ordered_on__lte=2026-12-20"])
@pytest.mark.parametrize("zone", ["Asia/Seoul", "America/New_York"])
def test_every_figure_leads_to_exactly_its_records(
    entity: Entity, by: Actor, deals: list[Deal], given: dict[str, list[str]], address: str, zone: str
) -> None:
    params = QueryDict(address)
    with timezone.override(zone):
        asked = layout.layout(entity, given | {"measure": [*given["measure"][:3], "count"]})
        assert not asked.problems
        shown = table.read(found(entity, by, params), by, asked)
        counted = [at for at, one in enumerate(shown.heads) if asked.measure[one.place].name == "count"]
        for path, figures in [*((one.path, one.figures) for one in shown.lines), ((), shown.totals)]:
            for at in counted:
                across = shown.heads[at].path
                pairs = [*zip(asked.down, path, strict=False), *zip(asked.across, across, strict=False)]
                query = filters.read(entity, by, QueryDict(narrowed(dict(params.lists()), pairs)[1:]))
                assert not query.problems
                assert listing.select(entity, by, query).count() == (figures[at] or 0), (path, across)
    assert shown.count == found(entity, by, params).count() > 5


def test_amounts_are_never_added_over_currencies(entity: Entity, by: Actor, deals: list[Deal]) -> None:
    shown = table.read(
        found(entity, by), by, layout.layout(entity, {"down": ["state"], "measure": ["total"]})
    )
    assert [one.currency for one in shown.heads] == ["KRW", "USD"]
    assert shown.totals == [
        sum((one.total for one in deals if one.currency == currency), Decimal(0))
        for currency in ("KRW", "USD")
    ]
    assert [shown.head_text(one) for one in shown.heads] == [
        f"{shown.layout.measure[0].label} {currency}" for currency in ("KRW", "USD")
    ]


def test_a_group_across_has_a_column_for_its_own_currencies_only(
    entity: Entity, by: Actor, deals: list[Deal]
) -> None:
    given = {"across": ["ordered_on.day"], "measure": ["total"]}
    shown = table.read(found(entity, by), by, layout.layout(entity, given))
    met = [((one.ordered_on,), one.currency) for one in deals]
    assert [(one.path, one.currency) for one in shown.heads] == [*met, ((), "KRW"), ((), "USD")]
    assert None not in shown.totals
    assert sum(span for _label, span in shown.bands[0]) == len(shown.heads)


def test_a_pivot_asks_what_is_largest_then_aggregates_once_then_names_its_heads(
    entity: Entity, by: Actor, deals: list[Deal]
) -> None:
    rows = found(entity, by)
    given = {"down": ["client", "state"], "across": ["ordered_on.year", "way"], "measure": ["total", "count"]}
    with CaptureQueriesContext(connection) as asked:
        table.read(rows, by, layout.layout(entity, given))
    assert len(asked) == 3
    assert ["GROUPING SETS" in one["sql"] for one in asked] == [False, True, False]


def test_parents_stand_before_children_and_nothing_stands_last(
    entity: Entity, by: Actor, deals: list[Deal]
) -> None:
    given = {"down": ["promised_on.month", "state"], "measure": ["count"]}
    shown = table.read(found(entity, by), by, layout.layout(entity, given))
    assert [len(one.path) for one in shown.lines] == [1, 2, 2, 1, 2, 2]
    assert [one.path[0] for one in shown.lines if one.opens] == [date(2026, 12, 1), None]
    assert [one.path[1] for one in shown.lines if not one.opens] == ["draft", "confirmed"] * 2


def test_words_that_mean_nothing_are_said(entity: Entity) -> None:
    asked = layout.layout(
        entity, {"down": ["note", "client"], "measure": ["client", "total"], "across": ["client"]}
    )
    assert [one.code for one in asked.problems] == ["column_unknown", "column_unknown"]
    assert [one.name for one in asked.down] == ["client"]
    assert asked.across == []
    assert [one.name for one in asked.measure] == ["total"]


def test_of_very_many_lines_the_largest_stand(
    entity: Entity, by: Actor, deals: list[Deal], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "MOST_LINES", 1)
    asked = layout.layout(entity, {"down": ["state", "way"], "measure": ["count"]})
    shown = table.read(found(entity, by), by, asked)
    assert shown.cut
    assert {line.path[0] for line in shown.lines} == {"draft"}
    assert shown.totals == [len(deals)]
