"""Many items in one request: each by itself, none twice, and no more than who asked may do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from onmaru.kernel import calendars, tokens
from onmaru.kernel.models import Grant, Role, Token, User
from onmaru.office.batches.commands import sent
from onmaru.office.batches.models import Run
from onmaru.office.batches.tests.conftest import worked
from onmaru.office.batches.views import api
from onmaru.office.rest.tests.test_api import codes, send
from tests.scratch.models import Client

CLIENTS = [{"code": "C1", "name": "한빛"}, {"code": "C1", "name": "twice"}, {"name": "no code"}]


@pytest.fixture
def browser(user: User) -> Browser:
    found = Browser()
    found.force_login(user)
    return found


def many(browser: Browser, path: str, items: Any, method: str = "post", **headers: str) -> Any:
    return send(browser, f"clients/bulk{path}", {"items": items}, method, **headers)


def test_each_item_is_answered_by_itself(browser: Browser) -> None:
    answer = many(browser, "", CLIENTS).json()
    assert (answer["total"], answer["done"], answer["refused"], answer["run"]) == (3, 1, 2, None)
    made, twice, bare = answer["items"]
    client = Client.objects.get()
    assert (made["done"], made["id"], made["label"]) == (True, client.pk, "한빛")
    assert [reason["code"] for reason in twice["reasons"]] == ["not_unique"]
    assert [(reason["code"], reason["field"]) for reason in bare["reasons"]] == [("field_required", "code")]


def test_a_request_repeated_under_its_key_does_nothing_twice(browser: Browser) -> None:
    first, again = (many(browser, "", CLIENTS[:1], **{"Idempotency-Key": "k"}).json() for _time in (1, 2))
    assert first == again and Client.objects.count() == 1
    other = many(browser, "", [{"code": "C2", "name": "other"}], **{"Idempotency-Key": "k"}).json()
    assert other["items"][0]["reasons"][0]["code"] == "key_reused"
    assert codes(many(browser, "", [], **{"Idempotency-Key": "k" * 101})) == {"key_unusable"}


def test_many_are_changed_and_acted_on_as_their_versions_allow(browser: Browser) -> None:
    many(browser, "", [{"code": f"C{n}", "name": "old"} for n in range(3)])
    a, b, c = Client.objects.order_by("code")
    items = [
        {"id": a.pk, "version": 1, "name": "new"},
        {"id": b.pk, "version": 9, "name": "new"},
        {"id": c.pk + 99, "name": "new"},
        {"id": c.pk, "version": "x"},
    ]
    told = many(browser, "", items, "patch").json()["items"]
    reasons = [[reason["code"] for reason in one["reasons"]] for one in told]
    assert reasons == [[], ["changed_meanwhile"], ["not_found"], ["field_unknown"]]
    assert set(Client.objects.values_list("name", flat=True)) == {"new", "old"}
    deleted = many(browser, "/delete", [{"id": a.pk}, {"id": b.pk}]).json()
    assert (deleted["done"], Client.objects.count()) == (2, 1)


def test_what_is_large_goes_on_as_a_run_that_its_address_tells(browser: Browser) -> None:
    items = [{"code": f"C{n:03}", "name": f"고객 {n}"} for n in range(api.INLINE)] + CLIENTS[1:]
    answers = [many(browser, "", items, **{"Idempotency-Key": "large"}) for _time in (1, 2)]
    assert [one.status_code for one in answers] == [202, 202]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert codes(many(browser, "", items[1:], **{"Idempotency-Key": "large"})) == {"key_reused"}
    run = worked(Run.objects.get())
    told = browser.get(answers[0].headers["Location"]).json()
    assert (told["state"], told["done"], told["refused"]) == ("done", api.INLINE + 1, 1)
    assert [one["place"] for one in told["items"] if not one["done"]] == [api.INLINE + 1]
    assert told["items"][0]["id"] == Client.objects.get(code="C000").pk
    assert browser.get(f"/runs/{run.pk}/").status_code == 200
    stranger = Browser()
    stranger.force_login(User.objects.create_user("stranger"))
    assert codes(stranger.get(f"/api/bulk/{run.pk}")) == {"not_found"}


def test_what_no_text_may_hold_is_refused_before_it_is_kept(browser: Browser) -> None:
    items: list[dict[str, Any]] = [{"code": f"C{n}", "name": "한빛"} for n in range(api.INLINE + 1)]
    items[3]["name"] = "zero\0sign"
    answer = many(browser, "", items)
    assert answer.status_code == 422
    assert [(one["code"], one["field"]) for one in answer.json()["reasons"]] == [
        ("value_unreadable", "items.3")
    ]
    assert not Run.objects.exists()


def test_a_run_may_no_more_than_the_token_that_began_it(user: User) -> None:
    role = Role.objects.create(code="r", name_ko="역할", name_en="role", permissions=["scratch.client.*"])
    Grant.objects.create(user=user, role=role)
    day = calendars.today()
    token = Token.objects.create(
        user=user, name="t", digest=tokens.digest("s"), role_ids=[role.pk], expires_on=day
    )
    items = [{"code": f"C{n:03}", "name": "x"} for n in range(api.INLINE + 1)]
    headers = {"Authorization": "Bearer s"}
    for _time in (1, 2):
        assert many(Browser(), "", items, **headers).status_code == 202
    first, second = Run.objects.order_by("pk")
    assert worked(first).done == len(items)
    Token.objects.filter(pk=token.pk).update(expires_on=day - timedelta(days=1))
    assert (worked(second).done, second.refused) == (0, len(items))


def test_a_request_that_cannot_be_read_or_is_not_theirs_is_refused(browser: Browser) -> None:
    assert codes(send(browser, "clients/bulk", {"items": {}})) == {sent.ITEMS_UNREADABLE().code}
    assert codes(send(browser, "clients/bulk", {"items": [], "x": 1})) == {"field_unknown"}
    assert codes(many(browser, "", [{}] * (api.MOST + 1))) == {sent.TOO_MANY_ITEMS().code}
    stranger = Browser()
    stranger.force_login(User.objects.create_user("stranger"))
    assert codes(many(stranger, "", CLIENTS)) == {"not_permitted"}
