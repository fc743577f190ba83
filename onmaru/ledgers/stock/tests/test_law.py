"""What the database and the audit say of goods, and what happens when many reach for them at once."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pytest
from django.db import DatabaseError, transaction

from onmaru.kernel.refusals import Refused
from onmaru.ledgers.stock.tests.floor import Floor
from onmaru.masters.site.models import Location
from tests.proofs import at_once, broken, clean, run_sql, unguarded


@pytest.fixture
def floor(db: None) -> Floor:
    return Floor()


@pytest.mark.django_db(transaction=True)
def test_a_serial_number_received_twice_at_once_is_one_piece() -> None:
    floor = Floor()
    engine = floor.product("E", tracking="serial")
    floor.receive(engine, "1", lot="S1")
    floor.issue(engine, "1")
    answers = at_once(*[lambda: floor.receive(engine, "1", lot="S1")] * 3)
    assert sorted(getattr(one, "codes", ["ok"])[0] for one in answers) == [
        "ok",
        "serial_on_hand",
        "serial_on_hand",
    ]
    clean()


@pytest.mark.parametrize("table", ["stock_move", "stock_valuation"])
def test_what_moved_is_not_rewritten(floor: Floor, table: str) -> None:
    floor.receive(floor.product(), "3")
    run_sql("SET CONSTRAINTS ALL IMMEDIATE")
    for sql in (
        f"UPDATE {table} SET quantity = quantity",
        f"DELETE FROM {table}",
        f"TRUNCATE {table} CASCADE",
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            run_sql(sql)


def test_the_database_keeps_reserved_within_on_hand(floor: Floor) -> None:
    floor.receive(floor.product(), "3")
    for change in ("reserved = 4", "reserved = -1", "on_hand = -1"):
        with pytest.raises(DatabaseError, match="reserved_"), transaction.atomic():
            run_sql(f"UPDATE stock_quant SET {change}")


def test_the_audit_sees_moves_that_were_changed(floor: Floor) -> None:
    floor.receive(floor.product(), "3", "100")
    with unguarded("stock_move", "stock_valuation"):
        run_sql("UPDATE stock_move SET quantity = 4")
        assert broken() == {"on_hand_equals_moves"}
        run_sql("UPDATE stock_move SET quantity = 3, document_id = 999999")
        assert broken() == {"stock_has_documents"}
        run_sql("UPDATE stock_move SET document_id = (SELECT id FROM stock_stockdocument)")
        run_sql("UPDATE stock_valuation SET value = 301")
        assert broken() == {"piles_equal_valuations", "stock_value_equals_account", "stock_posts_its_entries"}


@pytest.mark.django_db(transaction=True)
def test_the_last_pieces_go_to_whoever_comes_first_and_nobody_deadlocks() -> None:
    floor = Floor("fifo")
    bolts = [floor.product(f"B{place}") for place in range(3)]
    for bolt in bolts:
        floor.receive(bolt, "5", "100")
        floor.receive(bolt, "5", "110")
    floor.shelf_beside()

    def keep(place: int) -> Decimal:
        order = bolts if place % 2 else bolts[::-1]
        document, got = floor.hold(*[(bolt, "3") for bolt in order])
        floor.take(document, *[(line, order[line - 1], str(quantity)) for line, quantity in got.items()])
        return sum(got.values(), Decimal(0))

    def receive(place: int) -> Decimal:
        for bolt in bolts[::-1] if place % 2 else bolts:
            floor.receive(bolt, "1", "120")
        return Decimal(-3)

    tasks = [lambda place=place: keep(place) for place in range(6)] + [
        lambda place=place: receive(place) for place in range(2)
    ]
    answers = at_once(*tasks)
    assert not [one for one in answers if isinstance(one, Exception)]
    left = sum((on_hand for (on_hand,) in run_sql("SELECT on_hand FROM stock_quant")), Decimal(0))
    # 30 and 6 received; 6 × 9 wanted.
    assert left == 36 - sum(one for one in answers if one > 0)
    clean()

    bolt = floor.product("LAST")
    floor.receive(bolt, "10")
    answers = at_once(*[lambda: floor.issue(bolt, "3")] * 6)
    refused_ = [one for one in answers if isinstance(one, Refused)]
    assert len(refused_) == 3 and {code for one in refused_ for code in one.codes} == {"stock_short"}
    assert floor.lies(bolt)[floor.shelf.code] == (1, 0)
    clean()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("method", ["average", "fifo"])
def test_one_pile_drawn_from_several_places_at_once_is_drawn_to_the_last_won(method: str) -> None:
    floor = Floor(method)
    bolt = floor.product()
    # 1,001 won for 40 pieces: each is 25 and a bit, and every draw depends on what was drawn before.
    floor.receive(bolt, "40", "25.025")
    places = [floor.shelf, *[floor.shelf_beside(code) for code in "BCD"]]
    for place in places[1:]:
        floor.transfer(bolt, "10", place, location=floor.shelf)

    def empty(place: Location) -> None:
        for _piece in range(10):
            floor.issue(bolt, "1", location=place)

    answers = at_once(*[partial(empty, place) for place in places])
    assert answers == [None] * 4
    assert floor.piles(bolt) == [] and floor.books()["45101"] == 1001
    clean()
