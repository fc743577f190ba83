"""The orders lived through again, each step by the command that a person's click calls.

Time is cut where a standard cost changes: everything before that day is done, then the cost changes, then
time goes on; so each delivery leaves at the cost of its own day. Between two cuts the order of things does not
matter, and several processes take the next order from one pile. Orders of one customer are not kept together:
nothing of a customer is locked but the invoice being paid, whereas keeping them together would leave one
process waiting for the customer who buys most. What processes do wait for is each other's stock rows and
number counters, which every command locks in sorted order.
"""

from __future__ import annotations

import multiprocessing
import signal
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection, connections

from onmaru.app import processes
from onmaru.app.imports.adventureworks import reading
from onmaru.app.imports.adventureworks.masters import Ground
from onmaru.app.imports.adventureworks.reading import Order
from onmaru.erp.sales.commands import deliveries, invoices, orders, payments
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import IdempotencyKey

ONE = Decimal(1)
LAST = "pay"
Tell = Callable[[int], Any]
_context = multiprocessing.get_context("fork")


class Interrupted(RuntimeError):
    """A process of the replay ended before its work did; what it did stands, and the next run goes on."""


def key(order: Order, step: str) -> str:
    """The idempotency key of a step of an order."""
    return f"aw:{order.key}:{step}"


def begun() -> int:
    """How many orders an earlier run has at least begun."""
    return IdempotencyKey.objects.filter(key__startswith="aw:", key__endswith=":create").count()


def finished(some: Sequence[Order]) -> int:
    """How many of the orders have come to their end."""
    return len(_known(LAST).intersection(key(order, LAST) for order in some))


def _known(step: str) -> set[str]:
    found = IdempotencyKey.objects.filter(key__startswith="aw:", key__endswith=f":{step}")
    return set(found.values_list("key", flat=True))


def waiting(some: Sequence[Order], until: date) -> list[Order]:
    """The orders that have a step before ``until`` which is not done."""
    known = {step: _known(step) for step in ("confirm", "invoice", LAST)}
    found = []
    for order in some:
        step = _last_step(order, until)
        if step and key(order, step) not in known[step]:
            found.append(order)
    return found


def _last_step(order: Order, until: date) -> str:
    """The last step that is due before a day, "" when there is none."""
    days = (("confirm", order.ordered_on), ("invoice", order.shipped_on), (LAST, order.due_on))
    return next((step for step, day in reversed(days) if day < until), "")


def play(order: Order, until: date, ground: Ground, by: Actor) -> bool:
    """Do what is due of an order before a day and say whether that was all of it.

    Steps done before, in this run or an earlier one, are answered from their keys.
    """
    made = orders.create(
        company=ground.company,
        customer=ground.customers[order.customer],
        warehouse=ground.warehouse,
        lines=_lines(order, ground),
        customer_reference=order.reference,
        promised_on=order.due_on,
        payment_days=reading.days_to_pay(order),
        bill_to=ground.addresses[order.customer, order.bill_to],
        ship_to=ground.addresses[order.customer, order.ship_to],
        # The data rounds each order as a whole, its lines to six decimals.
        rounding="half_up",
        rounding_scope="document",
        by=by,
        today=order.ordered_on,
        idempotency_key=key(order, "create"),
    )
    orders.confirm(made, by=by, today=order.ordered_on, idempotency_key=key(order, "confirm"))
    if order.shipped_on >= until:
        return False
    shipped: dict[str, Any] = {"by": by, "today": order.shipped_on}
    deliveries.deliver(made, tracking_number=order.tracking, **shipped, idempotency_key=key(order, "deliver"))
    invoice = invoices.issue(made, **shipped, idempotency_key=key(order, "invoice"))
    if order.due_on >= until:
        return False
    payments.collect(
        company=ground.company,
        customer=ground.customers[order.customer],
        amount=order.total,
        invoices=[{"invoice": invoice.pk}],
        by=by,
        today=order.due_on,
        idempotency_key=key(order, LAST),
    )
    return True


def _lines(order: Order, ground: Ground) -> list[dict[str, Any]]:
    """The goods, then tax and freight where there are any, as lines of their own."""
    goods = [
        {
            "product": ground.products[line.product],
            "quantity": line.quantity,
            "unit_price": line.unit_price,
            "discount": line.discount,
        }
        for line in order.lines
    ]
    extras = ((ground.sales_tax, order.tax), (ground.freight, order.freight))
    return goods + [
        {"product": product, "quantity": ONE, "unit_price": amount} for product, amount in extras if amount
    ]


@dataclass
class Pile:
    """The orders that wait, and how far the processes have got, in memory that they share."""

    orders: Sequence[Order]
    until: date
    taken: Any
    ended: Any

    def next(self) -> Order | None:
        """The next order nobody has taken."""
        with self.taken.get_lock():
            place = self.taken.value
            self.taken.value += 1
        return self.orders[place] if place < len(self.orders) else None

    def note(self, *, ended: bool) -> None:
        """Count an order that came to its end."""
        if ended:
            with self.ended.get_lock():
                self.ended.value += 1


def run(some: Sequence[Order], until: date, ground: Ground, by: Actor, *, workers: int, tell: Tell) -> None:
    """Do every step before ``until`` in ``workers`` processes; ``tell`` hears how many orders ended meanwhile.

    Raises Interrupted when a process fails; the others are stopped, and what they had in hand is rolled back.
    """
    pile = Pile(waiting(some, until), until, _context.Value("q", 0), _context.Value("q", 0))
    if workers == 1 or len(pile.orders) < workers:
        _work_alone(pile, ground, by, tell)
        return
    # A connection belongs to one process: each child opens its own.
    connections.close_all()
    children = [
        _context.Process(target=_work, args=(pile, ground, by), name=f"replay {number}", daemon=True)
        for number in range(1, workers + 1)
    ]
    for child in children:
        child.start()
    try:
        _watch(children, pile, tell)
    finally:
        for child in children:
            child.terminate()
            child.join()


def _hurry() -> None:
    # A commit lost in a crash is done again by the next run; waiting for the disk at each would buy nothing.
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")


def _work_alone(pile: Pile, ground: Ground, by: Actor, tell: Tell) -> None:
    _hurry()
    while (order := pile.next()) is not None:
        tell(int(play(order, pile.until, ground, by)))


def _work(pile: Pile, ground: Ground, by: Actor) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    processes.die_with_parent()
    _hurry()
    while (order := pile.next()) is not None:
        try:
            pile.note(ended=play(order, pile.until, ground, by))
        except Exception:
            traceback.print_exc()
            raise SystemExit(f"Order {order.key} cannot be replayed.") from None


def _watch(children: Sequence[Any], pile: Pile, tell: Tell) -> None:
    told, alive = 0, True
    while alive:
        time.sleep(0.2)
        alive = any(child.is_alive() for child in children)
        ended = pile.ended.value
        tell(ended - told)
        told = ended
        if any(child.exitcode for child in children):
            raise Interrupted(
                "A process of the replay failed; see its words above. Run the import again to go on."
            )
