"""Documents are found by what their numbers, remarks and customers say, whichever way the search takes."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from decimal import Decimal
from functools import reduce
from operator import and_, or_
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Q

from onmaru.erp.sales.commands import deliveries, orders, payments
from onmaru.kernel import finding, identity, parts, search
from onmaru.kernel.identity import Actor
from onmaru.masters.party.commands import parties
from onmaru.masters.party.models import Party
from onmaru.workbench import filters, listing, registry
from onmaru.workbench import search as box
from onmaru.workbench.entity import Entity
from onmaru.workbench.search import choices, everywhere
from tests import companies
from tests.companies import BY, DAY, World

pytestmark = pytest.mark.django_db

NAMES = "㈜삼성전자 삼성물산(주) 서울자전거 김민서 강가상회 lg상사 Weiß-Söhne 12상회"
REMARKS = ["", "PO-77", "계약 선금", "잔금", "ab#1", "50%_off", "선금 PO-12", "Groß ß", "x1", "가나"]
WORDS = """
    SO-2025-000112 so-2025-000112 000112 112 12 2 2025-0001 2026 SO D S - 5-0 SO- -00 O-2
    삼성전자 삼성 삼 ㅅㅅㅈㅈ ㅅㅅ ㅅ 삼ㅅ tkatjd ttww 서 ㄱㅁㅅ 가 ㄱ (주)삼성전자 lg LG wei weiß
    PO-7 po PO 77 선금 금 선 계약선금 ab ab# # b#1 % %_ _ 50% ß ss gross 1# x1 1x q zz 뷁 999999 zzzz
"""
PHRASES = "삼성 전자/선금 PO/PO 선금/so 112/계약 선금/2026 잔금/삼성 SO/zz 12/계약  ㅅ"
TYPED = [*WORDS.split(), *PHRASES.split("/")]


@pytest.fixture
def world(db: Any) -> World:
    """Sixty of each document of eight customers."""
    world = companies.build()
    product = world.product("A")
    world.receive(product, "10")
    customers = [world.customer(name, code=f"C{place}") for place, name in enumerate(NAMES.split())]
    lines = [{"product": product, "quantity": Decimal(1)}]
    called: dict[str, Any] = {"by": BY, "today": DAY}
    order = orders.create(company=world.company, customer=customers[0], lines=lines, **called)
    orders.confirm(order, **called)
    delivery = deliveries.deliver(order, **called)
    payment = payments.collect(company=world.company, customer=customers[0], amount=Decimal(9), **called)
    for record, series, remark in (
        (order, "SO", "customer_reference"),
        (delivery, "DO", "tracking_number"),
        (payment, "RC", "memo"),
    ):
        type(record)._default_manager.bulk_create(_copies(record, series, remark, customers))
    return world


def _copies(record: Any, series: str, remark: str, customers: list[Party]) -> Iterator[Any]:
    for place in range(60):
        made = copy.copy(record)
        made.pk, made.customer = None, customers[place % 8]
        made.number = f"{series}-{2025 + place % 2}-{place + 100:06}"
        setattr(made, remark, REMARKS[place % 10])
        yield made


def _entity(name: str) -> Entity:
    found = registry.get(name)
    assert found is not None
    return found


def _plainly(entity: Entity, text: str) -> set[int]:
    """What is found when every row is read: each word in a column, or the customer, or the order's number."""
    own = [path for path in entity.search_paths if "__" not in path]
    ways = [_words(own, text)]
    if "order__number" in entity.search_paths:
        ways.append(_words(["order__number"], text))
    customers = Party.objects.filter(search.condition("search_text", text))
    ways.append(Q(customer__in=list(customers)))
    return set(entity.model._default_manager.filter(reduce(or_, ways)).values_list("pk", flat=True))


def _words(paths: list[str], text: str) -> Q:
    each = (reduce(or_, (Q(**{f"{path}__icontains": word}) for path in paths)) for word in text.split())
    return reduce(and_, each)


