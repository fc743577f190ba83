"""Whole records in place of references: what the caller may see of them, and no query by the row."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from onmaru.kernel.models import RecordRule, Role
from onmaru.office.rest import telling
from onmaru.office.rest.tests.test_api import codes, signed_in
from tests.scratch.models import Client, Deal


def test_a_list_brings_its_customers_and_lines_along(db: Any, twelve: list[Deal]) -> None:
    browser = signed_in("scratch.*")
    row = browser.get("/api/deals?sort=number&limit=1&fields=number&include=client,lines").json()["data"][0]
    assert row["client"] == {
        "id": twelve[0].client_id,
        "label": "㈜삼성전자",
        "code": "C1",
        "name": "㈜삼성전자",
        "is_active": True,
        "version": 1,
    }
    assert [line["item"] for line in row["lines"]] == ["볼트"]
    assert browser.get(f"/api/deals/{twelve[0].pk}?include=client").json()["client"]["code"] == "C1"


def test_what_is_included_costs_a_query_however_many_rows(db: Any, twelve: list[Deal]) -> None:
    browser, counts = signed_in("scratch.*"), []
    for limit in (1, 12):
        with CaptureQueriesContext(connection) as asked:
            plain = browser.get(f"/api/deals?limit={limit}")
        with CaptureQueriesContext(connection) as more:
            whole = browser.get(f"/api/deals?limit={limit}&include=client,company,lines")
        assert (plain.status_code, whole.status_code) == (200, 200)
        counts.append(len(more) - len(asked))
    assert counts == [3, 3]


def test_only_what_the_caller_may_see_is_included(db: Any, twelve: list[Deal]) -> None:
    seen = {"id": twelve[0].client_id, "label": "㈜삼성전자"}
    path = f"/api/deals/{twelve[0].pk}?include=client"
    assert signed_in("scratch.deal.*").get(path).json()["client"] == seen
    browser = signed_in("scratch.*")
    rule = RecordRule.objects.create(role=Role.objects.latest("pk"), kind="scratch.client", hidden=["name"])
    assert browser.get(path).json()["client"].keys() == {"id", "label", "code", "is_active", "version"}
    others = Client.objects.exclude(pk=twelve[0].client_id).first()
    RecordRule.objects.filter(pk=rule.pk).update(reads="values", field="id", values=[str(others.pk)])  # type: ignore[union-attr]
    assert browser.get(path).json()["client"] == seen


@pytest.mark.parametrize("words", ["nothing", "number", "client.name", "lines.item", "lines.x.y.z"])
def test_what_leads_nowhere_is_refused(db: Any, words: str) -> None:
    browser: Browser = signed_in("scratch.*")
    answer = browser.get(f"/api/deals?include=client,{words}")
    assert (answer.status_code, codes(answer)) == (422, {telling.INCLUDE_UNKNOWN().code})
