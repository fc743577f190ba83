"""What sales does because something happened below."""

from __future__ import annotations

from django.utils import timezone

from onmaru.erp.sales import queries
from onmaru.erp.sales.commands import orders
from onmaru.kernel import events
from onmaru.kernel.identity import Actor
from onmaru.ledgers.stock.events import StockReceived


@events.reacts_to(StockReceived)
def fill_backorders(received: StockReceived, *, by: Actor) -> None:
    """Reserve what came in for the orders that wait for it, the earliest promised first."""
    today = timezone.now().date()
    waiting = queries.backorders.waiting(received.company, received.warehouse, received.products)
    for order_id in queries.backorders.held(waiting):
        orders.reserve(order_id, by=by, today=today)
