"""Standard costs: differences in their own account, dated, and taken over on their day."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from onmaru.kernel import calendars
from onmaru.ledgers.stock import jobs, rules
from onmaru.ledgers.stock.commands import costs
from onmaru.ledgers.stock.models import CostAdjustment, StandardCost
from onmaru.ledgers.stock.queries import stock
from onmaru.ledgers.stock.tests.floor import Floor
from onmaru.masters.site import commands as site
from tests.companies import BY, DAY
from tests.proofs import clean, refused

pytestmark = pytest.mark.django_db
LATER = date(2026, 4, 20)


def received(floor: Floor) -> str:
    return floor.company.posting_defaults.get(role="goods_received").account.code


def test_standard_cost_puts_the_difference_of_a_receipt_into_its_own_account() -> None:
    floor = Floor("standard")
    bolt = floor.product()
    with refused(rules.NO_STANDARD_COST):
        floor.receive(bolt, "1", "100")
    costs.set_standard(
        company=floor.company, product=bolt, cost=Decimal(100), valid_from=DAY, by=BY, today=LATER
    )
    with refused(rules.NO_STANDARD_COST):
        floor.receive(bolt, "1", "100", on=date(2026, 3, 9))
    floor.receive(bolt, "10", "120")
    assert floor.books() == {"150": 1000, "45102": 200, received(floor): -1200}
    floor.receive(bolt, "2", "90")
    assert floor.books() == {"150": 1200, "45102": 180, received(floor): -1380}
    floor.issue(bolt, "4")
    assert (floor.piles(bolt), floor.books()["45101"]) == ([(8, 800)], 400)
    clean()


def test_a_new_standard_revalues_what_is_on_hand_on_its_day() -> None:
    floor = Floor("standard")
    bolt = floor.product()
    costs.set_standard(
        company=floor.company, product=bolt, cost=Decimal(100), valid_from=DAY, by=BY, today=LATER
    )
    floor.receive(bolt, "6", "100")
    costs.set_standard(
        company=floor.company, product=bolt, cost=Decimal(110), valid_from=LATER, by=BY, today=LATER
    )
    assert floor.piles(bolt) == [(6, 660)]
    assert floor.books() == {"150": 660, "45102": -60, received(floor): -600}
    adjusted = CostAdjustment.objects.get()
    assert (adjusted.kind, adjusted.amount, adjusted.number) == ("standard", 60, "CA-2026-000001")
    assert stock.worth(floor.company, on=date(2026, 4, 19)) == [
        stock.Worth(bolt.pk, Decimal(6), Decimal(600))
    ]
    assert stock.worth(floor.company, on=LATER) == [stock.Worth(bolt.pk, Decimal(6), Decimal(660))]
    costs.set_standard(
        company=floor.company, product=bolt, cost=Decimal(110), valid_from=LATER, by=BY, today=LATER
    )
    assert CostAdjustment.objects.count() == 1
    clean()


def test_a_standard_dated_ahead_revalues_on_its_day_and_once() -> None:
    floor = Floor("standard")
    bolt = floor.product()
    common: dict[str, Any] = {"company": floor.company, "product": bolt, "by": BY}
    costs.set_standard(**common, cost=Decimal(100), valid_from=DAY, today=DAY)
    floor.receive(bolt, "6", "100")
    ahead = costs.set_standard(**common, cost=Decimal(110), valid_from=LATER, today=DAY)
    assert floor.piles(bolt) == [(6, 600)] and ahead.revalued_on is None
    costs.revalue(ahead, by=BY, today=date(2026, 4, 19))
    floor.issue(bolt, "1")
    # Until its day the old cost may still be corrected, at once.
    costs.set_standard(**common, cost=Decimal(105), valid_from=date(2026, 4, 1), today=date(2026, 4, 1))
    assert floor.piles(bolt) == [(5, 525)]
    for _again in range(2):
        costs.revalue(ahead, by=BY, today=date(2026, 4, 22))
        assert floor.piles(bolt) == [(5, 550)]
    late = CostAdjustment.objects.latest("id")
    assert (late.amount, late.adjusted_on) == (25, date(2026, 4, 22))
    clean()


def test_the_round_brings_stock_to_the_costs_whose_day_has_come() -> None:
    floor = Floor("standard")
    bolt, nut = floor.product(), floor.product("N")
    today = calendars.today(floor.company)
    common: dict[str, Any] = {"company": floor.company, "by": BY, "today": DAY}
    for one in (bolt, nut):
        costs.set_standard(**common, product=one, cost=Decimal(100), valid_from=DAY)
        floor.receive(one, "6", "100")
    # Worth of a company without books for today: refused, and no hindrance to the others.
    elsewhere = site.companies.create(by=BY, code="B", name="나")
    alien = StandardCost.objects.create(
        company=elsewhere, product=bolt, cost=Decimal(1), valid_from=today - timedelta(days=2)
    )
    due = costs.set_standard(**common, product=bolt, cost=Decimal(120), valid_from=today)
    ahead = costs.set_standard(**common, product=nut, cost=Decimal(120), valid_from=today + timedelta(days=2))
    for _again in range(2):
        jobs.revalue()
        assert (floor.piles(bolt), floor.piles(nut)) == ([(6, 720)], [(6, 600)])
    assert [
        one.revalued_on for one in StandardCost.objects.filter(pk__in=[due.pk, ahead.pk, alien.pk])
    ].count(None) == 1
    assert CostAdjustment.objects.get().adjusted_on == today
    clean()


def test_an_older_standard_that_is_corrected_leaves_todays_stock_alone() -> None:
    floor = Floor("standard")
    bolt = floor.product()
    for day, cost in ((date(2026, 1, 1), 100), (date(2026, 3, 1), 120)):
        costs.set_standard(
            company=floor.company, product=bolt, cost=Decimal(cost), valid_from=day, by=BY, today=LATER
        )
    floor.receive(bolt, "5", "120")
    costs.set_standard(
        company=floor.company,
        product=bolt,
        cost=Decimal(110),
        valid_from=date(2026, 2, 1),
        by=BY,
        today=LATER,
    )
    assert floor.piles(bolt) == [(5, 600)]
    assert StandardCost.objects.count() == 3 and not CostAdjustment.objects.exists()


def test_a_standard_below_zero_is_refused_and_other_methods_only_note_it() -> None:
    floor = Floor("average")
    bolt = floor.product()
    with refused(rules.COST_NEGATIVE, at="cost"):
        costs.set_standard(
            company=floor.company, product=bolt, cost=Decimal(-1), valid_from=DAY, by=BY, today=LATER
        )
    floor.receive(bolt, "5", "100")
    costs.set_standard(
        company=floor.company, product=bolt, cost=Decimal(9), valid_from=DAY, by=BY, today=LATER
    )
    assert floor.piles(bolt) == [(5, 500)]
