"""A shop for tests: what a clerk of sales does all day, in few words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from onmaru.erp.sales import queries
from onmaru.erp.sales.commands import deliveries, invoices, orders, payments, terms
from onmaru.erp.sales.models import Delivery, Invoice, Order, OrderLine, Payment
from onmaru.ledgers.accounting.models import Line
from onmaru.ledgers.stock.queries import stock
from onmaru.masters.party.models import Party
from onmaru.masters.product.models import Product
from tests import companies
from tests.companies import BY, DAY

NOW: dict[str, Any] = {"by": BY, "today": DAY}


class Shop:
    """A company that sells, its customer Hanbit, and a product that costs 600 and is sold at 1,000."""

    def __init__(self, method: str = "average", **values: Any) -> None:
        self.world = companies.build(method=method, **values)
        self.company = self.world.company
        self.hanbit = self.world.customer()
        self.bolt = self.world.product("BOLT", "1000")

    def product(self, code: str, price: str = "1000", **values: Any) -> Product:
        return self.world.product(code, price, **values)

    def agree(self, customer: Party | None = None, **values: Any) -> None:
        terms.create(by=BY, company=self.company, customer=customer or self.hanbit, **values)

    def order(self, *rows: Any, customer: Party | None = None, **values: Any) -> Order:
        """An order of rows: a quantity of bolts, (product, quantity), or a whole row."""
        asked = values.pop("now", NOW)
        return orders.create(
            company=self.company,
            customer=customer or self.hanbit,
            lines=[self.row(row) for row in rows],
            **asked,
            **values,
        )

    def row(self, row: Any) -> dict[str, Any]:
        if isinstance(row, dict):
            return {"product": self.bolt} | row
        product, quantity = row if isinstance(row, tuple) else (self.bolt, row)
        return {"product": product, "quantity": Decimal(quantity)}

    def sold(self, *rows: Any, **values: Any) -> Order:
        """A confirmed order."""
        return orders.confirm(self.order(*rows, **values), **NOW)

    def stocked(self, quantity: str = "100", product: Product | None = None, **more: Any) -> None:
        self.world.receive(product or self.bolt, quantity, more.pop("cost", "600"), **more)

    @staticmethod
    def deliver(order: Order, *rows: Any, on: date = DAY, **more: Any) -> Delivery:
        """Deliver everything, or a quantity of the first line, or (line, quantity[, lot]) each."""
        asked = [_row(row if isinstance(row, tuple) else (first(order), row)) for row in rows]
        return deliveries.deliver(order, lines=asked if rows else None, delivered_on=on, **NOW, **more)

    @staticmethod
    def back(delivery: Delivery, *rows: Any, **more: Any) -> Delivery:
        """Take everything back, or a quantity of the first line, or (line, quantity) each."""
        asked = [
            _row(row if isinstance(row, tuple) else (delivery.lines.earliest("id"), row)) for row in rows
        ]
        return deliveries.take_back(delivery, lines=asked if rows else None, **NOW, **more)

    @staticmethod
    def invoice(order: Order, on: date = DAY) -> Invoice:
        return invoices.issue(order, invoiced_on=on, **NOW)

    @staticmethod
    def credit(order: Order, on: date = DAY) -> Invoice:
        return invoices.credit(order, invoiced_on=on, **NOW)

    def pay(self, amount: str, on: date = DAY, **more: Any) -> Payment:
        fee = Decimal(more.pop("fee", 0))
        if "invoices" in more:
            more["invoices"] = [_paid(one) for one in more["invoices"]]
        customer = more.pop("customer", self.hanbit)
        return payments.collect(
            company=self.company,
            customer=customer,
            amount=Decimal(amount),
            fee=fee,
            received_on=on,
            **NOW,
            **more,
        )

    def books(self) -> dict[str, Decimal]:
        """Balances by account of everything posted, debit positive, zeros left out."""
        sums: dict[str, Decimal] = {}
        for code, debit, credit in Line.objects.values_list("account__code", "debit", "credit"):
            sums[code] = sums.get(code, Decimal(0)) + debit - credit
        return {code: value for code, value in sums.items() if value}

    def free(self, product: Product | None = None) -> Decimal:
        key = (product or self.bolt).pk
        return stock.levels(self.company, [key])[key].free

    @staticmethod
    def status(order: Order) -> tuple[str, str]:
        found = queries.status.of_order(order)
        return found.delivery, found.payment

    @staticmethod
    def state(order: Order) -> str:
        return Order.objects.get(pk=order.pk).state


def _paid(named: Any) -> dict[str, Any]:
    invoice, *amount = named if isinstance(named, tuple) else (named,)
    return {"invoice": invoice.pk, "amount": Decimal(amount[0]) if amount else None}


def first(order: Order) -> OrderLine:
    """The first line of an order."""
    return order.lines.earliest("ordinal")


def _row(row: tuple[Any, ...]) -> dict[str, Any]:
    line, quantity, *lot = row
    return {"line": line.pk, "quantity": Decimal(quantity)} | ({"lot": lot[0].pk} if lot else {})


def amounts(document: Order | Invoice) -> tuple[Decimal, Decimal, Decimal]:
    """Supply, tax and total."""
    return document.supply_amount, document.tax_amount, document.total
