"""Dashboards are made, arranged, shared, met and sent; each card answers as its viewer may see."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from email import message_from_bytes, policy
from typing import Any

import pytest
import python_calamine
import time_machine
from django.test import Client as Browser
from django.utils import translation

from onmaru.kernel import identity
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import Grant, Role, User
from onmaru.kernel.refusals import Refused
from onmaru.office.dashboards import commands, jobs, ports, reports
from onmaru.office.dashboards.models import Card, Dashboard, Mailing
from onmaru.office.dashboards.ports import Amount, KeyFigure
from onmaru.office.dashboards.queries import answers, boards
from onmaru.office.letters.tests import servers
from onmaru.office.letters.tests.servers import Post
from onmaru.office.mail.commands import outbox
from onmaru.office.mail.models import Account, Mail
from onmaru.office.notices.models import Notice
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


def put(board: Dashboard, user: User, **values: Any) -> Dashboard:
    made: Dashboard = commands.put(board, by=by_of(user), today=DAY, **values)
    return made


def made(user: User, **values: Any) -> Dashboard:
    board: Dashboard = commands.create(by=by_of(user), **{"name": "현황"} | values)
    put(board, user, kind=Card.Kind.NUMBER, source="deals", query="ordered_on__lt=2030-01-01")
    return put(board, user, kind=Card.Kind.TEXT, text="안녕하세요")


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
    [
        ({"kind": Card.Kind.NUMBER, "source": "nowhere"}, "source_unknown"),
        ({"kind": Card.Kind.TEXT}, "words_missing"),
        ({"kind": Card.Kind.LIST, "source": "deals", "card": 987_654}, "cards_differ"),
    ],
)
def test_cards_that_would_answer_nothing_are_refused(kim: User, wrong: dict[str, Any], code: str) -> None:
    board = made(kim)
    with pytest.raises(Refused) as refused:
        put(board, kim, **wrong)
    assert refused.value.codes == [code]
    with pytest.raises(Refused) as gone:
        commands.take_off(board, card=987_654, by=by_of(kim), today=DAY)
    assert gone.value.codes == ["cards_differ"]


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


@pytest.fixture
def post() -> Iterator[Post]:
    with servers.smtp() as found:
        yield found


def account_on(port: int) -> Account:
    said = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": Account.Security.NONE}
    return Account.objects.create(name="대표 메일", address="info@onmaru.example", **said)


def sent_daily(user: User, board: Dashboard, form: str) -> Mailing:
    asked: dict[str, Any] = {"every": Mailing.Every.DAY, "form": Mailing.Form(form), "hour": 7}
    mailing: Mailing = commands.send(board, **asked, by=by_of(user), today=DAY)
    return mailing


def test_it_goes_by_mail_once_a_day_as_its_receiver_sees_it(
    kim: User, deals: Firm, post: Post, built: None
) -> None:
    account_on(post.port)
    board = made(kim)
    mailing, paper = sent_daily(kim, board, "xlsx"), sent_daily(kim, board, "pdf")

    assert [jobs.send(mailing.pk), jobs.send(mailing.pk), jobs.send(paper.pk)] == [True, False, True]
    assert (outbox.send(), outbox.send()) == (2, 0)
    assert post.whom == [["kim@example.com"]] * 2
    letters = [message_from_bytes(raw, policy=policy.default) for raw in post.mails]
    body = letters[0].get_body(("plain",))
    assert body is not None and "Orders: 4" in body.get_content()
    files = [part for one in letters for part in one.iter_attachments()]
    assert [one.get_filename() for one in files] == ["현황 2026-11-27.xlsx", "현황 2026-11-27.pdf"]
    assert [one.get_content()[:2] for one in files] == [b"PK", b"%P"]
    assert set(Mail.objects.values_list("subject_id", "state", "audience", "person")) == {
        (board.pk, "sent", "self", kim.pk)
    }
    commands.stop(mailing, by=by_of(kim), today=DAY)
    assert list(Mailing.objects.all()) == [paper]


def test_a_workbook_holds_figures_that_can_be_reckoned_with(kim: User, deals: Firm) -> None:
    cards = [
        card(title="금액", measure="total", query="ordered_on=this year"),
        card(kind="chart", title="거래처별", measure="total", query="down=client&ordered_on=this year"),
        card(kind="list", title="주문", query="sort=number&fields=number,client,total"),
    ]
    for place, one in enumerate(cards):
        one.ordinal = place
    content, _kind = reports.made("xlsx", "현황", answers.every(cards, by_of(kim), {}), by_of(kim))
    book = python_calamine.load_workbook(io.BytesIO(content))

    first, chart, rows = (book.get_sheet_by_index(place).to_python() for place in range(3))
    assert first[0][:2] == ["금액", 400.0]
    assert sorted(row[:2] for row in chart[2:]) == [["대한", 100.0], ["한강", 300.0]]
    assert [row[0] for row in rows[2:]] == ["D0", "D1", "D2", "D3"]
    assert [row[2] for row in rows[2:]] == [300.0, 100.0, 200.0, 999.0]


def test_whom_it_is_only_shared_with_has_it_sent_too(kim: User, deals: Firm, post: Post, built: None) -> None:
    account_on(post.port)
    board, park = made(kim), person("park", "scratch.deal.view", email="park@example.com")
    Dashboard.objects.filter(pk=board.pk).update(audience="all")
    mailing = Mailing.objects.create(dashboard=board, receiver=park)

    assert (jobs.send(mailing.pk), outbox.send()) == (True, 1)
    assert post.whom == [["park@example.com"]]


def test_what_stands_in_its_way_is_told_once_and_it_is_tried_again(
    kim: User, deals: Firm, post: Post, built: None
) -> None:
    with pytest.raises(Refused) as refused:
        sent_daily(kim, made(kim), "xlsx")
    assert refused.value.codes == ["no_mail_account"]
    mailing = Mailing.objects.create(dashboard=Dashboard.objects.get(), receiver=kim, form="xlsx")
    assert [jobs.send(mailing.pk), jobs.send(mailing.pk)] == [False, False]
    (notice,) = Notice.objects.filter(person=kim)
    assert notice.words == "“현황” could not be sent to you" and "no account" in notice.excerpt
    account_on(post.port)
    assert jobs.send(mailing.pk)


def test_who_has_no_address_gets_no_mail(db: Any) -> None:
    lee = person("lee", "dashboards.*", "scratch.*")
    account_on(25)
    with pytest.raises(Refused) as refused:
        commands.send(made(lee), every=Mailing.Every.DAY, form=Mailing.Form.PDF, by=by_of(lee), today=DAY)
    assert refused.value.codes == ["mail_address_missing"]
