"""Two hundred orders want the last hundred pieces: a hundred are promised, and nobody sees an error."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from onmaru.erp.sales.commands import deliveries, orders
from onmaru.erp.sales.models import Order
from onmaru.kernel import jobs
from onmaru.kernel.refusals import Refused
from onmaru.ledgers.stock.commands import documents
from onmaru.ledgers.stock.models import Move, Quant
from tests import companies
from tests.companies import BY, DAY
from tests.proofs import at_once, clean

CLERKS, ORDERS, PIECES = 20, 200, 100
NOW: dict[str, Any] = {"by": BY, "today": DAY}

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def share(work: Callable[[int], Any]) -> list[Any]:
    """Two hundred pieces of work done by twenty clerks at once; what each clerk brought back, one after the other."""

    def clerk(mine: range) -> list[Any]:
        return [work(place) for place in mine]

    done = at_once(*[partial(clerk, range(place, ORDERS, CLERKS)) for place in range(CLERKS)])
    assert not [one for one in done if isinstance(one, Exception)]
    return [answer for answers in done for answer in answers]


def test_a_hundred_pieces_are_promised_a_hundred_times() -> None:
    world = companies.build(method="fifo")
    last, plenty = world.product("LAST"), [world.product(f"P{place}") for place in range(4)]
    customers = [world.customer(f"상사 {place}") for place in range(10)]
    for day in range(4):
        world.receive(last, str(PIECES // 4), str(500 + day))
    for one in plenty:
        world.receive(one, str(ORDERS))
    dice = random.Random(72)

    def take(place: int) -> int:
        # Each order asks for the same goods in another order: who locks as asked would deadlock.
        goods = dice.sample([last, *plenty], 5)
        rows = [{"product": one, "quantity": Decimal(1)} for one in goods]
        made = orders.create(company=world.company, customer=customers[place % 10], lines=rows, **NOW)
        orders.confirm(made, **NOW)
        return made.pk

    share(take)
    quant = Quant.objects.get(product=last)
    assert (quant.on_hand, quant.reserved) == (PIECES, PIECES)
    assert Order.objects.filter(state="confirmed").count() == ORDERS
    clean()

    keys = list(Order.objects.order_by("?").values_list("pk", flat=True))

    def send(place: int) -> None:
        deliveries.deliver(keys[place], **NOW)
        if place % 10 == 0:
            world.receive(last, "1")
            jobs.drain()

    share(send)
    left = Move.objects.filter(product=last, destination__kind="customer").count()
    quant.refresh_from_db()
    # Twenty more came in between: whatever of them was still wanted is promised, nothing twice.
    assert left >= PIECES and left + quant.reserved == PIECES + ORDERS // 10
    assert Move.objects.filter(product__in=plenty, destination__kind="customer").count() == 4 * ORDERS
    clean()


def test_whoever_comes_too_late_is_told_so() -> None:
    world = companies.build()
    last = world.product("LAST")
    world.receive(last, str(PIECES))

    def issue(_place: int) -> str:
        try:
            documents.issue(
                company=world.company,
                location=world.shelf,
                product=last,
                quantity=Decimal(1),
                moved_on=DAY,
                by=BY,
            )
        except Refused as error:
            return error.codes[0]
        return "gone"

    answers = share(issue)
    assert (answers.count("gone"), answers.count("stock_short")) == (PIECES, ORDERS - PIECES)
    assert Quant.objects.get(product=last).on_hand == 0
    clean()
