"""What there is to sell, and what it costs: opening stock, and standard costs as they changed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from onmaru.app.imports.adventureworks.masters import Ground
from onmaru.app.imports.adventureworks.reading import ZERO, Order, Step
from onmaru.kernel import work
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import IdempotencyKey
from onmaru.ledgers.stock.commands import costs, documents
from onmaru.ledgers.stock.commands.documents import ReceiptLine
from onmaru.ledgers.stock.models import Move, StandardCost, StockDocument


def changes(steps: Iterable[Step], orders: Sequence[Order]) -> dict[date, list[Step]]:
    """The changes of cost that these orders live through, by day; what held before them counts from their first day."""
    first, last = orders[0].ordered_on, max(order.shipped_on for order in orders)
    found: dict[date, list[Step]] = defaultdict(list)
    for step in steps:
        if step.valid_from <= last:
            found[max(step.valid_from, first)].append(step)
    return dict(sorted(found.items()))


def change_costs(ground: Ground, day: date, steps: Iterable[Step], by: Actor) -> None:
    """Let new standard costs count from ``day`` on; the command revalues what is on hand."""
    keys = {f"aw:cost:{step.product}:{day}": step for step in steps}
    done = set(IdempotencyKey.objects.filter(key__in=keys).values_list("key", flat=True))
    for key in sorted(keys.keys() - done):
        step = keys[key]
        product = ground.products[step.product]
        costs.set_standard(
            company=ground.company,
            product=product,
            cost=step.amount,
            valid_from=day,
            by=by,
            today=day,
            idempotency_key=key,
        )


def open_stock(ground: Ground, day: date, orders: Iterable[Order], by: Actor) -> None:
    """Bring in what the orders sell of the products that have a cost by ``day`` and is not there yet.

    It is valued at the cost of the day. A later, larger import brings in the rest on the last day on which
    the cost changed: at any earlier cost it would not fit to what is there.
    """
    wanted = _sold(ground, orders)
    received = _received(ground)
    priced = _priced(ground)
    by_day: dict[date, list[ReceiptLine]] = defaultdict(list)
    for product, quantity in sorted(wanted.items()):
        missing = quantity - received.get(product, ZERO)
        if missing > 0 and product in priced:
            last_day, cost = priced[product]
            by_day[max(day, last_day)].append(ReceiptLine(product, missing, cost))
    for moved_on, lines in sorted(by_day.items()):
        documents.receive(
            company=ground.company, location=ground.shelf, lines=lines, moved_on=moved_on, opening=True, by=by
        )


def _sold(ground: Ground, orders: Iterable[Order]) -> Counter[int]:
    sold: Counter[int] = Counter()
    for order in orders:
        for line in order.lines:
            sold[ground.products[line.product].pk] += line.quantity  # type: ignore[assignment]
    return sold


def _received(ground: Ground) -> dict[int, Decimal]:
    opened = StockDocument.objects.filter(company=ground.company, kind=StockDocument.Kind.OPENING)
    moves = Move.objects.filter(
        document_kind=work.kind_of(StockDocument), document_id__in=opened.values("pk")
    )
    return dict(moves.values_list("product").annotate(Sum("quantity")))


def _priced(ground: Ground) -> dict[int, tuple[date, Decimal]]:
    """By product the last day on which its cost changed, and the cost since."""
    set_ = StandardCost.objects.filter(company=ground.company).order_by("valid_from")
    return {product: (day, cost) for product, day, cost in set_.values_list("product", "valid_from", "cost")}
