"""The company with its books, its warehouse and what it sells. Everything is looked up before it is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from onmaru.app.imports.adventureworks import parties
from onmaru.app.imports.adventureworks.reading import Folder, Order
from onmaru.kernel.identity import Actor
from onmaru.ledgers.accounting import commands as accounting
from onmaru.ledgers.accounting.models import Account
from onmaru.ledgers.stock.commands import documents
from onmaru.masters.party.models import Address, Party
from onmaru.masters.product.commands import categories, price_lists, prices, products, units
from onmaru.masters.product.models import Category, Price, PriceList, Product, Unit
from onmaru.masters.site.commands import companies, warehouses
from onmaru.masters.site.models import Company, Location, Warehouse

COMPANY = "AW"
PIECE = "EA"
GOODS, PARTS, TAX, FREIGHT = "AW", "AW-PARTS", "AW-TAX", "AW-FREIGHT"
SALES_TAX, CARRIAGE = "SALES-TAX", "FREIGHT"
LIST = "AW-LIST"

# Accounts of the Korean chart: revenue, sales tax owed to states abroad, carriage charged to customers.
REVENUE_ACCOUNT, TAX_ACCOUNT, FREIGHT_ACCOUNT, COGS_ACCOUNT, STOCK_ACCOUNT = (
    "404",
    "25501",
    "40102",
    "455",
    "150",
)
ROOTS: dict[str, dict[str, str]] = {
    GOODS: {
        "name": "Adventure Works",
        "revenue_account": REVENUE_ACCOUNT,
        "cogs_account": COGS_ACCOUNT,
        "stock_account": STOCK_ACCOUNT,
        "adjustment_account": "45101",
        "variance_account": "45102",
    },
    TAX: {"name": "Sales tax", "revenue_account": TAX_ACCOUNT},
    FREIGHT: {"name": "Freight", "revenue_account": FREIGHT_ACCOUNT},
}
KILOGRAMS = {"LB ": Decimal("0.45359237"), "G  ": Decimal("0.001")}


@dataclass(frozen=True)
class Ground:
    """What the replay stands on; products and customers by the data's own numbers."""

    company: Company
    warehouse: Warehouse
    shelf: Location
    products: Mapping[int, Product]
    sales_tax: Product
    freight: Product
    customers: Mapping[int, Party]
    addresses: Mapping[tuple[int, int], Address]


def company(by: Actor, years: Iterable[date]) -> tuple[Company, Warehouse]:
    """Adventure Works Cycles with its chart, the fiscal years of those days, and its warehouse."""
    found = Company.objects.filter(code=COMPANY).first() or companies.create(
        by=by,
        code=COMPANY,
        name="Adventure Works Cycles",
        currency="USD",
        # The data's amounts have four decimals.
        amount_digits=4,
        country="US",
        zone="America/Los_Angeles",
    )
    if not Account.objects.filter(company=found).exists():
        accounting.accounts.load_chart(company=found, by=by)
    accounting.periods.ensure_years(found, sorted(years), by=by)
    if not found.valuation_policies.exists():
        documents.set_method(company=found, method="standard", by=by)
    return found, Warehouse.objects.filter(company=found).first() or warehouses.create(
        by=by, company=found, code="AW", name="Bothell"
    )


def goods(folder: Folder, by: Actor) -> None:
    """Unit, categories, all products, the two services that carry tax and freight, and the list prices."""
    unit = Unit.objects.filter(code=PIECE).first() or units.create(
        by=by, code=PIECE, name_ko="개", name_en="Each"
    )
    roots = {code: _category(by, code, **values) for code, values in ROOTS.items()}
    roots[PARTS] = _category(by, PARTS, parent=roots[GOODS], name="Parts and materials", stock_account="153")
    branches = _branches(folder, roots, by)
    rows = [
        *_products(folder, branches, unit),
        _service(SALES_TAX, "Sales tax", roots[TAX], unit),
        _service(CARRIAGE, "Freight", roots[FREIGHT], unit),
    ]
    known = set(Product.objects.filter(code__in=[row["code"] for row in rows]).values_list("code", flat=True))
    if missing := [row for row in rows if row["code"] not in known]:
        products.create_many(by=by, rows=missing)
    _list_prices(folder, by)


