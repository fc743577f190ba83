"""Facts of sales."""

from __future__ import annotations

from dataclasses import dataclass

from onmaru.kernel.events import Fact, event


@event("sales.order.confirmed")
@dataclass(frozen=True)
class OrderConfirmed(Fact):
    """An order stands; what could be reserved is."""

    order: int


@event("sales.order.cancelled")
@dataclass(frozen=True)
class OrderCancelled(Fact):
    """An order or quotation came to nothing."""

    order: int


@event("sales.delivery.posted")
@dataclass(frozen=True)
class DeliveryPosted(Fact):
    """Goods left for a customer, or came back."""

    delivery: int
    order: int


@event("sales.invoice.posted")
@dataclass(frozen=True)
class InvoicePosted(Fact):
    """A customer was charged or credited."""

    invoice: int
    order: int


@event("sales.payment.received")
@dataclass(frozen=True)
class PaymentReceived(Fact):
    """A customer paid."""

    payment: int
    customer: int
