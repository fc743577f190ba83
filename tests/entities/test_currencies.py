"""Every sum says what it is in, and amounts of different currencies are never added, on whatever shows them."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import python_calamine
from django.forms import model_to_dict
from django.http import HttpResponseBase, QueryDict
from django.test import Client as Browser
from django.utils import timezone, translation

from onmaru.erp.sales.models import Order
from onmaru.erp.sales.tests.shop import Shop
from onmaru.kernel import identity
from onmaru.kernel.models import Grant, Role, User
from onmaru.ledgers.accounting import commands as accounting
from onmaru.masters.product.commands import price_lists, prices
from onmaru.masters.site.commands import companies as firms
from onmaru.masters.site.models import Company
from onmaru.office.approval.models import Approval
from onmaru.office.approval.tests.samples import approval
from onmaru.office.automation import jobs as automation
from onmaru.office.automation.commands import rules
from onmaru.office.dashboards import jobs as sending
from onmaru.office.dashboards.models import Card, Dashboard, Mailing
from onmaru.office.dashboards.queries import answers
from onmaru.office.desk.views import inbox
from onmaru.office.mail.models import Account, Mail
from onmaru.office.notices.models import Notice
from onmaru.office.papers import reports as papers
from onmaru.office.snapshots import queries as snapshots
from onmaru.workbench import listing, registry, report, shown
from onmaru.workbench.views import effects
from tests import companies, proofs
from tests.companies import BY, World
from tests.scratch import commands as scratch
from tests.scratch.models import Client, Deal, Firm

TOTALS = {
    "draft": [("KRW", "1000"), ("KRW", "-400"), ("USD", "12.5"), ("JPY", "3000"), ("KWD", "1.5")],
    "confirmed": [("USD", "-7"), ("KRW", "0")],
}
USD, KRW = "way=web", "way=shop&urgent=false"
DAY = date(2026, 11, 27)


@pytest.fixture
def world(db: Any) -> Iterator[World]:
    """A company at home in won with orders in four currencies, one of them taken back, one of nothing."""
    world = companies.build()
    firm, who = Firm.objects.create(code="F", name="온마루"), Client.objects.create(code="C", name="한강")
    rows = [(state, *one) for state, of in TOTALS.items() for one in of]
    for place, (state, currency, total) in enumerate(rows):
        said = {
            "currency": currency,
            "total": Decimal(total),
            "state": state,
            "ordered_on": date(2026, 11, place + 1),
        }
        kept_apart = {"way": "web" if currency == "USD" else "shop", "urgent": currency in {"JPY", "KWD"}}
        Deal.objects.create(number=f"D{place}", company=firm, client=who, **said, **kept_apart)
    with translation.override("en"):
        yield world


def person(login: str = "clerk", company: Company | None = None) -> User:
    user = User.objects.create_user(login, language="en", email=f"{login}@example.com")
    role = Role.objects.create(code=login, name_ko=login, name_en=login, permissions=["*"])
    Grant.objects.create(user=user, role=role, company_id=company.pk if company else None)
    return user


def browser(*who: Any) -> Browser:
    found = Browser()
    found.force_login(person(*who))
    return found


def content(answer: HttpResponseBase) -> bytes:
    return b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined]


def america(world: World) -> Company:
    """A second company of the house, whose books are in dollars."""
    made: Company = firms.create(by=BY, code="US", name="Onmaru America", currency="USD")
    accounting.accounts.load_chart(company=made, by=BY)
    accounting.periods.open_year(company=made, year=2026, by=BY)
    proofs.post(made, proofs.debit("103", "12.5"), proofs.credit("331", "12.5"))
    return made


def test_the_columns_of_a_board_and_the_groups_of_a_list_say_it_alike(world: World) -> None:
    page = browser()
    board = page.get("/deals/?face=board").content.decode()
    listed = page.get("/deals/?group=state").content.decode()
    urgent = page.get("/deals/?face=board&by=urgent").content.decode()

    assert re.findall(r'class="sum">([^<]*)<', board) == [
        "3,000 JPY",
        "600",
        "1.500 KWD",
        "12.50 USD",
        "-7.00 USD",
    ]
    assert "3,000 JPY · 600 · 1.500 KWD · 12.50 USD" in listed
    assert "0 · -7.00 USD" in listed
    assert re.findall(r'class="sum">([^<]*)<', urgent) == ["3,000 JPY", "1.500 KWD", "600", "5.50 USD"]


def test_a_pivot_says_the_currency_of_its_columns_where_it_is_no_matter_of_course(world: World) -> None:
    page = browser()
    heads = {}
    for asked in (KRW, USD, ""):
        said = page.get(f"/deals/?face=pivot&down=state&measure=total&{asked}")
        heads[asked] = re.findall(r'<th class="num" scope="col">([^<]*)<', said.content.decode())
    file = page.get(f"/pivot/deals/sheet.xlsx?down=state&measure=total&{USD}")
    book = python_calamine.load_workbook(io.BytesIO(content(file))).get_sheet_by_index(0).to_python()

    assert heads == {
        KRW: ["Total"],
        USD: ["Total USD"],
        "": ["Total JPY", "Total KRW", "Total KWD", "Total USD"],
    }
    assert (book[0][1], book[-1][1]) == ("Total USD", 5.5)


def test_documents_of_no_amount_make_no_column_of_their_own(world: World) -> None:
    bare = model_to_dict(approval(BY, 0), exclude=["id", "number"])
    of_it = {f"{name}_id": bare.pop(name) for name in [*bare] if Approval._meta.get_field(name).is_relation}
    stored = {"drafted_at": timezone.now(), "state": "approved", "amount": Decimal(5), "currency": "KRW"}
    Approval.objects.create(**bare | of_it | stored)

    page = browser().get("/approvals/?face=pivot&down=state&measure=amount").content.decode()
    assert re.findall(r'<th class="num" scope="col">([^<]*)<', page) == ["Amount"]


def card(user: User, **said: Any) -> Any:
    with shown.at_home("KRW"):
        return answers.of(
            Card(**{"source": "deals", "measure": "total", "width": 1} | said), identity.actor(user), {}, DAY
        )


def test_a_card_says_it_and_tells_what_it_does_not_draw(world: World) -> None:
    user = person()
    number = card(user, kind="number", query=USD)
    trend = card(user, kind="trend")
    chart = card(user, kind="chart", query=f"{USD}&down=state")
    whole = card(user, kind="chart", query="down=state")
    board = card(user, kind="board")

    assert [one.text for one in number.figures] == ["5.50 USD"]
    assert [one.text for one in trend.figures] == ["3,000 JPY", "600", "1.500 KWD", "5.50 USD"]
    assert (chart.chart["unit"], chart.table[1:]) == (
        "Total USD",
        [["Draft", "12.50"], ["Confirmed", "-7.00"]],
    )
    assert [one.text for one in chart.bars] == ["12.50", "-7.00"]
    assert whole.table == [
        ["Total KRW (without JPY, KWD, USD)", "Total KRW"],
        ["Draft", "600"],
        ["Confirmed", "0"],
    ]
    assert [one.text for one in board.rows] == ["3,000 JPY · 600 · 1.500 KWD · 12.50 USD", "0 · -7.00 USD"]


def test_a_figure_is_compared_in_its_own_currency(world: World) -> None:
    last = Deal.objects.get(total=Decimal("12.5"))
    Deal.objects.create(
        number="L",
        company=last.company,
        client=last.client,
        currency="USD",
        total=5,
        way="web",
        ordered_on="2025-11-02",
    )
    asked = {"kind": "number", "against": "year", "query": f"ordered_on=this month&{USD}"}

    (figure,) = card(person(), **asked).figures
    assert (figure.text, figure.aside) == ("5.50 USD", "▲ 10.0% a year before: 5.00 USD")


def test_a_file_of_a_list_has_a_column_for_it_where_amounts_are_not_at_home(world: World) -> None:
    page = browser()
    asked = "fields=number,total&sort=number"
    mixed = content(page.get(f"/deals/export.csv?{asked}")).decode("utf-8-sig").splitlines()
    home = content(page.get(f"/deals/export.csv?{asked}&{KRW}")).decode("utf-8-sig").splitlines()
    book = python_calamine.load_workbook(io.BytesIO(content(page.get(f"/deals/export.xlsx?{asked}"))))

    assert (mixed[0], mixed[1], mixed[3]) == ("Number,Total,Currency", "D0,1000,KRW", "D2,12.5,USD")
    assert (home[0], home[1]) == ("Number,Total", "D0,1000")
    assert book.get_sheet_by_index(0).to_python()[3] == ["D2", 12.5, "USD"]


def test_a_report_of_a_company_that_reckons_in_another_currency_says_so(world: World) -> None:
    other = america(world)
    both, ours = browser("both"), browser("ours", other)
    at = f"/reports/trial-balance/?company={other.pk}&first=2026-01-01&last=2026-12-31"

    assert both.get(at).content.decode().count("12.50 USD") == 8
    assert "USD" not in ours.get(at).content.decode() and "12.50" in ours.get(at).content.decode()
    asked = at.replace("/?", "/export.csv?")
    head = content(both.get(asked)).decode("utf-8-sig").splitlines()[0]
    assert head == "Code,Account,Debit balance USD,Debit total USD,Credit total USD,Credit balance USD"
    assert "USD" not in content(ours.get(asked)).decode()
    by = identity.actor(User.objects.get(username="both"))
    with shown.at_home("KRW", "USD"):
        reading = report.read(report.find("trial-balance", by), by, QueryDict(at.partition("?")[2]).dict())
        assert papers.lines_of(reading)[-1][1][2:] == ["12.50 USD"] * 4


def test_a_price_says_the_currency_of_its_list(world: World) -> None:
    abroad = price_lists.create(by=BY, code="USD", name="수출", currency="USD")
    prices.create(
        by=BY,
        price_list=abroad,
        product=world.product("A"),
        unit=world.piece,
        unit_price=Decimal("2.5"),
        valid_from=DAY,
    )

    page = browser()
    assert "2.50 USD" in page.get("/prices/").content.decode()
    assert b"currency" not in content(page.get("/prices/export.csv?whole=1")).splitlines()[0].lower()


@pytest.mark.django_db
def test_what_has_no_currency_of_its_own_has_the_decimals_of_the_house() -> None:
    companies.build(currency="USD").product("A", "12.5")
    assert ">12.50<" in browser().get("/products/").content.decode()


def test_a_slip_to_approve_says_it(world: World) -> None:
    slips = [
        inbox.Slip(Approval(amount=Decimal(5), currency=one), [], 0, "", False, "") for one in ("USD", "KRW")
    ]
    with shown.at_home("KRW"):
        assert [one.amount for one in slips] == ["5.00 USD", "5"]


def test_an_agent_is_told_it_with_every_figure(world: World) -> None:
    page = browser()
    told = page.get("/api/ask/pivot", {"entity": "deals", "down": "state", "measure": "total", "where": USD})
    sheet = page.get("/api/ask/sheet", {"entity": "deals", "form": "csv", "where": "fields=number,total"})

    assert [(one["label"], one["currency"]) for one in told.json()["columns"]] == [("Total USD", "USD")]
    assert "Number,Total,Currency" in base64.b64decode(sheet.json()["content"]).decode()


def test_what_leaves_without_a_page_says_it_too(world: World) -> None:
    """A dashboard by mail, and the words of a rule: there is no page that knows who reads."""
    Account.objects.create(name="대표", address="info@onmaru.example", smtp_host="smtp.onmaru.example")
    user = person()
    board = Dashboard.objects.create(owner=user, name="현황")
    Card.objects.create(
        dashboard=board, kind="number", title="수출", source="deals", query=USD, measure="total"
    )
    mailing = Mailing.objects.create(dashboard=board, receiver=user, every="day", hour=0, form="xlsx")
    by = identity.actor(user)
    actions = [{"does": "notice", "said": "{total} · {number}"}]
    rule = rules.create(by=by, name="r", kind="scratch.deal", happening="changed", actions=actions)
    rules.try_out(rule, by=by)
    rules.switch_on(rule, by=by)
    scratch.edit(Deal.objects.get(number="D2"), note="후", by=by)
    automation.look()

    assert sending.send(mailing.pk)
    assert "수출: 5.50 USD" in Mail.objects.get().text
    assert "12.50 USD · D2" in [one.words for one in Notice.objects.filter(person=user)]


@pytest.mark.django_db
def test_what_is_put_to_approval_by_a_program_says_it_too() -> None:
    shop = Shop()
    for currency, text in (("USD", "1,000.00 USD"), ("KRW", "1,000")):
        order = shop.order("1")
        Order.objects.filter(pk=order.pk).update(
            currency=currency, supply_amount=1000, tax_amount=0, total=1000
        )
        cells = [one for part in snapshots.of(order)["sections"] for one in part["cells"]]
        assert [one["text"] for one in cells if one["name"] == "total"] == [text]


def test_what_would_be_posted_is_shown_in_the_money_of_its_company(world: World) -> None:
    lines = [proofs.debit("103", "12.5"), proofs.credit("331", "12.5")]
    preview = proofs.post(america(world), *lines, dry_run=True)

    with shown.at_home("KRW"):
        (told,) = effects.tables(preview.effects)
    assert (told.rows[0][1:], told.foot[1:]) == (["12.50 USD", ""], ["12.50 USD", "12.50 USD"])


def test_the_amounts_that_a_list_adds_up_are_all_in_one_currency_a_row() -> None:
    """What keeps totals apart is read of the first summed amount: a second path would be added up under its name."""
    paths = {
        entity.name: {
            one.currency for one in listing.offered(entity).values() if one.summed and one.kind == "money"
        }
        for entity in registry.every()
    }

    assert {name: found for name, found in paths.items() if len(found) > 1 or "" in found} == {}
