"""What the faces read: every figure against the rows it stands for, and in how many queries."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from onmaru.kernel import identity
from onmaru.kernel.identity import Actor
from onmaru.office.faces.queries import board
from onmaru.workbench import filters, groups, listing, registry
from onmaru.workbench.entity import Entity
from onmaru.workbench.groups import Dimension, Measure
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


def test_groups_count_and_sum_what_python_counts_and_sums(
    entity: Entity, by: Actor, deals: list[Deal]
) -> None:
    state, total = (filters.find_column(entity, name) for name in ("state", "total"))
    assert state and total
    with CaptureQueriesContext(connection) as asked:
        answer = groups.of(
            found(entity, by),
            [Dimension(state), "currency"],
            [Measure(), Measure("sum", total)],
            [(), (0,), (0, 1)],
        )
    assert len(asked) == 1
    assert answer[0] == ((), (), (30, sum(one.total for one in deals)))
    wanted = Counter((one.state, one.currency) for one in deals)
    assert {one.keys: one.figures[0] for one in answer if len(one.keys) == 2} == wanted
    assert groups.of(found(entity, identity.only(by)), [Dimension(state)], [Measure()], [(0,)]) == []


@pytest.mark.parametrize("name", ["promised_on", "client", "ordered_on"])
def test_the_largest_values_alone_leave_every_other_total_as_it_is(
    name: str, entity: Entity, by: Actor, deals: list[Deal]
) -> None:
    """Also where the largest is no value at all, and for averages, which are not those of averages."""
    Deal.objects.filter(pk__in=[one.pk for one in deals[10:]]).update(promised_on=None)
    first, total = (filters.find_column(entity, one) for one in (name, "total"))
    assert first and total
    sets = [(), (1,), (0,), (0, 1)]
    measures = [Measure(), *(Measure(one, total) for one in ("sum", "avg", "min", "max"))]
    ask = partial(groups.of, found(entity, by), [Dimension(first), "currency"], measures, sets)
    whole = ask()
    totals = [one.total for one in Deal.objects.filter(currency="USD")]
    usd = next(one.figures for one in whole if one.keys == ("USD",) and one.held == (1,))
    assert usd == (len(totals), sum(totals), sum(totals) / len(totals), min(totals), max(totals))

    some = ask(largest=2)

    kept = [one.keys[0] for one in some if one.held == (0,)]
    sizes = sorted((one.figures[0] for one in whole if one.held == (0,)), reverse=True)
    assert [one.figures[0] for one in some if one.held == (0,)] == sizes[:2]
    assert sorted(some, key=str) == sorted(
        (one for one in whole if 0 not in one.held or one.keys[0] in kept), key=str
    )


def test_a_board_counts_what_the_list_counts_and_pages_by_key(
    entity: Entity, by: Actor, deals: list[Deal]
) -> None:
    order = listing.order_of(entity, filters.read(entity, by, {}))
    for name in ("state", "way", "urgent", "client"):
        column = next(one for one in board.columns_of(entity) if one.name == name)
        for stack in board.stacks(found(entity, by), column, by, None):
            assert stack.count == listing.page(entity, by, {name: stack.key, "count": "1"}).count, (
                name,
                stack,
            )
    state = board.columns_of(entity)[0]
    draft = board.stacks(found(entity, by), state, by, filters.find_column(entity, "total"))[0]
    assert (draft.key, draft.count, len(draft.sums)) == ("draft", 20, 2)
    Deal.objects.update(state="draft")
    first = board.fill(draft, found(entity, by), state, order).records
    assert len(first) == board.CARDS
    second = board.fill(draft, found(entity, by), state, order, draft.next or "")
    assert len(second.records) == 10
    assert second.next is None
    assert not {one.pk for one in first} & {one.pk for one in second.records}


def test_a_stay_begins_when_the_state_was_entered_and_half_left_sooner(
    entity: Entity, by: Actor, deals: list[Deal]
) -> None:
    born = timezone.now() - timedelta(days=30)
    Deal.objects.update(created_at=born, state="draft")
    moved = [commands.confirm(one, by=by) for one in deals[:4]]
    column = board.columns_of(entity)[0]
    stays = board.stays(
        entity, column, by, [Deal.objects.get(pk=moved[0].pk), Deal.objects.get(pk=deals[9].pk)]
    )
    assert stays.since[deals[9].pk] == born
    assert timezone.now() - stays.since[moved[0].pk] < timedelta(minutes=1)
    assert timedelta(days=29) < stays.usual["draft"] < timedelta(days=31)
    assert "confirmed" not in stays.usual


def test_a_board_of_very_many_is_counted_when_asked(
    entity: Entity, by: Actor, deals: list[Deal], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "CHEAP", 10)
    for name in ("state", "client"):
        column = next(one for one in board.columns_of(entity) if one.name == name)
        total = filters.find_column(entity, "total")
        quick = board.stacks(found(entity, by), column, by, total)
        assert {one.count for one in quick} == {None}
        assert not any(one.sums for one in quick)
        exact = board.stacks(found(entity, by), column, by, total, exact=True)
        assert sum(one.count or 0 for one in exact) == len(deals)
        assert {one.key for one in quick} <= {one.key for one in exact}