@pytest.mark.parametrize("way", ["few", "ids", "words", "overflow"])
@pytest.mark.parametrize("name", ["orders", "deliveries", "payments"])
def test_every_way_finds_what_reading_every_row_finds(
    name: str, way: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As among few; by the indexes alone; as what is often; and as what is seldom among the newest but too much."""
    entity = _entity(name)
    newest, often, most = {
        "few": (500, 5, 5000),
        "ids": (1, 2, 5000),
        "words": (1, 0, 5000),
        "overflow": (1, 2, 7),
    }[way]
    monkeypatch.setattr(finding, "NEWEST", newest)
    monkeypatch.setattr(finding, "OFTEN", often)
    monkeypatch.setattr(finding, "MOST", most)
    found_something = 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for typed in TYPED:
            query = filters.read(entity, BY, {"q": typed})
            found = set(listing.select(entity, BY, query).values_list("pk", flat=True))
            assert found == _plainly(entity, typed), typed
            found_something += bool(found)
    assert found_something > len(TYPED) / 3


@pytest.mark.parametrize("typed", ["PO-77", "선금", "금", "#", "zz", "000112", "SO-2025-000112"])
def test_a_document_s_own_text_is_answered_by_its_index(typed: str, world: World) -> None:
    orders_ = _entity("orders").model
    rows = orders_._default_manager.filter(parts.condition(orders_, ["number", "customer_reference"], typed))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        # Of a few rows, reading all that bear a number costs as little.
        cursor.execute(
            "SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE sales_order DROP CONSTRAINT order_number_unique"
        )
        assert "order_parts" in rows.order_by().explain()


def test_the_index_of_more_columns_serves_one_of_them(world: World) -> None:
    orders_ = _entity("orders").model

    found = orders_._default_manager.filter(parts.condition(orders_, ["number"], "PO"))

    assert not found.exists()
    assert orders_._default_manager.filter(customer_reference__contains="PO").exists()


def test_a_renamed_customer_is_found_by_the_new_name_only(world: World) -> None:
    entity = _entity("orders")
    assert len(listing.page(entity, BY, {"q": "물산"}).rows) == 8

    parties.edit(Party.objects.get(code="C1"), by=BY, name="한빛중공업")

    assert listing.page(entity, BY, {"q": "물산"}).rows == []
    assert len(listing.page(entity, BY, {"q": "ㅎㅂㅈㄱㅇ"}).rows) == 8


@pytest.mark.parametrize("newest", [1, 500])
def test_nobody_finds_another_company_s_documents(
    newest: int, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "NEWEST", newest)
    stranger = Actor(None, "stranger", frozenset({"*"}), frozenset({world.company.pk + 1}))
    nobody = identity.only(BY, "party.party.view")

    for typed in ("SO-2025", "삼성", "zz"):
        for by in (stranger, nobody):
            assert listing.page(_entity("orders"), by, {"q": typed}).rows == []
            assert choices(_entity("orders"), by, typed) == []
            assert not {"orders", "payments"} & {one.entity.name for one in everywhere(by, typed)}


@pytest.mark.parametrize("newest", [1, 500])
@pytest.mark.parametrize(
    "typed", ["PO-77", "선금", "금", "000112", "SO-2025-000112", "7", "삼성", "ㅅㅅ", "계약 선금"]
)
def test_the_box_finds_a_document_however_old_it_is(
    newest: int, typed: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Among what is at hand, and where there is more than that."""
    monkeypatch.setattr(finding, "NEWEST", newest)
    # The statement that is kept looks at as many as when it was made.
    monkeypatch.setattr(box, "_at_hand", box._at_hand.__wrapped__)
    for name in ("orders", "payments"):
        found = {one.id for group in everywhere(BY, typed) if group.entity.name == name for one in group.hits}
        known = _plainly(_entity(name), typed)
        # One or two digits have no index: of documents known by them the newest are at hand, or none is.
        least = 0 if typed == "7" and newest == 1 else min(8, len(known))
        assert found <= known
        assert len(found) >= least


def test_a_broad_search_is_counted_where_that_is_cheap(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a page that holds all, and of few records; else only for who asks."""
    entity = _entity("orders")
    monkeypatch.setattr(finding, "NEWEST", 1)
    monkeypatch.setattr(finding, "OFTEN", 0)
    monkeypatch.setattr(finding, "MOST", 5)
    whole = listing.page(entity, BY, {"q": "삼성", "limit": "50"})
    assert whole.count == len(whole.rows) == len(_plainly(entity, "삼성"))
    assert whole.totals[0].sums["total"] == sum(row.record.total for row in whole.rows)
    assert listing.page(entity, BY, {"q": "삼성", "limit": "5"}).count == whole.count

    monkeypatch.setattr(listing, "CHEAP", 20)

    assert listing.page(entity, BY, {"q": "삼성", "limit": "50"}).count == whole.count
    cut = listing.page(entity, BY, {"q": "삼성", "limit": "5"})
    assert (cut.count, cut.totals) == (None, [])
    assert listing.page(entity, BY, {"q": "삼성", "limit": "5", "count": "1"}).count == whole.count
