"""Goods that leave and goods that come back: how much, of which lot, at what cost, and what it means for the order."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from onmaru.erp.sales import queries, rules
from onmaru.erp.sales.commands import deliveries, orders
from onmaru.erp.sales.models import Delivery, Order
from onmaru.erp.sales.tests.shop import NOW, Shop, amounts, first
from onmaru.kernel import identity, jobs, refusals
from onmaru.kernel.models import Event
from onmaru.ledgers.accounting import rules as accounting
from onmaru.ledgers.accounting.commands import periods
from onmaru.ledgers.stock import rules as stock
from onmaru.ledgers.stock.commands import costs as costing
from onmaru.ledgers.stock.models import Lot, Move, Quant
from onmaru.masters.site import commands as site
from onmaru.masters.site import queries as sites
from tests.companies import BY, DAY
from tests.proofs import at_once, broken, clean, refused, run_sql


@pytest.fixture
def shop(db: None) -> Shop:
    return Shop()


def lots(delivery: Delivery) -> dict[str, Decimal]:
    moves = Move.objects.filter(document_kind="sales.delivery", document_id=delivery.pk)
    return dict(moves.values_list("lot__code", "quantity"))


def reserved(order: Order) -> list[Decimal]:
    return [one.reserved for one in queries.positions.of(order.pk)]


def test_a_delivery_moves_the_goods_and_their_cost(shop: Shop) -> None:
    shop.stocked("10")
    order = shop.sold("4")
    delivery = shop.deliver(order, on=date(2026, 3, 12), tracking_number="CJ-1")
    assert (delivery.number, delivery.delivered_on, delivery.tracking_number) == (
        "DO-2026-000001",
        date(2026, 3, 12),
        "CJ-1",
    )
    move = Move.objects.get(document_kind="sales.delivery")
    assert (move.quantity, move.destination.kind, move.moved_on) == (4, "customer", date(2026, 3, 12))
    assert (shop.books()["455"], shop.books()["150"]) == (2400, 3600)
    assert shop.status(order) == ("complete", "not_invoiced")
    assert Event.objects.get(kind="sales.delivery.posted").payload == {
        "delivery": delivery.pk,
        "order": order.pk,
    }
    with refused(rules.NOTHING_TO_DELIVER):
        shop.deliver(order)
    clean()


def test_what_is_delivered_in_parts_leaves_a_backorder(shop: Shop) -> None:
    shop.stocked("5")
    order = shop.sold("8", "1")
    shop.deliver(order, "2")
    assert reserved(order) == [3, 0] and shop.status(order)[0] == "partial"
    shop.deliver(order)
    with refused(rules.NOTHING_TO_DELIVER):
        shop.deliver(order)
    # What came in is taken though no reaction has reserved it yet.
    shop.stocked("10")
    shop.deliver(order)
    assert shop.status(order)[0] == "complete" and shop.free() == 6
    clean()


def test_what_cannot_be_delivered_is_said_row_by_row(shop: Shop) -> None:
    shop.stocked("5")
    order, other = shop.sold("8", (shop.product("W", kind="service"), "1")), shop.sold("1")
    goods, service = order.lines.order_by("ordinal")
    with refused(
        rules.LINE_UNKNOWN,
        rules.LINE_UNKNOWN,
        rules.ORDER_QUANTITY,
        rules.ORDER_QUANTITY,
        rules.OVER_DELIVERY,
    ) as caught:
        shop.deliver(order, (service, "1"), (first(other), "1"), (goods, "-1"), (goods, "0.5"), (goods, "9"))
    assert [one.field.split(".")[1] for one in caught.value.reasons] == ["0", "1", "2", "3", "4"]
    with refused(stock.STOCK_SHORT, at="lines.0.quantity") as caught:
        shop.deliver(order, "6")
    assert caught.value.reasons[0].params["missing"] == "1"
    with refused(rules.NOTHING_TO_DELIVER):
        shop.deliver(order, "0")
    with refused(rules.OVER_DELIVERY, at="lines.1.quantity"):
        shop.deliver(order, (goods, "5"), (goods, "4"))
    assert not Delivery.objects.exists() and reserved(order) == [5, 0]
    clean()


def test_a_delivery_in_a_closed_month_is_refused_whole(shop: Shop) -> None:
    shop.stocked("5")
    order = shop.sold("5")
    periods.close(shop.company.periods.earliest("start_on"), by=BY)
    with refused(accounting.PERIOD_LOCKED):
        shop.deliver(order, on=date(2025, 1, 9))
    assert reserved(order) == [5] and not Delivery.objects.exists()
    with refused(refusals.MOVE_NOT_ALLOWED):
        shop.deliver(shop.order("1"))
    with refused(refusals.NOT_PERMITTED):
        deliveries.deliver(order, by=identity.only(BY), today=DAY)
    clean()


def test_a_tolerance_is_used_once(shop: Shop) -> None:
    shop.agree(over_delivery=Decimal(10))
    shop.stocked()
    order = shop.sold("25")
    # A tenth of 25 pieces is two whole ones.
    with refused(rules.OVER_DELIVERY) as caught:
        shop.deliver(order, "28")
    assert caught.value.reasons[0].params["most"] == "27"
    shop.deliver(order, "26")
    with refused(rules.OVER_DELIVERY):
        shop.deliver(order, "2")
    last = shop.deliver(order, "1")
    assert amounts(shop.invoice(order)) == (27000, 2700, 29700)
    assert shop.state(order) == "closed"
    shop.back(last)
    assert amounts(shop.credit(order)) == (-1000, -100, -1100)
    clean()


def test_a_named_lot_leaves_and_what_was_promised_of_the_rest_stays_promised(shop: Shop) -> None:
    milk = shop.product("M", tracking="lot")
    for code, expires in (("A", date(2026, 4, 1)), ("B", date(2026, 5, 1)), ("C", date(2026, 6, 1))):
        shop.stocked("5", milk, lot=code, expires_on=expires)
    order = shop.sold((milk, "10"))
    assert reserved(order) == [10]
    chosen = Lot.objects.get(code="C")
    delivery = shop.deliver(order, (first(order), "3", chosen))
    assert lots(delivery) == {"C": 3}
    # Ten were promised, three are gone: nobody else may have the seven.
    assert reserved(order) == [7] and shop.free(milk) == 5
    other = shop.sold((milk, "9"))
    assert reserved(other) == [5]
    both = shop.deliver(order, (first(order), "1", Lot.objects.get(code="B")), (first(order), "2"))
    assert sum(lots(both).values()) == 3 and lots(both)["B"] >= 1
    assert reserved(order) == [4]
    with refused(stock.STOCK_SHORT):
        shop.deliver(order, (first(order), "4", chosen))
    assert reserved(order) == [4]
    clean()


def test_the_lot_that_came_back_is_named_where_several_left(shop: Shop) -> None:
    milk = shop.product("M", tracking="lot")
    for code, expires in (("A", date(2026, 4, 1)), ("B", date(2026, 5, 1)), ("C", date(2026, 6, 1))):
        shop.stocked("5", milk, lot=code, expires_on=expires)
    delivery = shop.deliver(shop.sold((milk, "8")))
    other = shop.deliver(shop.sold((milk, "5")))
    assert lots(delivery) == {"A": 5, "B": 3}
    line = delivery.lines.get()
    a, b, c = (milk.lots.get(code=code) for code in "ABC")
    with refused(rules.LOT_NOT_AWAY, rules.OVER_RETURN) as caught:
        shop.back(delivery, (line, "1", c), (line, "4", b))
    assert [(one.field, one.params.get("most")) for one in caught.value.reasons] == [
        ("lines.0.lot", None),
        ("lines.1.quantity", "3"),
    ]
    begun = queries.returns.to_take_back(delivery)["lines"]
    assert {one["lot"]: one["quantity"] for one in begun} == {a: 5, b: 3}
    assert lots(shop.back(delivery, (line, "1", b))) == {"B": 1}
    # The two rows of one lot are counted together, and what is not named comes from what is left.
    with refused(rules.OVER_RETURN, rules.OVER_RETURN):
        shop.back(delivery, (line, "1", b), (line, "2", b))
    assert lots(shop.back(delivery, (line, "4"), (line, "2", b))) == {"B": 2, "A": 4}
    with refused(rules.LOT_NOT_AWAY):
        shop.back(delivery, (line, "1", b))
    assert lots(shop.back(delivery)) == {"A": 1}
    assert sum(lots(other).values()) == 5
    assert shop.books()["150"] == 600 * 10
    clean()


def test_lots_that_expire_before_the_day_do_not_leave(shop: Shop) -> None:
    milk = shop.product("M", tracking="lot")
    shop.stocked("5", milk, lot="old", expires_on=date(2026, 3, 5))
    shop.stocked("5", milk, lot="new", expires_on=date(2026, 4, 5))
    order = shop.sold((milk, "8"))
    assert lots(shop.deliver(order)) == {"new": 5}
    assert shop.free(milk) == 5
    clean()


def test_serials_come_back_as_they_left(shop: Shop) -> None:
    engine = shop.product("E", tracking="serial")
    for code in ("S1", "S2", "S3"):
        shop.stocked("1", engine, lot=code)
    order = shop.sold((engine, "2"))
    delivery = shop.deliver(order)
    assert lots(delivery) == {"S1": 1, "S2": 1}
    one, other = lots(shop.back(delivery, "1")), lots(shop.back(delivery))
    assert len(one) == len(other) == 1 and one | other == {"S1": 1, "S2": 1}
    clean()


@pytest.mark.parametrize(("method", "left"), [("fifo", [333, 334, 333]), ("average", [333, 334, 333])])
@pytest.mark.django_db
def test_what_comes_back_comes_at_the_cost_it_left_with(method: str, left: list[int]) -> None:
    shop = Shop(method)
    shop.stocked("3", cost="333.333333")
    order = shop.sold("3")
    delivery = shop.deliver(order)
    assert shop.books()["455"] == 1000
    shop.stocked("4", cost="900")
    costs = []
    for _piece in range(3):
        before = shop.books()["455"]
        shop.back(delivery, "1")
        costs.append(before - shop.books().get("455", Decimal(0)))
    # A third of 1,000; two thirds less a third; the rest.
    assert costs == left
    assert shop.books()["150"] == 4600 and "455" not in shop.books()
    clean()


@pytest.mark.django_db
def test_under_standard_cost_a_return_is_taken_in_at_the_standard() -> None:
    shop = Shop("standard")

    costing.set_standard(
        company=shop.company, product=shop.bolt, cost=Decimal(600), valid_from=date(2026, 1, 1), **NOW
    )
    shop.stocked("5")
    delivery = shop.deliver(shop.sold("2"))
    costing.set_standard(company=shop.company, product=shop.bolt, cost=Decimal(650), valid_from=DAY, **NOW)
    variance = shop.books()["45102"]
    shop.back(delivery)
    assert shop.books()["150"] == 5 * 650
    assert "455" not in shop.books() and shop.books()["45102"] == variance - 100
    clean()


def test_a_return_is_bounded_by_what_left(shop: Shop) -> None:
    shop.stocked()
    order = shop.sold("5", (shop.product("R", "2500"), "1"))
    delivery = shop.deliver(order, "5")
    line = delivery.lines.get()
    stranger = shop.deliver(shop.sold("1")).lines.get()
    with refused(rules.LINE_UNKNOWN, rules.ORDER_QUANTITY, rules.ORDER_QUANTITY, rules.OVER_RETURN):
        shop.back(delivery, (stranger, "1"), (line, "-1"), (line, "0.5"), (line, "6"))
    with refused(rules.OVER_RETURN, rules.OVER_RETURN):
        shop.back(delivery, (line, "3"), (line, "3"))
    with refused(rules.NOTHING_TO_DELIVER):
        shop.back(delivery, "0")
    with refused(stock.LOCATION_NOT_OWN):
        shop.back(delivery, location=sites.virtual(shop.company, "scrap"))
    back = shop.back(delivery, (line, "1"), (line, "3"), reason="흠집")
    assert (back.number, back.kind, back.memo, back.returns) == ("RT-2026-000001", "return", "흠집", delivery)
    with refused(rules.OVER_RETURN) as caught:
        shop.back(delivery, "2")
    assert caught.value.reasons[0].params["most"] == "1"
    shop.back(delivery)
    with refused(rules.NOTHING_TO_DELIVER):
        shop.back(delivery)
    with refused(rules.LINE_UNKNOWN):
        shop.back(back)
    clean()


def test_returned_goods_lie_where_they_were_put(shop: Shop) -> None:
    shop.stocked("5")
    delivery = shop.deliver(shop.sold("5"))
    assert shop.world.shelf.parent is not None
    bench = site.warehouses.create(by=BY, company=shop.company, code="RMA", name="반품 창고")
    place = bench.locations.get(kind="internal")
    shop.back(delivery, "2", location=place)
    assert Quant.objects.get(location=place).on_hand == 2
    clean()


def test_what_comes_back_for_good_is_not_wanted_any_more(shop: Shop) -> None:
    shop.stocked("9")
    order = shop.sold("5")
    delivery = shop.deliver(order)
    shop.back(delivery, "2")
    with refused(rules.NOTHING_TO_DELIVER):
        shop.deliver(order)
    jobs.drain()
    assert reserved(order) == [0] and shop.free() == 6
    assert amounts(shop.invoice(order)) == (3000, 300, 3300)
    shop.pay("3300")
    assert (shop.state(order), shop.status(order)[1]) == ("closed", "paid")
    clean()


def test_what_is_to_be_sent_again_is_wanted_reserved_and_charged_once(shop: Shop) -> None:
    shop.stocked("5")
    order = shop.sold("5")
    delivery = shop.deliver(order)
    shop.invoice(order)
    assert shop.state(order) == "closed"
    shop.back(delivery, "2", redeliver=True)
    # A replacement is owed: the order is open again, and what is free is kept for it.
    assert shop.state(order) == "confirmed"
    jobs.drain()
    assert reserved(order) == [2]
    assert shop.status(order)[0] == "partial"
    with refused(rules.OVER_DELIVERY):
        shop.deliver(order, "3")
    shop.deliver(order)
    assert shop.status(order)[0] == "complete"
    with refused(rules.NOTHING_TO_INVOICE):
        shop.invoice(order)
    with refused(rules.NOTHING_TO_CREDIT):
        shop.credit(order)
    clean()


def test_a_return_of_a_cancelled_day_needs_an_open_month(shop: Shop) -> None:
    shop.stocked("5")
    delivery = shop.deliver(shop.sold("5"))
    with refused(accounting.PERIOD_MISSING):
        deliveries.take_back(delivery, returned_on=date(2031, 1, 1), **NOW)
    with refused(refusals.NOT_PERMITTED):
        deliveries.take_back(delivery, by=identity.only(BY), today=DAY)
    clean()


def test_a_dry_run_shows_cost_and_goods_and_takes_nothing(shop: Shop) -> None:
    shop.stocked("5")
    order = shop.sold("5")
    preview = deliveries.deliver(order, dry_run=True, **NOW)
    entry, move = sorted(preview.effects, key=lambda one: str(one["kind"]))  # type: ignore[attr-defined]
    assert [one["account"] for one in entry["lines"]] == ["455", "150"]
    assert (move["source_name"], move["destination_name"], move["quantity"]) == ("WH/STOCK", "고객", 5)
    assert not Delivery.objects.exists() and reserved(order) == [5]
    clean()


def test_the_audit_sees_a_delivery_that_says_another_quantity(shop: Shop) -> None:
    shop.stocked("5")
    shop.deliver(shop.sold("5"))
    run_sql("UPDATE sales_deliveryline SET quantity = 4")
    assert "deliveries_equal_moves" in broken()
    run_sql("UPDATE sales_deliveryline SET quantity = 5")
    order = shop.sold("1")
    shop.stocked("1")
    orders.reserve(order, **NOW)
    run_sql("UPDATE sales_order SET state = 'cancelled' WHERE id = %s", order.pk)
    assert broken() == {"reservations_have_open_orders"}


@pytest.mark.django_db(transaction=True)
def test_two_clerks_deliver_the_same_order_and_take_it_back_once() -> None:
    shop = Shop()
    shop.stocked("20")
    order = shop.sold("5")
    answers = at_once(*[lambda: shop.deliver(order)] * 3)
    assert sorted(type(one).__name__ for one in answers) == ["Delivery", "Refused", "Refused"]
    delivery = next(one for one in answers if isinstance(one, Delivery))
    answers = at_once(*[lambda: shop.back(delivery, "3")] * 3)
    assert sorted(type(one).__name__ for one in answers) == ["Delivery", "Refused", "Refused"]
    clean()
