"""Every entity's faces show what its list shows, and lead to it; what they say is refused is refused."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from onmaru.kernel import identity
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import Grant, Role, User
from onmaru.masters.site.commands import companies
from onmaru.office.faces.queries import board
from onmaru.workbench import filters, listing, registry
from onmaru.workbench.entity import Entity
from onmaru.workbench.tests import samples
from tests.scratch import commands
from tests.scratch.models import Deal

GROUPED = 12
BUDGET = {"board": 20, "calendar": 12, "timeline": 12}


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


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.parametrize("entity", registry.every(), ids=str)
def test_every_entity_is_counted_by_its_faces_as_by_its_list(
    entity: Entity, by: Actor, browser: Browser
) -> None:
    samples.some(entity, by, 3)
    whole = listing.page(entity, by, {"count": "1"}).count
    found = listing.select(entity, by, filters.read(entity, by, {}))
    for column in board.columns_of(entity):
        counts: list[Any] = [one.count for one in board.stacks(found, column, by, None)]
        assert column.model is not None or sum(counts) == whole, column.name
    of = "&".join(f"of={pk}" for pk in found.values_list("pk", flat=True))
    for column in listing.groupable(entity) if entity.edit else ():
        told = browser.get(f"/faces/{entity.name}/groups?group={column.name}&{of}").json()
        assert sum(one["count"] for one in told["heads"].values()) == whole, column.name
        assert set(told["rows"].values()) == told["heads"].keys(), column.name


def test_each_face_keeps_its_budget_whatever_it_shows(browser: Browser, deals: list[Deal]) -> None:
    counts = {}
    for name in BUDGET:
        with CaptureQueriesContext(connection) as asked:
            browser.get(f"/deals/?face={name}&on={'' if name == 'board' else '2026-11'}")
        counts[name] = len(asked)
    assert {name for name, count in counts.items() if count > BUDGET[name]} == set(), counts


def test_the_groups_of_a_sheet_are_those_of_its_list(
    browser: Browser, deals: list[Deal], django_assert_max_num_queries: Any
) -> None:
    Deal.objects.filter(pk__gt=deals[1].pk).update(way="web", currency="USD")
    asked = "group=way&fields=number,total&state=draft"
    page = text(browser.get(f"/deals/?face=sheet&{asked}&sort=-number"))
    assert '"group": "way"' in page and '["sort", "way"]' in page
    assert '<select class="input" name="group">' in page
    with django_assert_max_num_queries(GROUPED):
        told = browser.get(f"/faces/deals/groups?{asked}&of={deals[0].pk}&of={deals[4].pk}&of=x").json()
    assert told["rows"] == {str(deals[0].pk): "shop", str(deals[4].pk): "web"}
    heads = {key: (one["count"], one["sums"]) for key, one in told["heads"].items()}
    assert heads == {"shop": (2, [["합계", "3,000"]]), "web": (3, [["합계", "12,000.00"]])}
    past = browser.get(f"/api/deals?{asked}&sort=way&after={told['heads']['shop']['past']}").json()["data"]
    assert [row["id"] for row in past] == [one.pk for one in deals[2:]]
    of = "&".join(f"of={one.pk}" for one in deals[:2])
    Deal.objects.filter(pk=deals[0].pk).update(state="confirmed")
    for group in ("", "&group=way"):
        told = browser.get(f"/faces/deals/groups?state=draft{group}&{of}").json()["rows"]
        assert [*told] == [str(deals[1].pk)], "of a row that the filter leaves out nothing is said"
    assert clerk("scratch.client.view").get(f"/faces/deals/groups?{asked}").status_code == 403


def test_the_address_reproduces_the_face(browser: Browser, deals: list[Deal]) -> None:
    shown = text(browser.get("/deals/?face=board&by=way&q=D-00003&ordered_on__gte=2026-11-02"))
    assert shown.count('class="card-of') == 1
    assert 'data-field="way"' in shown
    assert browser.get("/deals/?face=nothing").status_code == 404


def test_a_board_says_which_commands_lead_where(deals: list[Deal]) -> None:
    may = clerk("scratch.deal.view", "scratch.deal.confirm")
    shown = text(may.get("/deals/?face=board"))
    said = re.search(r'<script id="moves" type="application/json">(.*?)</script>', shown)
    assert said is not None
    assert json.loads(said[1]).keys() == {"draft"}
    assert json.loads(said[1])["draft"]["confirmed"][0]["verb"] == "confirm"
    assert "cancel" not in said[1]
    assert f"/deals/{deals[0].pk}/do/confirm" in shown


def test_only_who_may_edit_moves_by_hand(deals: list[Deal]) -> None:
    addresses = ["?face=board&by=way", "?face=calendar&on=2026-11", "?face=timeline&on=2026-11"]
    viewer = clerk("scratch.deal.view", "scratch.deal.confirm")
    assert not [one for one in addresses if "data-id" in text(viewer.get(f"/deals/{one}"))]
    editor = clerk("scratch.deal.view", "scratch.deal.edit")
    assert [one for one in addresses if "data-id" in text(editor.get(f"/deals/{one}"))] == addresses
    # A moment has an hour that a calendar of days would lose.
    assert "data-id" not in text(editor.get("/deals/?face=calendar&by=seen_at&on=2026-11"))


def test_the_further_cards_of_a_column_come_by_key(browser: Browser, deals: list[Deal]) -> None:
    first = deals[0]
    own = {"company_id": first.company_id, "client_id": first.client_id, "ordered_on": date(2026, 1, 1)}
    Deal.objects.bulk_create(Deal(number=f"E-{place:02}", **own) for place in range(30))
    seen: list[str] = []
    address = "/deals/?face=board"
    for _page in range(2):
        shown = text(browser.get(address))
        seen += re.findall(r'class="lead" href="/deals/(\d+)/"', shown)
        more = re.search(r'hx-get="([^"]*after=[^"]*)"', shown)
        address = "/deals/" + more[1].replace("&amp;", "&") if more else ""
    assert address == ""
    assert len(seen) == len(set(seen)) == 35


def test_a_calendar_shows_the_days_with_their_holidays(browser: Browser, deals: list[Deal]) -> None:
    shown = text(browser.get("/deals/?face=calendar&by=promised_on&on=2026-12&span=month"))
    assert 'class="holiday"' in shown
    assert shown.count('class="event') == 0
    shown = text(browser.get("/deals/?face=calendar&by=promised_on&on=2026-11-22&span=week"))
    assert shown.count('class="event') == 3
    assert shown.count("data-day=") == 7


def test_a_timeline_shows_what_reaches_into_it(browser: Browser, deals: list[Deal]) -> None:
    Deal.objects.filter(pk=deals[0].pk).update(promised_on=date(2026, 12, 3))
    Deal.objects.filter(pk=deals[1].pk).update(promised_on=None)
    between = "by=ordered_on&by=promised_on&span=month"
    shown = text(browser.get(f"/deals/?face=timeline&on=2026-12&{between}"))
    assert re.findall(r'colspan="(\d+)"><a class="bar', shown) == ["3"]
    shown = text(browser.get(f"/deals/?face=timeline&on=2026-11&{between}"))
    assert re.findall(r'colspan="(\d+)"><a class="bar', shown) == ["30", "1", "20", "20", "20"]
    grouped = text(browser.get("/deals/?face=timeline&on=2026-11&down=client"))
    assert grouped.count('class="group"') == 1


def test_a_record_without_a_flow_draws_none(browser: Browser, deals: list[Deal]) -> None:
    assert "/faces/deals/" in text(browser.get(f"/deals/{deals[0].pk}/"))
    assert text(browser.get(f"/faces/deals/{deals[0].pk}/flow")) == ""
    assert "/faces/" not in text(browser.get(f"/clients/{deals[0].client_id}/"))
    assert browser.get("/faces/deals/999999/flow").status_code == 404


def test_an_amount_in_another_currency_than_the_companys_says_so(browser: Browser, deals: list[Deal]) -> None:
    Deal.objects.filter(pk=deals[4].pk).update(currency="USD")
    assert "5,000.00 USD" not in text(browser.get("/deals/"))
    companies.create(
        by=identity.system("tester"), code="HOME", name="온마루", currency="KRW", zone="Asia/Seoul"
    )
    for address in ("/deals/", "/deals/?group=state", "/deals/?face=board&by=state"):
        page = text(browser.get(address))
        assert "5,000.00 USD" in page, address
        assert ">4,000<" in page, address
    grouped = text(browser.get("/deals/?group=state"))
    assert ">10,000 · 5,000.00 USD<" in grouped
    assert "> · <" not in grouped
    assert "5,000.00 USD" in text(browser.get(f"/deals/{deals[4].pk}/"))
    companies.create(
        by=identity.system("tester"), code="OTHER", name="지사", currency="USD", zone="Asia/Seoul"
    )
    assert ">4,000 KRW<" in text(browser.get("/deals/"))
