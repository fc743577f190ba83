"""The flow of documents around an order that was sold, as its page draws it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from onmaru.erp.sales.commands import deliveries, invoices, orders, payments
from onmaru.kernel import identity
from onmaru.office.faces.queries import flow
from onmaru.workbench import registry
from tests import companies

pytestmark = pytest.mark.django_db


def test_the_flow_goes_from_the_order_to_the_money_and_back() -> None:
    order, invoice, payment = _sold()
    entity, other = registry.get("orders"), registry.get("payments")
    assert entity and other
    with CaptureQueriesContext(connection) as asked:
        graph = flow.of(entity, companies.BY, order)
    assert len(asked) <= 30
    reached = {name for name, _key in graph.records}
    assert {"orders", "deliveries", "invoices", "payments", "entries"} <= reached
    ranks = [
        graph.ranks[key] for key in (("orders", order.pk), ("invoices", invoice.pk), ("payments", payment.pk))
    ]
    assert ranks == sorted(set(ranks))
    assert (("invoices", invoice.pk), ("payments", payment.pk)) in graph.edges
    back = flow.of(other, companies.BY, payment)
    assert {("orders", order.pk), ("invoices", invoice.pk)} <= set(back.records)
    seen = identity.only(companies.BY, "sales.order.view", "sales.delivery.view")
    assert {name for name, _key in flow.of(entity, seen, order).records} == {"orders", "deliveries"}


def _sold() -> tuple[Any, Any, Any]:
    """An order delivered, charged and paid."""
    world = companies.build()
    bolt, customer = world.product("B1", "1000"), world.customer()
    world.receive(bolt, "10", "600")
    asked: dict[str, Any] = {"by": companies.BY, "today": companies.DAY}
    order = orders.create(
        company=world.company, customer=customer, lines=[{"product": bolt, "quantity": Decimal(5)}], **asked
    )
    orders.confirm(order, **asked)
    deliveries.deliver(order, **asked)
    invoice = invoices.issue(order, **asked)
    payment = payments.collect(
        company=world.company, customer=customer, amount=invoice.total, received_on=companies.DAY, **asked
    )
    return order, invoice, payment
