"""Records for the tests that every entity inherits, where types alone do not say what is right."""

from __future__ import annotations

from decimal import Decimal

from onmaru.erp.sales.commands import deliveries, invoices, orders, payments, terms
from onmaru.erp.sales.models import CustomerTerms, Delivery, Invoice, Order, Payment
from onmaru.kernel.identity import Actor
from onmaru.masters.product.models import Product
from tests import companies
from tests.companies import DAY


def order(by: Actor, place: int) -> Order:
    """A quotation of two lines."""
    world = companies.standing()
    products = [world.product(f"{name}-{Product.objects.count()}") for name in ("A", "B")]
    return orders.create(
        company=world.company,
        customer=world.customer(f"거래처 {place}"),
        ordered_on=DAY,
        promised_on=DAY,
        lines=[{"product": one, "quantity": Decimal(10)} for one in products],
        by=by,
        today=DAY,
    )


def delivery(by: Actor, place: int) -> Delivery:
    """Half of what was ordered, sent."""
    draft = order(by, place)
    for line in draft.lines.select_related("product"):
        companies.standing().receive(line.product, "5")
    taken = orders.confirm(draft, by=by, today=DAY)
    return deliveries.deliver(taken, by=by, today=DAY)


def invoice(by: Actor, place: int) -> Invoice:
    """What was sent, charged."""
    return invoices.issue(delivery(by, place).order, by=by, today=DAY)


def payment(by: Actor, place: int) -> Payment:
    """More money than is owed."""
    world = companies.standing()
    customer = world.customer(f"거래처 {place}")
    return payments.collect(
        company=world.company, customer=customer, amount=Decimal(5000), received_on=DAY, by=by, today=DAY
    )


def customerterms(by: Actor, place: int) -> CustomerTerms:
    """What was agreed with another customer each time."""
    world = companies.standing()
    customer = world.customer(f"거래처 {place}")
    return terms.create(company=world.company, customer=customer, payment_days=30 + place, by=by)
