"""The words that a rule can be made of, as its form offers them."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from onmaru.kernel import identity
from onmaru.kernel.models import Grant, RecordRule, Role, User
from onmaru.office.processes.models import Process
from onmaru.office.savedviews.models import SavedView
from tests.scratch import commands as scratch

pytestmark = pytest.mark.django_db


def row(browser: Browser, kind: str, query: str = "") -> str:
    return browser.get("/rules/filter", {"kind": kind, "query": query}).content.decode()


def ask(browser: Browser, kind: str) -> dict[str, dict[str, str]]:
    answer = browser.get("/rules/words", {"kind": kind})
    assert answer.status_code == 200
    return {name: dict(words) for name, words in answer.json().items()}


def test_fields_states_actions_and_people_are_offered_by_what_they_are_called() -> None:
    user = User.objects.create_user("kim", full_name="김하늘", language="ko", is_superuser=True)
    Role.objects.create(code="sales", name_ko="영업", name_en="Sales", permissions=[])
    for name, state in (("수주 심사", "active"), ("그리는 중", "draft")):
        Process.objects.create(name=name, kind="scratch.deal", owner=user, state=state)
    browser = Browser()
    browser.force_login(user)
    words = ask(browser, "scratch.deal")
    assert list(words["do.process"]) == ["수주 심사"]
    assert words["state"]["confirmed"] == "수주 확정"
    assert {"confirm", "cancel"} <= words["command"].keys()
    assert words["do.command"]["confirm"] == words["command"]["confirm"]
    assert "total" in words["changed"] and "note" in words["do.field"]
    assert {"ordered_on", "promised_on"} <= words["date"].keys()
    assert (words["whom"]["kim"], words["whom"]["role:sales"]) == ("김하늘", "영업")
    assert ask(browser, "no.such") == ask(browser, "") == {}


def test_what_one_may_not_see_or_do_is_not_offered() -> None:
    user = User.objects.create_user("park")
    role = Role.objects.create(code="r", name_ko="역할", name_en="role", permissions=["scratch.deal.view"])
    making = Role.objects.create(code="m", name_ko="규칙", name_en="rules", permissions=["automation.rule.*"])
    RecordRule.objects.create(role=role, kind="scratch.deal", hidden=["total"])
    Grant.objects.create(user=user, role=role)
    browser = Browser()
    browser.force_login(user)
    for address in ("/rules/words", "/rules/filter"):
        assert browser.get(address, {"kind": "scratch.deal"}).status_code == 403
    Grant.objects.create(user=user, role=making)
    words = ask(browser, "scratch.deal")
    assert "total" not in words["changed"]
    assert not words["do.command"]
    assert ask(browser, "scratch.client") == {}
    assert 'name="state"' in row(browser, "scratch.deal")
    assert 'name="total__gte"' not in row(browser, "scratch.deal", "total=3")
    assert "chips" not in row(browser, "scratch.client")


def test_the_filter_stands_as_it_was_picked_and_says_how_many_it_finds() -> None:
    kim = User.objects.create_user("kim", language="en", is_superuser=True)
    for code, name in (("A", "한빛"), ("B", "한울"), ("C", "새봄")):
        scratch.create_client(code=code, name=name, by=identity.house())
    asked = "state=draft&sort=number&face=board"
    SavedView.objects.create(owner=kim, name="Open ones", entity="deals", query=asked)
    browser = Browser()
    browser.force_login(kim)
    assert "2 records at the moment" in row(browser, "scratch.client", "name__contains=한")
    drawn = row(browser, "scratch.deal", "https://house/deals/?state=draft&after=x")
    assert '<option value="state=draft" selected>Open ones</option>' in drawn
    assert 'value="draft" checked' in drawn
    assert "no filter" in row(browser, "scratch.deal", "nothing=1")
