"""What a card asks is chosen from what one may see: a view, a pivot from where one looks at it; nothing is typed."""

from __future__ import annotations

import re
from datetime import date

from django.test import Client as Browser

from onmaru.kernel.models import User
from onmaru.office.dashboards.models import Dashboard
from onmaru.office.dashboards.queries import answers, boards
from onmaru.office.dashboards.tests.test_boards import _today, by_of, deals, kim, made, person, texts, told
from onmaru.office.savedviews.models import SavedView
from tests.scratch.models import Firm

__all__ = ["_today", "deals", "kim"]
DAY = date(2026, 11, 27)


def test_a_view_is_chosen_and_goes_on_asking_when_it_is_gone(kim: User, deals: Firm) -> None:
    view = SavedView.objects.create(owner=kim, entity="deals", name="확정", query="state=confirmed")
    board = made(kim)
    browser = Browser()
    browser.force_login(kim)
    picked = browser.get(f"/dashboard/card/of?on={board.pk}").content.decode()
    found = browser.get("/dashboard/card/of?q=확정").content.decode()
    at = f"/dashboard/card?of=view%3A{view.pk}&on={board.pk}"
    page = browser.get(at).content.decode()
    asked = {"on": board.pk, "title": "확정", "kind": "number", "measure": "total", "width": 2}

    assert f"of=view%3A{view.pk}" in picked and "of=list%3Aclients" in picked
    assert f"of=view%3A{view.pk}" in found and "of=list%3Aclients" not in found
    assert 'name="measure"' in page and 'name="query"' not in page and 'name="source"' not in page
    assert browser.post(at, asked).headers["Location"] == f"/dashboard/{board.pk}/"
    card = boards.cards(board)[-1]
    assert (card.view, card.source, card.width, card.ordinal) == (view, "deals", 2, 2)
    assert texts(answers.of(card, by_of(kim), {}, DAY)) == ["1,299"]
    view.delete()
    assert texts(answers.of(boards.cards(board)[-1], by_of(kim), {}, DAY)) == ["1,299"]


def test_a_pivot_is_put_from_where_one_looks_at_it_and_changed_and_taken_off(kim: User, deals: Firm) -> None:
    browser = Browser()
    browser.force_login(kim)
    assert 'value="list:deals"' in browser.get("/deals/?face=pivot").content.decode()
    at = "/dashboard/card?of=list%3Adeals&query=face%3Dpivot%26down%3Dclient%26measure%3Dtotal"
    form = browser.get(at).content.decode()
    assert form.index('value="chart"') < form.index('value="number"')
    assert re.search(r'name="width"[^>]*value="2"', form)
    where = browser.post(at, {"on": "new", "kind": "chart", "measure": "total", "width": 1})
    board = Dashboard.objects.get(owner=kim)
    (card,) = boards.cards(board)
    assert where.headers["Location"] == f"/dashboard/{board.pk}/" and board.name == "My dashboard"
    assert {one.label for one in told(kim, kind="chart", query=card.query, measure="total").bars} == {
        "한강",
        "대한",
    }

    again = browser.post(
        f"/dashboard/card?card={card.pk}", {"kind": "number", "measure": "count", "width": 3}
    )
    assert again.status_code == 302
    (card,) = boards.cards(board)
    assert (card.kind, card.width, card.query) == ("number", 3, "face=pivot&down=client&measure=total")
    browser.post(f"/dashboard/card/{card.pk}/off")
    assert boards.cards(board) == []


def test_nobody_puts_what_they_do_not_see_or_where_they_may_not(kim: User, deals: Firm) -> None:
    board, park = made(kim), person("park", "scratch.client.view")
    hidden = SavedView.objects.create(owner=kim, entity="clients", name="몰래")
    Dashboard.objects.filter(pk=board.pk).update(audience="all")
    browser = Browser()
    browser.force_login(park)
    for of in ("list:deals", f"view:{hidden.pk}", "figure:nowhere", "x"):
        assert browser.get("/dashboard/card", {"of": of}).status_code == 404
    card = boards.cards(board)[0]
    assert browser.get(f"/dashboard/card?card={card.pk}").status_code == 404
    assert browser.post(f"/dashboard/card/{card.pk}/off").status_code == 404
    tried = browser.post("/dashboard/card?of=list%3Aclients", {"on": board.pk, "kind": "list", "width": 1})
    assert tried.status_code == 422 and len(boards.cards(board)) == 2
