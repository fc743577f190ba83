"""The company and all that must be known before it can trade."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from onmaru.erp.sales.commands import terms
from onmaru.kernel import calendars, identity
from onmaru.kernel.identity import Actor
from onmaru.ledgers.accounting.commands import accounts, periods
from onmaru.ledgers.stock.commands import costs, documents
from onmaru.masters.party import rules
from onmaru.masters.party.commands import banks, bulk
from onmaru.masters.party.models import Party
from onmaru.masters.product.commands import categories, conversions, price_lists, prices, products, units
from onmaru.masters.product.models import Category, PriceList, Product, Unit
from onmaru.masters.site.commands import companies, locations, warehouses
from onmaru.masters.site.models import Company, Location, Warehouse

HERE = Path(__file__).parent
BY = identity.system("온마루 데모")
WEEKS = 13
# Codes of the Korea Financial Telecommunications and Clearings Institute, public.
BANKS = (
    ("002", "KDB산업은행", "Korea Development Bank"),
    ("003", "IBK기업은행", "Industrial Bank of Korea"),
    ("004", "KB국민은행", "KB Kookmin Bank"),
    ("007", "Sh수협은행", "Suhyup Bank"),
    ("011", "NH농협은행", "NongHyup Bank"),
    ("020", "우리은행", "Woori Bank"),
    ("023", "SC제일은행", "Standard Chartered Bank Korea"),
    ("031", "iM뱅크", "iM Bank"),
    ("032", "부산은행", "Busan Bank"),
    ("034", "광주은행", "Kwangju Bank"),
    ("037", "전북은행", "Jeonbuk Bank"),
    ("039", "경남은행", "Kyongnam Bank"),
    ("045", "새마을금고", "Community Credit Cooperatives"),
    ("071", "우체국", "Korea Post"),
    ("081", "하나은행", "Hana Bank"),
    ("088", "신한은행", "Shinhan Bank"),
    ("090", "카카오뱅크", "KakaoBank"),
)
UNITS = (
    ("EA", "개", "piece", "count", 0),
    ("BOX", "상자", "box", "count", 0),
    ("SET", "세트", "set", "count", 0),
    ("KG", "kg", "kg", "weight", 3),
    ("G", "g", "g", "weight", 0),
    ("M", "m", "m", "length", 2),
    ("MM", "mm", "mm", "length", 0),
    ("L", "L", "L", "volume", 2),
    ("ML", "mL", "mL", "volume", 0),
    ("HR", "시간", "hour", "time", 1),
)
CONVERSIONS = (("KG", "G"), ("M", "MM"), ("L", "ML"))
SOLD = {
    "revenue_account": "401",
    "cogs_account": "451",
    "stock_account": "146",
    "adjustment_account": "45101",
    "variance_account": "45102",
}
MADE = SOLD | {"revenue_account": "404", "cogs_account": "455", "stock_account": "150"}
CATEGORIES: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("GOODS", "상품", "", SOLD),
    ("BRG", "베어링", "GOODS", {}),
    ("LMG", "직동부품", "GOODS", {}),
    ("ELC", "전장부품", "GOODS", {}),
    ("CON", "소모품", "GOODS", {}),
    ("LUB", "윤활·화학", "GOODS", {}),
    ("MADE", "제품", "", MADE),
    ("MCH", "기계가공품", "MADE", {}),
    ("SVC", "용역", "", {"revenue_account": "40101"}),
)


@dataclass
class Place:
    """What trade stands on."""

    company: Company
    first_on: date
    home: Warehouse
    harbour: Warehouse
    shelves: dict[str, Location]
    lists: dict[str, PriceList]
    products: dict[str, Product] = field(default_factory=dict)
    facts: dict[str, dict[str, str]] = field(default_factory=dict)
    customers: list[Party] = field(default_factory=list)
    suppliers: list[Party] = field(default_factory=list)
    by: Actor = BY


def lay(today: date) -> Place:
    """Found the company with its books, places, units, goods, prices and parties."""
    first_on = calendars.next_working(today - timedelta(weeks=WEEKS))
    company = companies.create(
        by=BY,
        code="ON",
        name="온마루정밀(주)",
        name_en="Onmaru Precision Co., Ltd.",
        business_number=business_number("99981", 1),
        representative="김온유",
        business_type="제조업, 도소매업",
        business_item="산업용 기계부품",
        address="경기도 화성시 동탄기흥로 10, 온마루빌딩 3층",
        phone="031-555-0120",
        email="hello@onmaru.example",
        bank_account="IBK기업은행 000-123456-04-015 온마루정밀(주)",
    )
    accounts.load_chart(company=company, by=BY)
    for year in (today.year - 1, today.year, today.year + 1):
        periods.open_year(company=company, year=year, by=BY)
    home = warehouses.create(by=BY, company=company, code="W1", name="화성 본사창고", address=company.address)
    harbour = warehouses.create(
        by=BY, company=company, code="W2", name="부산 물류센터", address="부산광역시 강서구 유통단지1로 41"
    )
    place = Place(company, first_on, home, harbour, _shelves(home, harbour), _price_lists())
    for code, name, english in BANKS:
        banks.create(by=BY, code=code, name=name, name_en=english)
    _departments(company)
    _goods(place)
    _parties(place)
    return place


def _shelves(home: Warehouse, harbour: Warehouse) -> dict[str, Location]:
    root = Location.objects.get(warehouse=home, parent=None)
    named = {"A": "부품 선반", "B": "중량물 랙", "C": "위험물 보관"}
    shelves = {
        code: locations.create(by=BY, parent=root, code=code, name=name) for code, name in named.items()
    }
    shelves["W2"] = Location.objects.get(warehouse=harbour, kind=Location.Kind.INTERNAL)
    return shelves


def _price_lists() -> dict[str, PriceList]:
    named = (("STD", "일반 단가", "KRW"), ("DLR", "대리점 단가", "KRW"), ("USD", "수출 단가", "USD"))
    return {
        code: price_lists.create(by=BY, code=code, name=name, currency=currency)
        for code, name, currency in named
    }


def _departments(company: Company) -> None:
    for code, name in (("D10", "영업팀"), ("D20", "생산팀"), ("D30", "관리팀")):
        accounts.create_cost_object(by=BY, company=company, kind="department", code=code, name=name)
    accounts.create_cost_object(by=BY, company=company, kind="project", code="P01", name="전시회 참가")


def _goods(place: Place) -> None:
    made = {
        code: units.create(by=BY, code=code, name_ko=korean, name_en=english, dimension=kind, digits=digits)
        for code, korean, english, kind, digits in UNITS
    }
    for unit, base in CONVERSIONS:
        conversions.create(by=BY, unit=made[unit], base=made[base], numerator=1000, denominator=1)
    tree: dict[str, Category] = {}
    for code, name, parent, posting in CATEGORIES:
        tree[code] = categories.create(by=BY, code=code, name=name, parent=tree.get(parent), **posting)
    documents.set_method(company=place.company, method="average", by=BY)
    documents.set_method(company=place.company, category=tree["BRG"], method="fifo", by=BY)
    documents.set_method(company=place.company, category=tree["CON"], method="standard", by=BY)
    with (HERE / "products.csv").open(encoding="utf-8") as file:
        place.facts = {row["code"]: row for row in csv.DictReader(file)}
    for code, row in place.facts.items():
        place.products[code] = _product(place, row, made, tree)
    rows = [one for code, row in place.facts.items() for one in _prices(place, code, row, made)]
    prices.create_many(by=BY, rows=rows)


def _product(place: Place, row: dict[str, str], made: dict[str, Unit], tree: dict[str, Category]) -> Product:
    values: dict[str, Any] = {name: row[name] for name in ("code", "name", "name_en", "specification")}
    kind = row["tracking"] if row["tracking"] in {"kit", "service"} else "goods"
    values |= {"kind": kind, "category": tree[row["category"]], "unit": made[row["unit"]]}
    values |= {
        "standard_price": Decimal(row["price"]),
        "tracking": row["tracking"] if kind == "goods" else "none",
    }
    if row["tracking"] == "lot":
        values["shelf_life_days"] = 730
    if row["box"]:
        values["conversions"] = [{"unit": made["BOX"], "numerator": int(row["box"]), "denominator": 1}]
    if kind == "kit":
        parts = (("LMG-R20", 1), ("LMG-B20", 2))
        values["components"] = [
            {"component": place.products[code], "quantity": Decimal(count)} for code, count in parts
        ]
    product = products.create(by=BY, **values)
    if row["category"] == "CON":
        cost = Decimal(row["cost"])
        day = place.first_on.replace(month=1, day=1) - timedelta(days=365)
        costs.set_standard(
            company=place.company, product=product, cost=cost, valid_from=day, by=BY, today=day
        )
    return product


def _prices(place: Place, code: str, row: dict[str, str], made: dict[str, Unit]) -> list[dict[str, Any]]:
    """A dealer's price, a dearer break's price by the box, and one in dollars; the rest is the standard price."""
    price, product = Decimal(row["price"]), place.products[code]
    common = {"product": product, "valid_from": place.first_on.replace(month=1, day=1)}
    rows = [
        common
        | {"price_list": place.lists["DLR"], "unit_price": (price * Decimal("0.88")).quantize(Decimal(1))},
        common | {"price_list": place.lists["USD"], "unit_price": (price / 1300).quantize(Decimal("0.01"))},
    ]
    if row["box"]:
        boxed = (price * int(row["box"]) * Decimal("0.95")).quantize(Decimal(1))
        rows.append(common | {"price_list": place.lists["STD"], "unit": made["BOX"], "unit_price": boxed})
    return rows


def business_number(start: str, serial: int) -> str:
    """A number that passes its check digit, of a tax office that does not exist."""
    bare = f"{start}{serial:04d}"
    return next(f"{bare}{digit}" for digit in range(10) if not rules.check_business_number(f"{bare}{digit}"))


def _parties(place: Place) -> None:
    with (HERE / "parties.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    made = bulk.create_many(by=BY, rows=[_party(serial, row) for serial, row in enumerate(rows, start=10)])
    for party, row in zip(made, rows, strict=True):
        (place.customers if row["role"] == "customer" else place.suppliers).append(party)
        if row["days"]:
            terms.create(
                by=BY,
                company=place.company,
                customer=party,
                payment_days=int(row["days"]),
                price_list=place.lists[row["prices"]],
                credit_limit=Decimal(row["limit"]) if row["limit"] else None,
                over_delivery=Decimal(5) if row["prices"] == "DLR" else Decimal(0),
            )


def _party(serial: int, row: dict[str, str]) -> dict[str, Any]:
    names = (
        "code",
        "name",
        "name_en",
        "representative",
        "business_type",
        "business_item",
        "phone",
        "currency",
        "country",
    )
    values: dict[str, Any] = {name: row[name] for name in names}
    if row["country"] == "KR":
        sole = "(주)" not in row["name"]
        values["business_number"] = business_number("99912" if sole else "99981", serial)
    else:
        values["language"] = "en"
    values[f"is_{row['role']}"] = True
    kind = "main" if row["role"] == "supplier" else "billing"
    place = {name: row[name] for name in ("state", "city", "line1", "postcode")}
    values["addresses"] = [place | {"kind": kind}]
    if row["contact"]:
        mail = f"{row['code'].lower()}@example.com"
        values["contacts"] = [
            {"name": row["contact"], "title": row["title"], "email": mail, "is_primary": True}
        ]
    return values
