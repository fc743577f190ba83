"""The REST interface: same answers as the screens, and every refusal as problem+json."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client as Browser

from onmaru.kernel.models import Grant, RecordRule, Role, User
from onmaru.office.rest.views import document
from tests.scratch.models import Client, Deal, Firm


def signed_in(*permissions: str, company: int | None = None) -> Browser:
    user = User.objects.create_user(f"user{User.objects.count()}", language="en")
    role = Role.objects.create(
        code=f"r{user.pk}", name_ko="역할", name_en="role", permissions=list(permissions)
    )
    Grant.objects.create(user=user, role=role, company_id=company)
    browser = Browser()
    browser.force_login(user)
    return browser


@pytest.fixture
def browser(db: Any) -> Browser:
    return signed_in("scratch.*")


def send(browser: Browser, path: str, body: Any = None, method: str = "post", **headers: str) -> Any:
    data = body if isinstance(body, str | bytes) else json.dumps({} if body is None else body)
    return browser.generic(method.upper(), f"/api/{path}", data, "application/json", headers=headers)


def codes(answer: Any) -> set[str]:
    assert answer.headers["Content-Type"] == "application/problem+json"
    return {reason["code"] for reason in answer.json()["reasons"]}


@pytest.fixture
def order(firm: Firm, client_ko: Client) -> dict[str, Any]:
    return {
        "company": firm.pk,
        "client": client_ko.code,
        "ordered_on": "2026-11-22",
        "way": "web",
        "lines": [{"item": "볼트", "quantity": "3", "price": 1000.5, "due_on": "2026-12-01"}],
    }


def test_a_list_and_one_record_tell_what_the_screen_shows(browser: Browser, twelve: list[Deal]) -> None:
    page = browser.get("/api/deals?way=web&sort=number&limit=2&count=1").json()
    one = browser.get(f"/api/deals/{page['data'][0]['id']}")

    assert (page["count"], len(page["data"]), page["totals"]) == (
        6,
        2,
        [{"currency": "KRW", "sums": {"total": "42021"}}],
    )
    assert page["data"][0]["client"] == {"id": twelve[1].client_id, "label": "한빛상사"}
    assert one.json()["lines"][0]["price"] == "1000.5"
    assert one.headers["ETag"] == '"1"'
    following = browser.get(
        f"/api/deals?way=web&sort=number&limit=2&fields=number&after={page['next']}"
    ).json()
    assert following["data"][0].keys() == {"id", "number"}


def test_a_record_is_created_once_for_a_key_and_previewed_without_a_trace(
    browser: Browser, order: dict[str, Any]
) -> None:
    preview = send(browser, "deals?dry_run=true", order)
    assert (preview.status_code, preview.json()["dry_run"], Deal.objects.count()) == (200, True, 0)

    first = send(browser, "deals", order, **{"Idempotency-Key": "k-1"})
    again = send(browser, "deals", order, **{"Idempotency-Key": "k-1"})
    other = send(browser, "deals", order | {"way": "shop"}, **{"Idempotency-Key": "k-1"})

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    assert first.headers["Location"] == f"/api/deals/{first.json()['id']}"
    assert first.json()["total"] == "3001.5"
    assert (other.status_code, codes(other)) == (409, {"key_reused"})
    assert codes(send(browser, "deals", order, **{"Idempotency-Key": "k" * 200})) == {"key_unusable"}


def test_a_change_names_the_version_it_is_based_on(browser: Browser, order: dict[str, Any]) -> None:
    made = send(browser, "deals", order).json()
    path = f"deals/{made['id']}"

    changed = send(browser, path, {"note": "서둘러", "pieces": 5}, "patch", **{"If-Match": '"1"'})
    behind = send(browser, path, {"note": "늦음"}, "patch", **{"If-Match": '"1"'})

    assert (changed.status_code, changed.json()["note"], changed.headers["ETag"]) == (200, "서둘러", '"2"')
    assert len(changed.json()["lines"]) == 1
    assert (behind.status_code, codes(behind)) == (409, {"changed_meanwhile"})


def test_text_is_read_as_people_type_it_for_who_asks_for_that(
    browser: Browser, order: dict[str, Any]
) -> None:
    path = f"deals/{send(browser, 'deals', order).json()['id']}"
    typed = {"pieces": "２０", "urgent": "예", "ordered_on": "26.3.5", "way": "Shop", "tags": "a; b"}

    assert codes(send(browser, path, typed, "patch")) == {"value_unreadable"}
    read = send(browser, path, typed, "patch", Prefer="handling=lenient").json()
    assert {name: read[name] for name in typed} == {
        "pieces": 20,
        "urgent": True,
        "ordered_on": "2026-03-05",
        "way": "shop",
        "tags": ["a", "b"],
    }
    wrong = send(browser, path, {"pieces": [1], "urgent": "글쎄"}, "patch", Prefer="handling=lenient")
    assert {reason["field"] for reason in wrong.json()["reasons"]} == {"pieces", "urgent"}


def test_actions_are_addresses_that_show_their_effects_first(browser: Browser, order: dict[str, Any]) -> None:
    made = send(browser, "deals", order).json()
    path = f"deals/{made['id']}"

    preview = send(browser, f"{path}/confirm?dry_run=1")
    done = send(browser, f"{path}/confirm")
    twice = send(browser, f"{path}/confirm")
    parts = [{"line": made["lines"][0]["id"], "quantity": 2}]
    delivered = send(browser, f"{path}/deliver", {"parts": parts, "urgent": True})

    assert preview.json()["effects"][0]["kind"] == "confirmation"
    assert done.json()["record"]["state"] == "confirmed"
    assert (twice.status_code, codes(twice)) == (409, {"move_not_allowed"})
    assert delivered.json()["record"]["urgent"] is True
    missing = send(browser, f"{path}/cancel")
    assert (missing.status_code, missing.json()["reasons"][0]["field"]) == (422, "reason")


def test_every_reason_comes_at_once_with_its_field(browser: Browser, order: dict[str, Any]) -> None:
    lines = [{"item": "x" * 41, "quantity": "many"}, {"item": "a", "quantity": 1, "colour": "red"}, 5]
    wrong = {
        "company": 999,
        "client": "C9",
        "way": "boat",
        "lines": lines,
        "secret": 1,
        "urgent": "yes",
        "note": "\0",
    }

    answer = send(browser, "deals", wrong)

    told = {reason["field"]: reason["code"] for reason in answer.json()["reasons"]}
    assert answer.status_code == 422
    assert told == {
        "company": "reference_unknown",
        "client": "reference_unknown",
        "way": "value_unreadable",
        "urgent": "value_unreadable",
        "note": "value_unreadable",
        "secret": "field_unknown",
        "lines": "value_unreadable",
        "lines.2": "value_unreadable",
    }
    way = next(reason["message"] for reason in answer.json()["reasons"] if reason["field"] == "way")
    assert "boat" in way
    assert "shop, web" in way
    cells = send(browser, "deals", order | {"lines": lines[:2]}).json()["reasons"]
    assert {reason["field"]: reason["code"] for reason in cells} == {
        "lines.0.item": "value_too_long",
        "lines.0.quantity": "value_unreadable",
        "lines.1.colour": "field_unknown",
    }


def test_who_may_not_is_told_so(browser: Browser, twelve: list[Deal], firm: Firm) -> None:
    viewer = signed_in("scratch.deal.view")
    path = f"/api/deals/{twelve[0].pk}"

    assert (Browser().get(path).status_code, codes(Browser().get(path))) == (401, {"sign_in_needed"})
    assert codes(signed_in("scratch.client.view").get(path)) == {"not_permitted"}
    assert viewer.get(path).status_code == 200
    refused = send(viewer, f"deals/{twelve[0].pk}/confirm")
    assert (refused.status_code, codes(refused)) == (403, {"not_permitted"})
    elsewhere = signed_in("scratch.*", company=firm.pk + 1)
    assert (elsewhere.get(path).status_code, elsewhere.get("/api/deals").json()["data"]) == (404, [])
    strict = Browser(enforce_csrf_checks=True)
    strict.force_login(User.objects.get(username="user0"))
    assert codes(send(strict, f"deals/{twelve[0].pk}/confirm")) == {"csrf_failed"}


@pytest.mark.parametrize(
    "path", ["deals/0", "deals/x", f"deals/{10**30}", "nothing", "deals/1/2/3", "deals/%00"]
)
def test_what_is_not_there_is_not_found(browser: Browser, path: str) -> None:
    answer = browser.get(f"/api/{path}")

    assert (answer.status_code, codes(answer)) == (404, {"not_found"})


@pytest.mark.parametrize("body", ["", "{", "[]", '"x"', '{"client": "\\ud800"}', "\xff"])
def test_a_body_that_is_no_object_is_refused(browser: Browser, body: str, firm: Firm) -> None:
    answer = send(browser, "deals", body.encode("latin-1"))

    expected = (422, "field_required") if body == "" else (400, "body_unreadable")
    assert (answer.status_code, codes(answer)) == (expected[0], {expected[1]})


def test_a_body_too_large_to_read_is_refused(browser: Browser, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10

    answer = send(browser, "deals", {"note": "x" * 100})

    assert (answer.status_code, codes(answer)) == (413, {"body_too_large"})


def test_the_document_describes_every_answer(browser: Browser) -> None:
    told = browser.get("/api/openapi.json").json()

    assert told["openapi"].startswith("3.1")
    create = told["paths"]["/api/deals"]["post"]
    assert set(create["responses"]) == {"200", "201", "400", "401", "403", "404", "409", "413", "422", "429"}
    assert list(create["responses"]["422"]["content"]) == ["application/problem+json"]
    new = told["components"]["schemas"]["DealsNew"]
    assert set(new["required"]) == {"company", "client"}
    assert new["properties"]["way"]["anyOf"][0]["enum"]
    assert "/api/deals/{record_id}/confirm" in told["paths"]


def test_the_document_says_what_its_reader_may_see_and_is_made_anew_only_where_that_differs(
    browser: Browser,
) -> None:
    whole = browser.get("/api/openapi.json").json()
    RecordRule.objects.create(role=Role.objects.get(), kind="scratch.deal", hidden=["note"])
    known = document._part.cache_info().misses
    narrowed = browser.get("/api/openapi.json").json()
    assert document._part.cache_info().misses == known + 1
    properties = [one["components"]["schemas"]["Deals"]["properties"].keys() for one in (whole, narrowed)]
    assert properties[0] - properties[1] == {"note"}
    assert "note" not in narrowed["components"]["schemas"]["DealsNew"]["properties"]
    assert narrowed["paths"].keys() == whole["paths"].keys()
    wrong = Browser().get("/api/openapi.json", headers={"Authorization": "Bearer wrong"})
    assert (wrong.status_code, codes(wrong)) == (401, {"sign_in_needed"})
    assert Browser().get("/api/openapi.json").status_code == 200
