"""A small Korean company made by the same commands a person calls: the ground that tests stand on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from onmaru.kernel import identity
from onmaru.kernel.identity import Actor
from onmaru.ledgers.accounting import commands as accounting
from onmaru.ledgers.stock import commands as stock
from onmaru.ledgers.stock.commands.documents import ReceiptLine
from onmaru.masters.party.commands import parties
from onmaru.masters.party.models import Party
from onmaru.masters.product.commands import categories, products, units
from onmaru.masters.product.models import Category, Product, Unit
from onmaru.masters.site.commands import companies, warehouses
from onmaru.masters.site.models import Company, Location, Warehouse

DAY = date(2026, 3, 10)
BY = identity.system("test")


@dataclass
class World:
    """A company with books, a warehouse, goods and customers."""

    company: Company
    warehouse: Warehouse
    shelf: Location
    piece: Unit
    category: Category
    by: Actor = BY

    def product(self, code: str, price: str = "1000", **values: Any) -> Product:
        named: dict[str, Any] = {
            "code": code,
            "name": f"상품 {code}",
            "category": self.category,
            "unit": self.piece,
        }
        return products.create(by=self.by, **named | {"standard_price": Decimal(price)} | values)

    def customer(self, name: str = "한빛상사", **values: Any) -> Party:
        return parties.create(by=self.by, name=name, is_customer=True, confirm_duplicate=True, **values)

    def receive(self, product: Product, quantity: str, cost: str = "600", on: date = DAY, **more: Any) -> Any:
        line = ReceiptLine(product.pk, Decimal(quantity), Decimal(cost), **more)
        return stock.documents.receive(
            company=self.company, location=self.shelf, lines=[line], moved_on=on, by=self.by
        )


def build(currency: str = "KRW", method: str = "average", **values: Any) -> World:
    """Found the company, load its chart, open 2025 to 2027 and its warehouse."""
    company = companies.create(by=BY, code="ON", name="온마루정밀", currency=currency, **values)
    accounting.accounts.load_chart(company=company, by=BY)
    for year in (2025, 2026, 2027):
        accounting.periods.open_year(company=company, year=year, by=BY)
    warehouse = warehouses.create(by=BY, company=company, code="WH", name="본사 창고")
    piece = units.create(by=BY, code="EA", name_ko="개", name_en="piece")
    category = categories.create(
        by=BY,
        code="FG",
        name="제품",
        revenue_account="404",
        cogs_account="455",
        stock_account="150",
        adjustment_account="45101",
        variance_account="45102",
    )
    stock.documents.set_method(company=company, method=method, by=BY)
    shelf = Location.objects.get(warehouse=warehouse, kind=Location.Kind.INTERNAL)
    return World(company, warehouse, shelf, piece, category)


def standing() -> World:
    """The company of ``build``, built when it is not there yet."""
    company = Company.objects.filter(code="ON").first()
    if company is None:
        return build()
    warehouse = Warehouse.objects.get(company=company, code="WH")
    shelf = Location.objects.get(warehouse=warehouse, code="STOCK")
    piece, category = Unit.objects.get(code="EA"), Category.objects.get(code="FG")
    return World(company, warehouse, shelf, piece, category)
