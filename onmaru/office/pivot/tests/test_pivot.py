"""The pivot of every entity counts as its list does; its page and its workbook."""

from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import python_calamine
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from onmaru.kernel import identity
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import Grant, Role, User
from onmaru.office.pivot.queries import layout, table
from onmaru.workbench import filters, listing, registry
from onmaru.workbench.entity import Entity
from onmaru.workbench.tests import samples
from tests.scratch import commands
from tests.scratch.models import Client, Deal

PAGE_QUERIES = 13


@pytest.fixture
def by(db: Any) -> Actor:
    return identity.system("tester")


@pytest.fixture
def deals(by: Actor) -> list[Deal]:
    """Five orders of a customer, ordered and promised on days that follow one another."""
    firm = commands.found(by=by, code="KR", name="온마루")
    client = commands.create_client(by=by, code="C1", name="한강자전거")
    return [
        commands.create(
            by=by,
            today=date(2026, 11, 22),
            company=firm,
            client=client,
            ordered_on=date(2026, 11, 1) + timedelta(days=place),
            promised_on=date(2026, 11, 20) + timedelta(days=place),
            lines=[{"item": "볼트", "quantity": Decimal(place + 1), "price": Decimal(1000)}],
        )
        for place in range(5)
    ]


@pytest.fixture
def browser(db: Any) -> Browser:
    browser = Browser()
    browser.force_login(User.objects.create_user("kim", is_superuser=True))
    return browser


def clerk(*permissions: str) -> Browser:
    """Someone who may do only this."""
    user, _made = User.objects.get_or_create(username="park")
    role, _made = Role.objects.get_or_create(code="park", name_ko="박", name_en="Park")
    Role.objects.update(permissions=list(permissions))
    Grant.objects.get_or_create(user=user, role=role)
    browser = Browser()
    browser.force_login(user)
    return browser


@pytest.mark.parametrize("entity", registry.every(), ids=str)
def test_every_entity_is_counted_by_its_pivot_as_by_its_list(entity: Entity, by: Actor) -> None:
    samples.some(entity, by, 3)
    whole = listing.page(entity, by, {"count": "1"}).count
    found = listing.select(entity, by, filters.read(entity, by, {}))
    for one in layout.dimensions(entity):
        shown = table.read(found, by, layout.layout(entity, {"down": [one.name], "measure": ["count"]}))
        assert shown.cut or sum(line.figures[0] for line in shown.lines) == shown.count == whole, one.name
    for measure in layout.measures(entity):
        assert table.read(found, by, layout.layout(entity, {"measure": [measure.name]})).count == whole


def test_the_page_keeps_its_budget(browser: Browser, deals: list[Deal]) -> None:
    address = "/deals/?face=pivot&down=client&down=state&across=ordered_on.month&measure=total&by=bar"
    browser.get(address)
    with CaptureQueriesContext(connection) as asked:
        browser.get(address)
    assert len(asked) <= PAGE_QUERIES


def test_a_pivot_leaves_as_a_workbook_of_what_is_shown(browser: Browser, deals: list[Deal]) -> None:
    Client.objects.update(name="=1+1")
    address = "down=client&down=state&across=ordered_on.month&measure=total&measure=count"
    answer: Any = browser.get(f"/pivot/deals/sheet.xlsx?face=pivot&{address}")
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
    rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert rows[0][1] == "2026-11"
    assert [row[1:3] for row in rows[2:]] == [[15000.0, 5.0]] * 3
    assert rows[2][0] == "=1+1"
    assert clerk("scratch.deal.view").get(f"/pivot/deals/sheet.xlsx?{address}").status_code == 403
