"""Lists: sorted, filtered, searched, counted, and paged by key in both directions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from onmaru.kernel import identity
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.workbench import listing
from onmaru.workbench.entity import Entity
from tests.scratch.models import Deal, DealLine, Firm


def walk(entity: Entity, by: Actor, **params: Any) -> list[int]:
    """All ids page by page forwards, checked against the way back."""
    pages = [listing.page(entity, by, params)]
    while pages[-1].next:
        pages.append(listing.page(entity, by, params | {"after": pages[-1].next}))
    back = pages[-1]
    for page in reversed(pages[:-1]):
        assert back.previous is not None
        back = listing.page(entity, by, params | {"before": back.previous})
        assert [row.id for row in back.rows] == [row.id for row in page.rows]
    assert back.previous is None
    return [row.id for page in pages for row in page.rows]


@pytest.mark.parametrize(
    "sort",
    [
        "ordered_on",
        "-ordered_on",
        "promised_on",
        "-promised_on",
        "client",
        "-total",
        "line_count",
        "id",
        "-id",
    ],
)
def test_every_sort_pages_by_key_through_all_records_and_back(
    entity: Entity, by: Actor, twelve: list[Deal], sort: str
) -> None:
    whole = [row.id for row in listing.page(entity, by, {"sort": sort, "limit": "100"}).rows]

    assert walk(entity, by, sort=sort, limit="5") == whole
    assert sorted(whole) == sorted(deal.pk for deal in twelve)


def test_a_list_costs_the_same_few_queries_however_many_rows(
    entity: Entity, by: Actor, twelve: list[Deal]
) -> None:
    with CaptureQueriesContext(connection) as asked:
        page = listing.page(entity, by, {})

    assert len(page.rows) == 12
    assert len(asked) == 2


def test_filters_take_several_values_ranges_words_and_keys(
    entity: Entity, by: Actor, twelve: list[Deal]
) -> None:
    def count(query: str) -> int:
        return len(listing.page(entity, by, QueryDict(query)).rows)

    assert count("client=C1") == 4
    assert count(f"client={twelve[0].client_id}") == 4
    assert count("client.code=C1&client.code=C2") == 12
    assert count("ordered_on__gte=2026.11.03&ordered_on__lte=20261104") == 4
    assert count("way=Web") == 6
    assert count("state__in=draft,confirmed") == 12
    assert count("state__not=draft") == 0
    assert count("promised_on__empty=예") == 3
    assert count("number__contains=-0000") == 9
    assert count("total__gt=10000") == 3
    assert count("urgent=no") == 12


def test_search_folds_hangul_through_the_reference(entity: Entity, by: Actor, twelve: list[Deal]) -> None:
    assert len(listing.page(entity, by, {"q": "ㅅㅅㅈㅈ"}).rows) == 4
    assert len(listing.page(entity, by, {"q": "D-00003"}).rows) == 1


def test_totals_are_those_of_all_pages(entity: Entity, by: Actor, twelve: list[Deal]) -> None:
    page = listing.page(entity, by, {"limit": "2", "way": "web"})

    assert page.count == 6
    (total,) = page.totals
    assert (total.currency, total.sums["total"]) == ("KRW", Decimal("42021.00"))
    assert total.texts["total"] == "42,021"


def test_totals_of_several_currencies_stay_apart(entity: Entity, by: Actor, twelve: list[Deal]) -> None:
    Deal.objects.filter(pk__in=[deal.pk for deal in twelve[:2]]).update(currency="USD")

    totals = listing.page(entity, by, {}).totals

    assert [(total.currency, total.texts["total"]) for total in totals] == [
        ("KRW", "75,037.5"),
        ("USD", "3,001.50"),
    ]


def test_a_dear_count_is_made_only_when_asked(
    entity: Entity, by: Actor, twelve: list[Deal], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "CHEAP", 10)

    assert listing.page(entity, by, {}).count is None
    assert listing.page(entity, by, {"count": "1"}).count == 12


def test_where_there_are_many_for_sure_none_is_read_to_be_counted(
    entity: Entity, by: Actor, twelve: list[Deal], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "CHEAP", 4)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {Deal._meta.db_table}")
    # What it reckons may be old: there are three now, and still it does not begin.
    DealLine.objects.filter(deal__in=twelve[3:]).delete()
    Deal.objects.filter(pk__in=[one.pk for one in twelve[3:]]).delete()

    assert (listing.page(entity, by, {}).count, len(listing.page(entity, by, {}).rows)) == (None, 3)
    assert listing.page(entity, by, {"count": "1"}).count == 3
    assert listing.page(entity, by, {"number": twelve[0].number}).count == 1


def test_every_unreadable_parameter_is_told_at_once(entity: Entity, by: Actor, twelve: list[Deal]) -> None:
    asked = QueryDict("sort=nothing&limit=0&ordered_on=soon&colour=red&fields=secret&state=gone&after=forged")

    with pytest.raises(Refused) as refused:
        listing.page(entity, by, asked)

    assert set(refused.value.codes) == {
        "sort_unknown",
        "limit_invalid",
        "value_unreadable",
        "filter_unknown",
        "column_unknown",
        "choice_unknown",
    }
    lenient = listing.page(entity, by, asked, strict=False)
    assert len(lenient.rows) == 12
    assert {problem.code for problem in lenient.problems} == {*refused.value.codes, "cursor_invalid"}


def test_a_cursor_of_another_order_or_made_up_is_refused(
    entity: Entity, by: Actor, twelve: list[Deal]
) -> None:
    cursor = listing.page(entity, by, {"limit": "5"}).next

    for params in ({"after": cursor, "sort": "total"}, {"after": f"x{cursor}"}):
        with pytest.raises(Refused, match="cursor_invalid"):
            listing.page(entity, by, params)


def test_nothing_is_shown_without_the_permission_or_of_other_companies(
    entity: Entity, by: Actor, twelve: list[Deal], firm: Firm
) -> None:
    stranger = identity.only(by, "scratch.client.view")
    assert listing.page(entity, stranger, {}).rows == []

    elsewhere = identity.Actor(None, "elsewhere", frozenset({"*"}), frozenset({firm.pk + 1}))
    page = listing.page(entity, elsewhere, {})
    assert (page.rows, page.count) == ([], 0)


def test_a_list_is_grouped_with_counts_and_subtotals_by_one_more_query(
    entity: Entity, by: Actor, twelve: list[Deal]
) -> None:
    params = {"group": "client", "fields": "number,client,total", "limit": "100"}
    with CaptureQueriesContext(connection) as plain:
        listing.page(entity, by, {**params, "group": "", "sort": "client"})
    with CaptureQueriesContext(connection) as asked:
        page = listing.page(entity, by, params)
    assert len(asked) == len(plain) + 1
    headed = [row for row in page.rows if row.id in page.groups]
    assert [page.groups[row.id].text for row in headed] == sorted(
        {row.record.client.name for row in page.rows}
    )
    for row in headed:
        mine = [one.record.total for one in page.rows if one.record.client_id == row.record.client_id]
        group = page.groups[row.id]
        assert group.count == len(mine)
        assert sum(total.sums["total"] for total in group.totals) == sum(mine)


def test_any_column_of_the_record_may_be_shown(entity: Entity, by: Actor, twelve: list[Deal]) -> None:
    with CaptureQueriesContext(connection) as asked:
        page = listing.page(entity, by, {"fields": "note,client.code,number"})
    assert [column.name for column in page.columns] == ["note", "client.code", "number"]
    assert len(asked) <= 2
    for wrong in ({"fields": "company.id"}, {"group": "number"}):
        with pytest.raises(Refused) as refused:
            listing.page(entity, by, wrong)
        assert refused.value.codes == ["column_unknown"]


@pytest.mark.parametrize(
    ("params", "first", "last"),
    [
        ({"ordered_on": "2026년 11월"}, "2026-11-01", "2026-11-30"),
        ({"ordered_on": ["2026-11-03", "Q1 2027"]}, "2026-11-03", "2026-11-03"),
        ({"ordered_on__not": "2026-11"}, "2999-01-01", "2999-01-01"),
        ({"ordered_on__lte": "Q3 2026"}, "1900-01-01", "2026-09-30"),
    ],
)
def test_days_are_asked_in_words(
    entity: Entity, by: Actor, twelve: list[Deal], params: dict[str, Any], first: str, last: str
) -> None:
    days = [deal.ordered_on.isoformat() for deal in Deal.objects.all()]
    found = [row.record.ordered_on.isoformat() for row in listing.page(entity, by, params).rows]
    assert sorted(found) == sorted(one for one in days if first <= one <= last)


@pytest.mark.parametrize(
    ("asked", "words"), [("> 1000", "> 1,000"), ("1천 초과", "> 1,000"), ("100~2000", "≥ 100 ≤ 2,000")]
)
def test_amounts_are_asked_in_words(
    entity: Entity, by: Actor, twelve: list[Deal], asked: str, words: str
) -> None:
    page = listing.page(entity, by, {"total": asked, "limit": "100"})
    low, high = (Decimal(100), 2000) if "~" in asked else (Decimal("1000.01"), 10**9)
    assert [row.id for row in page.rows] == [
        row.id for row in listing.page(entity, by, {"limit": "100"}).rows if low <= row.record.total <= high
    ]
    assert page.filters[0].texts == [words]


def test_what_is_empty_is_asked_in_words(entity: Entity, by: Actor, twelve: list[Deal]) -> None:
    for said, empty in (("비어 있음", True), ("not empty", False)):
        page = listing.page(entity, by, {"promised_on": said, "limit": "100"})
        expected = Deal.objects.filter(promised_on__isnull=empty)
        assert {row.id for row in page.rows} == {deal.pk for deal in expected}
