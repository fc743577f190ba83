"""A million customers and a million of each document, written straight into the tables."""

import random
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import connection, models

from bench.frame import Report, progress, timed
from onmaru.kernel import search

NAMES = 1_000_000
DOCUMENTS = 1_000_000
DAY = date(2026, 3, 10)

HEADS = "삼성 현대 대한 한국 대우 동아 신한 우리 국제 세계 서울 부산 대구 제일 미래 동양 한미 엘지 한빛"
TRADES = "전자 화학 건설 물산 산업 상사 기계 금속 제약 식품 유통 무역 통신 자동차 자전거 물류 에너지 의료기"
FAMILY = "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민"
GIVEN = "민서준우지현수진영호성훈은정경미선희연아윤재동혁태상철기주원빈하나래솔별찬욱규승용석범식"
FIRST = "Global Pacific Metro Northern Eastern United Premier Advanced Superior Classic Modern Urban Summit"
SECOND = "Bicycle Cycle Sports Electronics Trading Supply Systems Products Stores Logistics Foods Tools Parts"
FORMS = ("(주)", "㈜", "주식회사 ", "")

# Half of the documents are of one customer in a thousand; one in twenty has no number yet.
CUSTOMER = "{first} + CASE WHEN i % 2 = 0 THEN i * 7919 % 1000 * {each} ELSE i * 7919 % {names} END"
NUMBER = (
    "CASE WHEN i % 20 <> 0 THEN '{series}-' || 2025 + i * 2 / {documents} || '-' || lpad(i::text, 6, '0') END"
)
REMARK = "CASE i % 50 WHEN 0 THEN 'PO-' || i WHEN 1 THEN '계약선금 ' || i WHEN 2 THEN '잔금' ELSE '' END"
DATED = "date '2025-01-01' + (i * 700 / {documents})::int"


@dataclass
class Ground:
    """One of each, made by the commands, and how many copies of the customer and of each document stand there."""

    customer: models.Model
    documents: list[tuple[models.Model, dict[str, str]]]
    names: int = 0
    copies: int = 0


def fill(report: Report) -> None:
    """Make one of each by the commands, then multiply it."""
    ground = found()
    with timed() as span:
        grow(ground, NAMES, 0)
    report.figures["seconds to write the customers"] = round(span.seconds)
    with timed() as span:
        grow(ground, NAMES, DOCUMENTS)
    report.figures["seconds to write the documents"] = round(span.seconds)


def found() -> Ground:
    """A company with one customer and one of each document."""
    from tests import companies

    world = companies.build()
    return Ground(world.customer("온마루상회"), _originals(world))


def grow(ground: Ground, names: int, documents: int) -> None:
    """Bring customers and each kind of document to these numbers."""
    _customers(ground, names)
    ground.names = names
    for record, values in ground.documents:
        _multiply(ground, record, values, documents)
    ground.copies = documents
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _originals(world: Any) -> list[tuple[models.Model, dict[str, str]]]:
    from onmaru.erp.sales.commands import deliveries, orders, payments

    product, customer = world.product("A"), world.customer("첫손님")
    world.receive(product, "10")
    lines = [{"product": product, "quantity": Decimal(1)}]
    called: dict[str, Any] = {"by": world.by, "today": DAY}
    order = orders.create(company=world.company, customer=customer, lines=lines, **called)
    orders.confirm(order, **called)
    delivery = deliveries.deliver(order, **called)
    payment = payments.collect(company=world.company, customer=customer, amount=Decimal(1000), **called)
    state = "CASE WHEN i % 20 = 0 THEN 'draft' ELSE 'closed' END"
    return [
        (order, {"number": "SO", "ordered_on": DATED, "customer_reference": REMARK, "state": state}),
        (
            delivery,
            {"number": "DO", "delivered_on": DATED, "tracking_number": REMARK, "order_id": f"i + {order.pk}"},
        ),
        (payment, {"number": "RC", "received_on": DATED, "memo": REMARK}),
    ]


def _customers(ground: Ground, names: int) -> None:
    """Their ids stand in a row, whenever they are made."""
    if names == ground.names:
        return
    progress(f"{names:,} customers")
    dice = random.Random(names)
    with connection.cursor() as cursor:
        cursor.execute(
            "DROP TABLE IF EXISTS named; CREATE TEMP TABLE named (name text, code text, search_text text)"
        )
        with cursor.copy("COPY named FROM STDIN") as copy:
            for number in range(ground.names, names):
                name, code, phone = _name(dice), f"C{number:07}", f"02{dice.randint(10**7, 10**8 - 1)}"
                copy.write_row((name, code, search.document(name, code, phone)))
    values = {name: f"named.{name}" for name in ("name", "code", "search_text")}
    _copy(ground.customer, values, "named")


def _multiply(ground: Ground, record: models.Model, values: dict[str, str], documents: int) -> None:
    """Copies of a record with other numbers, customers and days."""
    if documents == ground.copies:
        return
    progress(f"{documents:,} of {record._meta.label}")
    first, names = ground.customer.pk + 1, ground.names
    known: dict[str, Any] = {"first": first, "names": names, "each": names // 1000, "documents": documents}
    known["series"] = values["number"]
    said = values | {"number": NUMBER, "customer_id": CUSTOMER}
    said = {name: expression.format(**known) for name, expression in said.items()}
    _copy(record, said, f"generate_series({ground.copies + 1}::bigint, {documents}) AS made(i)")


def _copy(pattern: models.Model, values: dict[str, str], source: str) -> None:
    """One row like ``pattern`` for each of ``source``, but for ``values``; search is indexed afterwards."""
    columns = [str(one.column) for one in pattern._meta.concrete_fields if not one.primary_key]
    picked = ", ".join(values.get(name, f"pattern.{name}") for name in columns)
    table = pattern._meta.db_table
    searched = [one for one in pattern._meta.indexes if isinstance(one, GinIndex)]
    with connection.schema_editor() as schema:
        for one in searched:
            schema.remove_index(type(pattern), one)
        schema.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {picked} FROM {source}, {table} AS pattern"
            f" WHERE pattern.id = {pattern.pk}",
            params=None,
        )
        schema.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for one in searched:
            schema.add_index(type(pattern), one)


def _name(dice: random.Random) -> str:
    kind = dice.random()
    if kind < 0.25:
        return dice.choice(FAMILY) + dice.choice(GIVEN) + dice.choice(GIVEN)
    if kind < 0.4:
        return " ".join(
            dice.choice(words) for words in (FIRST.split(), SECOND.split(), ("Co., Ltd.", "Inc."))
        )
    syllables = dice.choice(HEADS.split()) if kind < 0.7 else dice.choice(GIVEN) + dice.choice(GIVEN)
    return f"{dice.choice(FORMS)}{syllables}{dice.choice(('', ' '))}{dice.choice(TRADES.split())}"
