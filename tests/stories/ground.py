"""The company over whose books anything is done: its goods, customers and a first week of trade."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from onmaru.erp.sales.commands import deliveries, invoices, orders, payments, terms
from onmaru.ledgers.accounting.commands import accounts
from onmaru.ledgers.stock.commands import costs, documents
from onmaru.masters.product.commands import categories, price_lists, products, units
from onmaru.masters.site.commands import locations
from tests import companies
from tests.companies import BY

START = date(2026, 1, 5)


class Company:
    """The ground, built once: goods of every method, in won and dollars, for customers of every habit."""

    def __init__(self) -> None:
        self.world = world = companies.build()
        self.company = world.company
        assert world.shelf.parent is not None
        self.places = [world.shelf, locations.create(by=BY, parent=world.shelf.parent, code="B", name="B")]
        box = units.create(by=BY, code="BOX", name_ko="상자", name_en="box")
        self.goods = []
        for method in ("average", "fifo", "standard"):
            branch = categories.create(by=BY, code=method[:3].upper(), name=method, parent=world.category)
            documents.set_method(company=self.company, method=method, category=branch, by=BY)
            self.goods.append(world.product(method, "335.5", category=branch))
        costs.set_standard(
            company=self.company,
            product=self.goods[2],
            cost=Decimal(77),
            valid_from=date(2025, 1, 1),
            by=BY,
            today=date(2025, 1, 1),
        )
        products.edit(self.goods[0], by=BY, conversions=[{"unit": box, "numerator": 12, "denominator": 1}])
        milk = world.product("lots", "90", tracking="lot")
        inside = ((self.goods[0], Decimal(2)), (self.goods[1], Decimal(1)))
        parts = [{"component": component, "quantity": quantity} for component, quantity in inside]
        kit = world.product("kit", "999", kind="kit", components=parts)
        self.goods.append(milk)
        self.sold = [*self.goods, kit, world.product("work", "50", kind="service", tax_class="exempt")]
        self.box = box
        dollars = price_lists.create(by=BY, code="USD", name="달러", currency="USD", tax_included=True)
        for place, rate in enumerate(("1300", "1351.7", "1249.3")):
            day = START + timedelta(days=10 * place)
            accounts.set_rate(
                currency="USD", target="KRW", valid_on=day, rate=Decimal(rate), source="한국은행", by=BY
            )
        self.customers = [world.customer(name) for name in ("가나", "다라", "마바")]
        habits: list[dict[str, Any]] = [
            {"over_delivery": Decimal(20)},
            {"invoice_policy": "order", "rounding": "half_up", "rounding_scope": "document"},
            {"price_list": dollars, "rounding": "up"},
        ]
        for customer, habit in zip(self.customers, habits, strict=True):
            terms.create(by=BY, company=self.company, customer=customer, **habit)
        self.trade()

    def trade(self) -> None:
        """A first week, so that whatever a run begins with finds something to go on from."""
        now: dict[str, Any] = {"by": BY, "today": START}
        for place in self.places:
            lines = [
                documents.ReceiptLine(
                    one.pk,
                    Decimal(30),
                    Decimal(47) / 7,
                    *(("L0", date(2026, 3, 1)) if one.tracking == "lot" else ()),
                )
                for one in self.goods
            ]
            documents.receive(company=self.company, location=place, lines=lines, moved_on=START, by=BY)
        for customer in self.customers:
            rows: list[dict[str, Any]] = [{"product": one, "quantity": Decimal(6)} for one in self.sold]
            order = orders.create(company=self.company, customer=customer, lines=rows, **now)
            orders.confirm(order, **now)
            stocked = order.lines.filter(stocked=True).order_by("ordinal")
            some: Any = [{"line": line.pk, "quantity": Decimal(4)} for line in stocked]
            deliveries.deliver(order, lines=some, **now)
            invoice = invoices.issue(order, **now)
            payments.collect(
                company=self.company,
                customer=customer,
                amount=(invoice.total / 3).quantize(Decimal(1)),
                fee=Decimal(1),
                currency=invoice.currency,
                **now,
            )