def _category(by: Actor, code: str, **values: Any) -> Category:
    return Category.objects.filter(code=code).first() or categories.create(by=by, code=code, **values)


def _branches(folder: Folder, roots: Mapping[str, Category], by: Actor) -> dict[str, Category]:
    """By subcategory number (empty: none) its category; the data's tree has two levels."""
    above = {
        key: _category(by, f"AW-{key}", parent=roots[GOODS], name=name)
        for key, name in folder.rows("Production.ProductCategory", "ProductCategoryID Name")
    }
    columns = "ProductSubcategoryID ProductCategoryID Name"
    below = {
        key: _category(by, f"AW-{parent}-{key}", parent=above[parent], name=name)
        for key, parent, name in folder.rows("Production.ProductSubcategory", columns)
    }
    return below | {"": roots[PARTS]}


def _products(folder: Folder, branches: Mapping[str, Category], unit: Unit) -> Iterable[dict[str, Any]]:
    columns = (
        "ProductNumber Name ProductSubcategoryID ListPrice Weight WeightUnitMeasureCode"
        " Color Size SizeUnitMeasureCode"
    )
    for code, name, branch, price, weight, weight_unit, *looks in folder.rows("Production.Product", columns):
        yield {
            "code": code,
            "name": name,
            "specification": " ".join(look.strip() for look in looks if look),
            "category": branches[branch],
            "unit": unit,
            # Sales tax is a line of its own: no line bears tax by itself.
            "tax_class": Product.TaxClass.EXEMPT,
            "standard_price": Decimal(price),
            "weight": round(Decimal(weight) * KILOGRAMS[weight_unit], 6) if weight else None,
        }


def _service(code: str, name: str, category: Category, unit: Unit) -> dict[str, Any]:
    return {
        "code": code,
        "name": name,
        "kind": Product.Kind.SERVICE,
        "category": category,
        "unit": unit,
        "tax_class": Product.TaxClass.EXEMPT,
    }


def _list_prices(folder: Folder, by: Actor) -> None:
    found = PriceList.objects.filter(code=LIST).first() or price_lists.create(
        by=by, code=LIST, name="Adventure Works list prices", currency="USD"
    )
    if Price.objects.filter(price_list=found).exists():
        return
    known = products_by_number(folder)
    prices.create_many(
        by=by,
        rows=[
            {
                "price_list": found,
                "product": known[step.product],
                "valid_from": step.valid_from,
                "valid_to": step.valid_to,
                "unit_price": step.amount,
            }
            for step in folder.list_prices()
        ],
    )


def products_by_number(folder: Folder) -> dict[int, Product]:
    """The entered products by the data's own numbers."""
    codes = dict(folder.rows("Production.Product", "ProductNumber ProductID"))
    return {int(codes[one.code]): one for one in Product.objects.filter(code__in=codes)}


def ground(folder: Folder, orders: Iterable[Order]) -> Ground:
    """Look up what the replay of these orders stands on."""
    found = Company.objects.get(code=COMPANY)
    warehouse = Warehouse.objects.get(company=found)
    entities = {parties.code(order.customer): order.customer for order in orders}
    return Ground(
        company=found,
        warehouse=warehouse,
        shelf=Location.objects.get(warehouse=warehouse, kind=Location.Kind.INTERNAL),
        products=products_by_number(folder),
        sales_tax=Product.objects.get(code=SALES_TAX),
        freight=Product.objects.get(code=CARRIAGE),
        customers={entities[one.code]: one for one in Party.objects.filter(code__in=entities)},
        addresses=parties.addresses(folder, entities.values()),
    )
