"""Goods themselves: lots and serials, what is kept for whom, places, counting, and who comes first."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from onmaru.kernel import identity, refusals
from onmaru.kernel.models import Event
from onmaru.ledgers.accounting import rules as accounting
from onmaru.ledgers.stock import rules
from onmaru.ledgers.stock.commands import documents
from onmaru.ledgers.stock.models import Lot, Move, Quant, Reservation, StockDocument
from onmaru.ledgers.stock.queries import stock
from onmaru.ledgers.stock.tests.floor import Floor
from onmaru.masters.site import commands as site
from onmaru.masters.site import queries as sites
from tests.companies import BY, DAY
from tests.proofs import clean, refused


@pytest.fixture
def floor(db: None) -> Floor:
    return Floor()


def test_a_receipt_is_a_numbered_document_with_its_moves_and_its_event(floor: Floor) -> None:
    bolt = floor.product()
    document = floor.receive(bolt, "10", "100")
    assert (document.number, document.kind) == ("ST-2026-000001", "receipt")
    (move,) = Move.objects.all()
    assert (move.quantity, move.source.kind, move.destination, move.moved_on, move.posted_by) == (
        10,
        "supplier",
        floor.shelf,
        DAY,
        "test",
    )
    event = Event.objects.get(kind="stock.received")
    assert event.payload == {
        "company": floor.company.pk,
        "warehouse": floor.world.warehouse.pk,
        "products": [bolt.pk],
    }
    clean()


def test_opening_stock_comes_from_nowhere_against_the_opening_account(floor: Floor) -> None:
    bolt = floor.product()
    line = documents.ReceiptLine(bolt.pk, Decimal(4), Decimal(25))
    where: dict[str, Any] = {
        "company": floor.company,
        "location": floor.shelf,
        "lines": [line],
        "moved_on": DAY,
        "by": BY,
    }
    document = documents.receive(opening=True, memo="이월", **where)
    opening = floor.company.posting_defaults.get(role="opening").account.code
    assert floor.books() == {"150": 100, opening: -100}
    assert (document.kind, document.memo, Move.objects.get().source.kind) == ("opening", "이월", "adjustment")
    clean()


def test_all_that_is_wrong_with_a_receipt_is_said_by_its_cells(floor: Floor) -> None:
    bolt, work = floor.product("B"), floor.product("W", kind="service")
    lot, serial = floor.product("L", tracking="lot"), floor.product("S", tracking="serial")
    rows = [
        documents.ReceiptLine(work.pk, Decimal(1)),
        documents.ReceiptLine(999999, Decimal(1)),
        documents.ReceiptLine(bolt.pk, Decimal(0)),
        documents.ReceiptLine(bolt.pk, Decimal("1.5"), Decimal(-1)),
        documents.ReceiptLine(lot.pk, Decimal(1)),
        documents.ReceiptLine(serial.pk, Decimal(2), lot="S1"),
    ]
    customers = sites.virtual(floor.company, "customer")
    with refused(
        rules.LOCATION_NOT_OWN,
        rules.NOT_STOCKED,
        rules.NOT_STOCKED,
        rules.QUANTITY_NOT_POSITIVE,
        rules.QUANTITY_TOO_FINE,
        rules.COST_NEGATIVE,
        rules.LOT_NEEDED,
        rules.SERIAL_ONE_PIECE,
    ) as caught:
        documents.receive(company=floor.company, location=customers, lines=rows, moved_on=DAY, by=BY)
    assert [one.field for one in caught.value.reasons] == [
        "location",
        "lines.0.product",
        "lines.1.product",
        "lines.2.quantity",
        "lines.3.quantity",
        "lines.3.unit_cost",
        "lines.4.lot",
        "lines.5.quantity",
    ]
    assert not StockDocument.objects.exists() and not Lot.objects.exists()


def test_a_receipt_into_a_closed_month_leaves_no_goods(floor: Floor) -> None:
    bolt = floor.product()
    with refused(accounting.PERIOD_MISSING):
        floor.receive(bolt, "10", on=date(2031, 1, 1))
    assert not Quant.objects.exists() and not Move.objects.exists()


def test_another_companys_places_and_goods_are_not_ours_to_move(floor: Floor) -> None:
    bolt = floor.product()
    floor.receive(bolt, "10")
    other = site.companies.create(by=BY, code="B", name="나")
    theirs = site.warehouses.create(by=BY, company=other, code="T", name="그쪽")
    place = sites.storage(theirs)
    quant = Quant.objects.get()
    asked: dict[str, Any] = {"moved_on": DAY, "by": BY}
    with refused(rules.LOCATION_NOT_OWN):
        floor.receive(bolt, "1", location=place)
    with refused(rules.LOCATION_NOT_OWN):
        floor.issue(bolt, "1", location=place)
    with refused(rules.LOCATION_NOT_OWN):
        floor.count(bolt, "1", location=place)
    with refused(rules.LOCATION_NOT_OWN):
        floor.transfer(bolt, "1", place)
    with refused(refusals.NOT_FOUND):
        documents.transfer(company=other, quant=quant, quantity=Decimal(1), destination=place, **asked)
    clean()


def test_lots_that_expire_first_go_first_and_expired_ones_not_at_all(floor: Floor) -> None:
    milk = floor.product("M", tracking="lot")
    for code, expires in (
        ("none", None),
        ("may", date(2026, 5, 1)),
        ("april", date(2026, 4, 1)),
        ("today", DAY),
        ("gone", date(2026, 3, 9)),
    ):
        floor.receive(milk, "3", lot=code, expires_on=expires)
    document, got = floor.hold((milk, "7"))
    assert got == {1: 7}
    assert {lot: kept for lot, (_on_hand, kept) in floor.lies(milk).items()} == {
        "today": 3,
        "april": 3,
        "may": 1,
        "none": 0,
        "gone": 0,
    }
    floor.take(document, (1, milk, "4"))
    moved = Move.objects.filter(destination__kind="customer").values_list("lot__code", "quantity")
    assert sorted(moved) == [("april", 1), ("today", 3)]
    assert floor.lies(milk)["april"] == (2, 2)
    second, got = floor.hold((milk, "9"))
    assert got == {1: 2 + 3}
    floor.release(document)
    floor.release(second)
    _third, got = floor.hold((milk, "20"), on=date(2026, 6, 1))
    assert got == {1: 3}
    clean()


def test_a_named_lot_is_kept_and_no_other(floor: Floor) -> None:
    milk = floor.product("M", tracking="lot")
    floor.receive(milk, "3", lot="A", expires_on=date(2026, 4, 1))
    floor.receive(milk, "3", lot="B", expires_on=date(2026, 5, 1))
    lot = Lot.objects.get(code="B")
    _document, got = floor.hold((milk, "2", lot), (milk, "3"), (milk, "5", lot))
    # The named lot serves its lines in their order; the line without one takes what expires first.
    assert got == {1: 2, 2: 3, 3: 1}
    assert floor.lies(milk) == {"A": (3, 3), "B": (3, 3)}
    clean()


def test_the_same_lot_again_keeps_its_first_day_of_expiry(floor: Floor) -> None:
    milk = floor.product("M", tracking="lot")
    floor.receive(milk, "3", lot="A", expires_on=date(2026, 4, 1))
    floor.receive(milk, "2", lot="A", expires_on=date(2026, 9, 9))
    assert (Lot.objects.get().expires_on, floor.lies(milk)) == (date(2026, 4, 1), {"A": (5, 0)})


def test_a_serial_number_is_one_piece_once(floor: Floor) -> None:
    engine = floor.product("E", tracking="serial")
    floor.receive(engine, "1", lot="S1")
    with refused(rules.SERIAL_ON_HAND, at="lines.0.lot"):
        floor.receive(engine, "1", lot="S1")
    twice = [documents.ReceiptLine(engine.pk, Decimal(1), lot=code) for code in ("S2", "S3", "S2")]
    with refused(rules.SERIAL_ON_HAND, at="lines.2.lot"):
        documents.receive(company=floor.company, location=floor.shelf, lines=twice, moved_on=DAY, by=BY)
    document, _got = floor.hold((engine, "1"))
    floor.take(document, (1, engine, "1"))
    floor.receive(engine, "1", lot="S1")
    assert floor.lies(engine) == {"S1": (1, 0)}
    clean()


def test_what_is_kept_for_one_is_not_promised_to_another(floor: Floor) -> None:
    bolt, nut = floor.product("B"), floor.product("N")
    floor.receive(bolt, "10")
    first, got = floor.hold((bolt, "4"), (nut, "1"), (bolt, "3"))
    assert got == {1: 4, 3: 3}
    second, got = floor.hold((bolt, "5"))
    assert got == {1: 3}
    assert stock.levels(floor.company, [bolt.pk, nut.pk]) == {bolt.pk: stock.Level(Decimal(10), Decimal(10))}
    floor.release(first, [3])
    assert floor.lies(bolt)[floor.shelf.code] == (10, 7)
    floor.release(first, [])
    assert floor.lies(bolt)[floor.shelf.code] == (10, 7)
    floor.release(first)
    floor.release(first)
    assert floor.lies(bolt)[floor.shelf.code] == (10, 3)
    floor.release(second)
    assert not Reservation.objects.exists()
    clean()


def test_only_what_is_kept_leaves_and_a_part_leaves_the_rest_kept(floor: Floor) -> None:
    bolt = floor.product("B")
    floor.receive(bolt, "10", "100")
    document, _got = floor.hold((bolt, "6"))
    with refused(rules.STOCK_SHORT) as caught:
        floor.take(document, (1, bolt, "7"))
    assert caught.value.reasons[0].params["missing"] == 1
    assert floor.lies(bolt)[floor.shelf.code] == (10, 6)
    floor.take(document, (1, bolt, "2"))
    assert floor.lies(bolt)[floor.shelf.code] == (8, 4)
    assert floor.books()["455"] == 200
    with refused(rules.STOCK_SHORT, rules.STOCK_SHORT):
        floor.take(document, (1, bolt, "5"), (2, bolt, "1"))
    clean()


def test_a_stock_difference_takes_what_is_free(floor: Floor) -> None:
    bolt = floor.product("B")
    floor.receive(bolt, "10", "100")
    floor.hold((bolt, "7"))
    for quantity, reason in (
        ("0", rules.QUANTITY_NOT_POSITIVE),
        ("-1", rules.QUANTITY_NOT_POSITIVE),
        ("4", rules.STOCK_SHORT),
    ):
        with refused(reason):
            floor.issue(bolt, quantity)
    with refused(rules.QUANTITY_TOO_FINE):
        floor.issue(bolt, "0.5")
    with refused(rules.NOT_STOCKED):
        floor.issue(floor.product("W", kind="service"), "1")
    with refused(rules.LOCATION_NOT_OWN):
        floor.issue(bolt, "1", location=sites.virtual(floor.company, "customer"))
    floor.issue(bolt, "3")
    assert floor.books()["45101"] == 300
    clean()


def test_a_transfer_moves_goods_and_no_money(floor: Floor) -> None:
    bolt = floor.product("B")
    floor.receive(bolt, "10", "100")
    beside, before = floor.shelf_beside(), floor.books()
    floor.hold((bolt, "4"))
    with refused(rules.STOCK_SHORT, at="quantity"):
        floor.transfer(bolt, "7", beside)
    with refused(rules.QUANTITY_NOT_POSITIVE):
        floor.transfer(bolt, "0", beside)
    with refused(rules.QUANTITY_TOO_FINE):
        floor.transfer(bolt, "0.5", beside)
    with refused(rules.LOCATION_NOT_OWN):
        floor.transfer(bolt, "1", sites.virtual(floor.company, "customer"))
    with refused(refusals.VALUE_NOT_ALLOWED):
        floor.transfer(bolt, "1", floor.shelf)
    document = floor.transfer(bolt, "6", beside)
    assert floor.lies(bolt) == {floor.shelf.code: (4, 4), "B": (6, 0)}
    assert (document.kind, floor.books()) == ("transfer", before)
    floor.transfer(bolt, "6", floor.shelf, location=beside)
    assert floor.lies(bolt) == {floor.shelf.code: (10, 4)}
    clean()


def test_a_lot_keeps_its_name_wherever_it_goes(floor: Floor) -> None:
    milk = floor.product("M", tracking="lot")
    floor.receive(milk, "5", lot="A")
    floor.receive(milk, "5", lot="B")
    beside = floor.shelf_beside()
    floor.transfer(milk, "5", beside, lot__code="A")
    places = Quant.objects.filter(on_hand__gt=0).values_list("lot__code", "location__code", "on_hand")
    assert set(places) == {("A", "B", 5), ("B", floor.shelf.code, 5)}
    clean()


def test_counting_sets_one_place_and_touches_no_other(floor: Floor) -> None:
    bolt = floor.product("B")
    floor.receive(bolt, "10", "100")
    beside = floor.shelf_beside()
    floor.receive(bolt, "10", "130", location=beside)
    floor.count(bolt, "8", location=beside)
    # 2 missing at the average of 115.
    assert floor.lies(bolt) == {floor.shelf.code: (10, 0), "B": (8, 0)}
    assert (floor.books()["150"], floor.books()["45101"]) == (2070, 230)
    floor.count(bolt, "11", location=beside)
    assert floor.lies(bolt) == {floor.shelf.code: (10, 0), "B": (11, 0)}
    assert (floor.books()["150"], floor.books()["45101"]) == (2070 + 345, 230 - 345)
    moves = Move.objects.filter(document_kind="stock.stockdocument").count()
    document = floor.count(bolt, "11", location=beside)
    assert document.number and Move.objects.count() == moves
    clean()


def test_a_count_finds_what_was_never_received_at_its_standard_or_for_nothing(floor: Floor) -> None:
    bolt = floor.product("B")
    floor.count(bolt, "3")
    assert (floor.lies(bolt)[floor.shelf.code], floor.books()) == ((3, 0), {})
    floor.count(bolt, "0")
    assert floor.lies(bolt) == {}
    clean()


def test_a_count_is_refused_where_it_cannot_be(floor: Floor) -> None:
    bolt, milk = floor.product("B"), floor.product("M", tracking="lot")
    floor.receive(bolt, "10")
    floor.hold((bolt, "6"))
    with refused(rules.STOCK_SHORT):
        floor.count(bolt, "5")
    floor.count(bolt, "6")
    with refused(rules.QUANTITY_NOT_POSITIVE, at="counted"):
        floor.count(bolt, "-1")
    with refused(rules.QUANTITY_TOO_FINE, at="counted"):
        floor.count(bolt, "6.5")
    with refused(rules.LOT_NEEDED):
        floor.count(milk, "3")
    with refused(rules.NOT_STOCKED):
        floor.count(floor.product("W", kind="service"), "3")
    with refused(rules.LOCATION_NOT_OWN):
        floor.count(bolt, "3", location=sites.virtual(floor.company, "customer"))
    clean()


def test_permissions_are_asked(floor: Floor) -> None:
    clerk = identity.only(BY, "stock.stockdocument.count")
    with refused(refusals.NOT_PERMITTED):
        documents.receive(company=floor.company, location=floor.shelf, lines=[], moved_on=DAY, by=clerk)
