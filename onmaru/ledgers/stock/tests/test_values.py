"""What stock is worth, to the won, by hand: first in first out, moving average, standard cost, late costs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from onmaru.kernel import refusals
from onmaru.ledgers.accounting import rules as accounting
from onmaru.ledgers.stock import rules
from onmaru.ledgers.stock.commands import costs, documents
from onmaru.ledgers.stock.models import CostAdjustment, StockDocument
from onmaru.ledgers.stock.queries import stock
from onmaru.ledgers.stock.tests.floor import Floor
from onmaru.masters.product.commands import categories, units
from onmaru.masters.product.models import Product
from onmaru.masters.site import commands as site
from tests.companies import BY, DAY
from tests.proofs import broken, clean, refused, run_sql

pytestmark = pytest.mark.django_db
LATER = date(2026, 4, 20)


def received(floor: Floor) -> str:
    return floor.company.posting_defaults.get(role="goods_received").account.code


def test_first_in_goes_first_out_at_its_own_cost() -> None:
    floor = Floor("fifo")
    bolt = floor.product()
    floor.receive(bolt, "3", "600")
    floor.receive(bolt, "3", "700")
    floor.issue(bolt, "4")
    assert floor.piles(bolt) == [(2, 1400)]
    assert floor.books() == {"150": 1400, "45101": 3 * 600 + 700, received(floor): -3900}
    floor.issue(bolt, "2")
    assert floor.piles(bolt) == [] and "150" not in floor.books()
    clean()


def test_age_counts_by_the_day_of_receipt_not_by_the_day_it_was_typed() -> None:
    floor = Floor("fifo")
    bolt = floor.product()
    floor.receive(bolt, "1", "500", on=date(2026, 3, 9))
    floor.receive(bolt, "1", "100", on=date(2026, 3, 1))
    floor.issue(bolt, "1")
    assert floor.piles(bolt) == [(1, 500)]


def test_a_pile_that_does_not_divide_leaves_no_residue() -> None:
    floor = Floor("fifo")
    bolt = floor.product()
    floor.receive(bolt, "3", "333.333333")
    costs_ = []
    for left in (667, 333, None):
        before = floor.books()["150"]
        floor.issue(bolt, "1")
        costs_.append(before - floor.books().get("150", Decimal(0)))
        assert floor.piles(bolt) == ([(3 - len(costs_), left)] if left else [])
    # 1000 ÷ 3 = 333; 667 ÷ 2 = 333.5, half up 334; the last piece takes what is left.
    assert costs_ == [333, 334, 333]
    clean()


def test_parts_of_a_pile_drawn_by_several_lines_add_up_to_the_pile() -> None:
    floor = Floor("fifo")
    bolt = floor.product()
    floor.receive(bolt, "7", "142.857143")
    document, _got = floor.hold((bolt, "2"), (bolt, "3"), (bolt, "2"))
    floor.take(document, (1, bolt, "2"), (2, bolt, "3"), (3, bolt, "2"))
    values = run_sql("SELECT line_id, value FROM stock_valuation WHERE quantity < 0 ORDER BY line_id")
    # 1000 × 2/7 = 286; × 5/7 = 714; so 286, 428 and 286.
    assert values == [(1, -286), (2, -428), (3, -286)]
    clean()


def test_a_moving_average_moves_with_receipts_only() -> None:
    floor = Floor("average")
    bolt = floor.product()
    floor.receive(bolt, "10", "100")
    floor.receive(bolt, "5", "160")
    assert floor.piles(bolt) == [(15, 1800)]
    floor.issue(bolt, "7")
    assert floor.piles(bolt) == [(8, 8 * 120)]
    floor.receive(bolt, "2", "99")
    assert floor.piles(bolt) == [(10, 960 + 198)]
    floor.issue(bolt, "3")
    # 1,158 × 3 ÷ 10 = 347.4
    assert floor.piles(bolt) == [(7, 1158 - 347)]
    assert stock.unit_cost(floor.company, bolt.pk) == Decimal(811) / 7
    floor.issue(bolt, "7")
    assert floor.books() == {"45101": 840 + 347 + 811, received(floor): -1998}
    assert stock.unit_cost(floor.company, bolt.pk) is None
    clean()


def test_stock_is_valued_in_the_companys_own_decimals() -> None:
    floor = Floor("average", currency="USD")
    bolt = floor.product()
    floor.receive(bolt, "3", "0.335")
    # 1.005 is 1.01; a third of it 0.34, half of the rest 0.34 (0.335), the last 0.33.
    floor.issue(bolt, "1")
    assert floor.piles(bolt) == [(2, Decimal("0.67"))]
    floor.issue(bolt, "1")
    assert floor.piles(bolt) == [(1, Decimal("0.33"))]
    clean()


@pytest.mark.parametrize("method", ["fifo", "average"])
def test_goods_without_a_cost_move_without_an_entry(method: str) -> None:
    floor = Floor(method)
    gift = floor.product()
    floor.receive(gift, "5", "0")
    floor.issue(gift, "2")
    assert floor.books() == {} and floor.piles(gift) == [(3, 0)]
    floor.receive(gift, "1", "90")
    floor.issue(gift, "2")
    # First in first out: two more free ones. Average: half of 90.
    assert floor.books().get("45101", 0) == {"fifo": 0, "average": 45}[method]
    clean()


def test_quantities_have_the_decimals_of_their_unit() -> None:
    floor = Floor("average")
    kilo = units.create(by=BY, code="KG", name_ko="킬로그램", name_en="kg", dimension="weight", digits=3)
    rice = floor.product("R", unit=kilo)
    floor.receive(rice, "0.125", "3000")
    with refused(rules.QUANTITY_TOO_FINE, at="lines.0.quantity"):
        floor.receive(rice, "0.1255", "3000")
    assert floor.piles(rice) == [(Decimal("0.125"), 375)]
    floor.issue(rice, "0.025")
    assert floor.piles(rice) == [(Decimal("0.1"), 300)]
    clean()


def late(
    floor: Floor, receipt: StockDocument, product: Product, amount: str, contra: str = "103"
) -> CostAdjustment:
    """Freight paid by bank after the goods had come."""
    return costs.add_late_cost(
        company=floor.company,
        receipt=receipt,
        product=product,
        amount=Decimal(amount),
        contra=contra,
        adjusted_on=LATER,
        by=BY,
    )


def test_a_late_cost_is_shared_between_stock_and_what_is_gone() -> None:
    floor = Floor("fifo")
    bolt = floor.product()
    receipt = floor.receive(bolt, "10", "100")
    floor.receive(bolt, "10", "200")
    floor.issue(bolt, "4")
    adjusted = late(floor, receipt, bolt, "55")
    # 6 of 10 are there: 33; 22 went with the goods.
    assert floor.piles(bolt) == [(6, 633), (10, 2000)]
    assert (floor.books()["150"], floor.books()["455"], floor.books()["103"]) == (2633, 22, -55)
    assert (adjusted.amount, adjusted.adjusted_on) == (55, LATER)
    assert stock.worth(floor.company, on=date(2026, 4, 19))[0].value == 2600
    floor.issue(bolt, "6")
    assert floor.piles(bolt) == [(10, 2000)]
    late(floor, receipt, bolt, "7")
    assert (floor.piles(bolt), floor.books()["455"]) == ([(10, 2000)], 29)
    clean()


def test_a_late_cost_under_average_reaches_what_may_still_be_there() -> None:
    floor = Floor("average")
    bolt = floor.product()
    receipt = floor.receive(bolt, "10", "100")
    floor.receive(bolt, "10", "100")
    floor.issue(bolt, "15")
    late(floor, receipt, bolt, "51")
    # 5 of 10 at most: 25.5, half up 26; the rest to cost of sales.
    assert floor.piles(bolt) == [(5, 526)]
    assert floor.books()["455"] == 25
    clean()


def test_a_late_cost_under_standard_is_variance_and_a_rebate_is_negative() -> None:
    floor = Floor("standard")
    bolt = floor.product()
    costs.set_standard(
        company=floor.company, product=bolt, cost=Decimal(100), valid_from=DAY, by=BY, today=LATER
    )
    receipt = floor.receive(bolt, "10", "100")
    late(floor, receipt, bolt, "-30")
    assert floor.piles(bolt) == [(10, 1000)]
    assert (floor.books()["45102"], floor.books()["103"]) == (-30, 30)
    clean()


def test_a_rebate_is_never_more_than_the_stock_is_worth() -> None:
    floor = Floor("fifo")
    bolt = floor.product()
    receipt = floor.receive(bolt, "10", "100")
    late(floor, receipt, bolt, "-1000")
    assert floor.piles(bolt) == [(10, 0)]
    with refused(refusals.VALUE_NOT_ALLOWED):
        late(floor, receipt, bolt, "-1")
    clean()


def test_a_late_cost_that_cannot_be_is_refused() -> None:
    floor = Floor("fifo")
    bolt, nut = floor.product("B"), floor.product("N")
    receipt = floor.receive(bolt, "10", "100")
    with refused(rules.NO_SUCH_RECEIPT):
        late(floor, receipt, nut, "5")
    with refused(accounting.ACCOUNT_UNKNOWN):
        late(floor, receipt, bolt, "5", contra="none")
    with refused(accounting.ENTRY_EMPTY):
        late(floor, receipt, bolt, "0")
    with refused(accounting.LINE_TOO_FINE, accounting.LINE_TOO_FINE):
        late(floor, receipt, bolt, "0.5")
    other = site.companies.create(by=BY, code="B", name="나")
    with refused(rules.NO_SUCH_RECEIPT):
        costs.add_late_cost(
            company=other,
            receipt=receipt,
            product=bolt,
            amount=Decimal(5),
            contra="103",
            adjusted_on=LATER,
            by=BY,
        )
    assert not CostAdjustment.objects.exists()


@pytest.mark.parametrize("method", ["fifo", "average"])
def test_stock_stays_on_the_account_that_it_came_in_on(method: str) -> None:
    floor = Floor(method)
    bolt = floor.product()
    receipt = floor.receive(bolt, "10", "100")
    categories.edit(floor.world.category, by=BY, stock_account="153")
    floor.issue(bolt, "3")
    late(floor, receipt, bolt, "70")
    assert floor.books()["150"] == 700 + 49
    floor.receive(bolt, "1", "100")
    clean()


@pytest.mark.parametrize(("before", "after"), [("fifo", "average"), ("average", "standard")])
def test_the_method_does_not_change_under_stock(before: str, after: str) -> None:
    floor = Floor(before)
    bolt = floor.product()
    floor.receive(bolt, "1")
    with refused(rules.METHOD_IN_USE):
        documents.set_method(company=floor.company, method=after, by=BY)
    floor.issue(bolt, "1")
    documents.set_method(company=floor.company, method=after, by=BY)


def test_a_branch_has_a_method_of_its_own_and_its_neighbour_is_none_of_its_business() -> None:
    floor = Floor("average")
    parts = categories.create(by=BY, code="PA", name="부품", parent=floor.world.category)
    near = categories.create(by=BY, code="PAX", name="부품 아님", parent=floor.world.category)
    floor.receive(floor.product("N", category=near), "1")
    documents.set_method(company=floor.company, method="fifo", category=parts, by=BY)
    bolt = floor.product("B", category=parts)
    floor.receive(bolt, "1", "10")
    floor.receive(bolt, "1", "30")
    assert floor.piles(bolt) == [(1, 10), (1, 30)]
    with refused(rules.METHOD_IN_USE):
        documents.set_method(company=floor.company, method="average", category=parts, by=BY)
    clean()


def test_without_a_stock_account_nothing_is_received() -> None:
    floor = Floor("average")
    for code, account in (("X1", ""), ("X2", "999999")):
        bare = categories.create(by=BY, code=code, name=code, stock_account=account)
        with refused(rules.STOCK_ACCOUNT_MISSING):
            floor.receive(floor.product(code, category=bare), "1")


def test_what_is_worth_differs_from_the_account_is_found() -> None:
    floor = Floor("fifo")
    bolt = floor.product()
    floor.receive(bolt, "10", "100")
    for harm, found in (
        ("UPDATE stock_pile SET value = value + 1", {"piles_equal_valuations"}),
        ("UPDATE stock_pile SET quantity = quantity + 1, value = value - 1", {"piles_equal_valuations"}),
        ("UPDATE stock_quant SET on_hand = on_hand + 1", {"on_hand_equals_moves", "piles_equal_valuations"}),
        ("UPDATE stock_quant SET reserved = 1", {"reserved_within_on_hand"}),
    ):
        run_sql(harm)
        assert broken() == found
        run_sql("UPDATE stock_pile SET quantity = 10, value = 1000")
        run_sql("UPDATE stock_quant SET on_hand = 10, reserved = 0")
    clean()
