"""Dashboards are made, arranged, shared, met and sent; each card answers as its viewer may see."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client as Browser
from django.utils import translation

from onmaru.kernel import identity
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import Grant, Role, User
from onmaru.kernel.refusals import Refused
from onmaru.office.dashboards import commands, jobs, ports
from onmaru.office.dashboards.models import Card, Dashboard, Mailing
from onmaru.office.dashboards.ports import Amount, KeyFigure
from onmaru.office.dashboards.queries import answers, boards
from tests.scratch.models import Client, Deal, Firm

DAY = date(2026, 11, 27)


def person(login: str, *permissions: str, **more: Any) -> User:
    user = User.objects.create_user(login, language="en", **more)
    role = Role.objects.create(code=login, name_ko=login, name_en=login, permissions=list(permissions))
    Grant.objects.create(user=user, role=role)
    return user


@pytest.fixture
def kim(db: Any) -> User:
    return person("kim", "scratch.*", "dashboards.*", email="kim@example.com")


@pytest.fixture
def deals(db: Any) -> Firm:
    firm, customer = (
        Firm.objects.create(code="F1", name="온마루"),
        Client.objects.create(code="C1", name="한강"),
    )
    other = Client.objects.create(code="C2", name="대한")
    for place, (day, total, who, state) in enumerate(
        [
            ("2026-11-03", 300, customer, "draft"),
            ("2026-11-20", 100, other, "confirmed"),
            ("2025-11-10", 200, customer, "confirmed"),
            ("2025-11-29", 999, customer, "confirmed"),
        ]
    ):
        values = {"company": firm, "client": who, "ordered_on": day, "total": total, "state": state}
        Deal.objects.create(number=f"D{place}", **values)
    return firm


def by_of(user: User) -> Actor:
    return identity.actor(user)


def card(**values: Any) -> Card:
    return Card(**{"kind": "number", "source": "deals", "width": 1} | values)


def told(user: User, across: dict[str, list[str]] | None = None, **values: Any) -> Any:
    return answers.of(card(**values), by_of(user), across or {}, DAY)


def texts(answer: Any) -> list[str]:
    return [one.text for one in answer.figures]


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel("2026-11-27 03:00+00:00", tick=False), translation.override("en"):
        yield


def test_a_number_is_compared_with_as_many_days_a_year_before(kim: User, deals: Firm) -> None:
    found = told(kim, measure="total", query="ordered_on=this month", against="year")

    assert texts(found) == ["400"]
    assert (found.figures[0].aside, found.figures[0].change) == (
        "▲ 100.0% a year before: 200",
        Decimal("100.0"),
    )
    assert found.href == "/deals/?ordered_on=this+month"


def test_cards_draw_list_board_chart_and_trend(kim: User, deals: Firm) -> None:
    chart = told(kim, kind="chart", measure="total", query="down=client&ordered_on=this year")
    trend = told(kim, kind="trend", measure="total", query="ordered_on=last 13 months")
    board = told(kim, kind="board")
    rows = told(kim, kind="list", query="sort=number&state=confirmed")

    assert dict(zip(chart.chart["rows"], chart.chart["series"][0]["data"], strict=True)) == {
        "한강": 300,
        "대한": 100,
    }
    assert (trend.chart["rows"][-1], texts(trend)) == ("2026-11", ["400"])
    assert [(one.label, one.text) for one in board.rows] == [("Draft", "1"), ("Confirmed", "3")]
    assert board.rows[0].href == "/deals/?state=draft"
    assert [row.cells[0].text for row in rows.rows] == ["D1", "D2", "D3"]


def test_a_filter_of_the_page_narrows_the_cards_that_have_it(kim: User, deals: Firm) -> None:
    across = {"client": ["C1"], "period": ["this year"]}

    assert texts(told(kim, across, measure="total", query="ordered_on=last year")) == ["300"]
    assert texts(told(kim, across, source="firms")) == ["1"]


def test_a_card_answers_as_its_viewer_may_see(kim: User, deals: Firm) -> None:
    ports.figures["secret"] = KeyFigure(
        "secret", "Secret", "scratch.secret.view", lambda by, day: [Amount(Decimal(7))]
    )
    park = person("park", "scratch.client.view")
    try:
        assert told(park, measure="total") is None
        assert told(park, source="secret") is None
        assert texts(told(kim, source="secret")) == ["7"]
        assert texts(told(park, source="clients")) == ["2"]
        assert "nothing" in told(kim, query="sort=nothing").problem
        assert told(kim, query="nothing=1").problem
    finally:
        del ports.figures["secret"]


def made(user: User, **values: Any) -> Dashboard:
    cards = [
        {"kind": "number", "source": "deals", "query": "ordered_on__lt=2030-01-01"},
        {"kind": "text", "text": "안녕하세요", "source": ""},
    ]
    board: Dashboard = commands.create(by=by_of(user), **{"name": "현황", "cards": cards} | values)
    return board


def test_cards_are_arranged_by_hand_and_only_all_of_them(kim: User) -> None:
    board = made(kim)
    first, second = boards.cards(board)
    browser = Browser()
    browser.force_login(kim)
    at = f"/dashboard/{board.pk}/arrange"

    assert browser.post(at, {"cards": [second.pk, first.pk], "widths": [4, 2]}).status_code == 204
    assert [(one.pk, one.width) for one in boards.cards(board)] == [(second.pk, 4), (first.pk, 2)]
    wrong = browser.post(at, {"cards": [second.pk], "widths": [1]})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "cards_differ")
    assert browser.post(at, {"cards": ["x"], "widths": [1]}).status_code == 400


@pytest.mark.parametrize(
    ("wrong", "code"),
    [({"kind": "number", "source": "nowhere"}, "source_unknown"), ({"kind": "text"}, "words_missing")],
)
def test_cards_that_would_answer_nothing_are_refused(kim: User, wrong: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        made(kim, cards=[{"kind": "number", "source": "deals"}, wrong])
    assert refused.value.codes == [code]
    assert refused.value.reasons[0].field.startswith("cards.1.")


def test_a_dashboard_is_seen_by_whom_it_is_shared_with_and_is_their_first_page(
    kim: User, deals: Firm
) -> None:
    board, park = made(kim, is_home=True), person("park", "scratch.deal.view")
    role = Role.objects.get(code="park")
    browser = Browser()
    browser.force_login(park)
    closed = browser.get(f"/dashboard/{board.pk}/")
    with pytest.raises(Refused) as nobody:
        commands.share(board, audience=Dashboard.Audience.ROLE, by=by_of(kim), today=DAY)
    commands.share(board, audience=Dashboard.Audience.ROLE, role=role, by=by_of(kim), today=DAY)

    assert closed.status_code == 404
    assert nobody.value.codes == ["shared_with_nobody"]
    page = browser.get(f"/dashboard/{board.pk}/?period=this+month").content.decode()
    assert ('<p class="board-figure">2</p>' in page, "data-arrange" in page) == (True, False)
    assert boards.home(by_of(park)) == board
    assert "안녕하세요" in browser.get("/").content.decode()


def test_it_goes_by_mail_once_a_day_as_its_receiver_sees_it(kim: User, deals: Firm, built: None) -> None:
    board = made(kim)
    mailing = commands.send(
        board, every=Mailing.Every.DAY, form=Mailing.Form.XLSX, hour=7, by=by_of(kim), today=DAY
    )
    paper = commands.send(
        board, every=Mailing.Every.DAY, form=Mailing.Form.PDF, hour=7, by=by_of(kim), today=DAY
    )

    assert [jobs.send(mailing.pk), jobs.send(mailing.pk), jobs.send(paper.pk)] == [True, False, True]
    sheet, pdf = (one.attachments[0] for one in mail.outbox)
    assert mail.outbox[0].to == ["kim@example.com"]
    assert "Orders: 4" in mail.outbox[0].body
    assert (sheet[1][:2], pdf[1][:5]) == (b"PK", b"%PDF-")
    commands.stop(mailing, by=by_of(kim), today=DAY)
    assert list(Mailing.objects.all()) == [paper]


def test_who_has_no_address_gets_no_mail(db: Any) -> None:
    lee = person("lee", "dashboards.*", "scratch.*")
    with pytest.raises(Refused) as refused:
        commands.send(made(lee), every=Mailing.Every.DAY, form=Mailing.Form.PDF, by=by_of(lee), today=DAY)
    assert refused.value.codes == ["mail_address_missing"]
