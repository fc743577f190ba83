"""Reading what people type and showing what is stored."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone, translation

from onmaru.kernel import identity
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.workbench import columns, shown, values
from onmaru.workbench.fields import Field, Kind
from onmaru.workbench.references import References
from tests.scratch import commands
from tests.scratch.models import Client, Deal, DealLine, Firm

WAYS = (("shop", "Shop"), ("web", "Web"))


def field(kind: Kind, **more: Any) -> Field:
    return Field("field", "Field", kind, **more)


def read(kind: Kind, raw: Any, by: Actor | None = None, **more: Any) -> Any:
    return values.read(field(kind, **more), raw, References(by))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("date", "2026-11-22", date(2026, 11, 22)),
        ("date", "2026.11.22", date(2026, 11, 22)),
        ("date", "2026. 1. 2.", date(2026, 1, 2)),
        ("date", "20261122", date(2026, 11, 22)),
        ("date", "2026년 11월 22일", date(2026, 11, 22)),
        ("date", "2026년11월22일(일)", date(2026, 11, 22)),
        ("date", "2026-11-22 00:00:00", date(2026, 11, 22)),
        ("date", datetime(2026, 11, 22, 9), date(2026, 11, 22)),
        ("date", "26-03-05", date(2026, 3, 5)),
        ("date", "26. 3. 5.", date(2026, 3, 5)),
        ("date", "２６．３．５", date(2026, 3, 5)),
        ("date", "’26.3.5", date(2026, 3, 5)),
        ("date", "260305", date(2026, 3, 5)),
        ("date", 260305, date(2026, 3, 5)),
        ("date", "2026년 3월 5일", date(2026, 3, 5)),
        ("date", "26년 3월 5일(목요일)", date(2026, 3, 5)),
        ("date", "49-12-31", date(2049, 12, 31)),
        ("date", "50-01-01", date(1950, 1, 1)),
        ("date", "99/12/31", date(1999, 12, 31)),
        ("date", "2026-03-05 오전 12:00:00", date(2026, 3, 5)),
        ("date", "46086", date(2026, 3, 5)),
        ("date", 46086.0, date(2026, 3, 5)),
        ("time", "오후 3시 5분", time(15, 5)),
        ("time", "9:30", time(9, 30)),
        ("time", "3:05 PM", time(15, 5)),
        ("time", "15시", time(15)),
        ("money", "1,234,500.50", Decimal("1234500.50")),
        ("money", "△1,234", Decimal(-1234)),
        ("money", "(1,234)", Decimal(-1234)),
        ("money", "₩120만", Decimal(1_200_000)),
        ("money", "1,234원", Decimal(1234)),
        ("money", "₩1,234", Decimal(1234)),
        ("money", "￦ -1,234", Decimal(-1234)),
        ("money", "（１，２３４）", Decimal(-1234)),
        ("money", "1,234-", Decimal(-1234)),
        ("money", "1,234−", Decimal(-1234)),
        ("money", "+1,234", Decimal(1234)),
        ("quantity", "１２", Decimal(12)),
        ("money", 0.1, Decimal("0.1")),
        ("money", "-0", Decimal(0)),
        ("quantity", "1.250", Decimal("1.25")),
        ("integer", "1,234", 1234),
        ("integer", 12.0, 12),
        ("boolean", "예", True),
        ("boolean", "아니오", False),
        ("boolean", "", False),
        ("text", 1234.0, "1234"),
        ("text", "  ㈜온마루 ", "㈜온마루"),
        ("json", "a, b,,c", ["a", "b", "c"]),
        ("json", "a@x.kr; b@x.kr", ["a@x.kr", "b@x.kr"]),
        ("datetime", "2026-11-22T09:30:00Z", datetime(2026, 11, 22, 9, 30, tzinfo=UTC)),
    ],
)
def test_what_people_type_is_read(kind: Kind, raw: Any, value: Any) -> None:
    assert read(kind, raw) == value


@pytest.mark.parametrize(
    ("kind", "raw", "code", "more"),
    [
        ("date", "2026-02-30", "value_unreadable", {}),
        ("date", "22/11/26", "date_ambiguous", {}),
        ("date", "05/03/26", "date_ambiguous", {}),
        ("date", "26-13-05", "value_unreadable", {}),
        ("date", "261305", "value_unreadable", {}),
        ("date", "2605", "value_unreadable", {}),
        ("date", "46086.5", "value_unreadable", {}),
        ("date", "2026-03-05 오후 3:05", "value_unreadable", {}),
        ("time", "25:00", "value_unreadable", {}),
        ("money", "-", "value_unreadable", {}),
        ("date", "2026-11-22 tomorrow", "value_unreadable", {}),
        ("money", "NaN", "value_unreadable", {}),
        ("money", "1.234,56", "value_unreadable", {}),
        ("money", True, "value_unreadable", {}),
        ("money", "0.125", "value_too_precise", {"digits": 2}),
        ("money", "1e-99999999", "value_too_precise", {"digits": 2}),
        ("money", "1e99999999", "value_out_of_range", {"whole_digits": 16}),
        ("integer", "1.5", "value_unreadable", {}),
        ("integer", "40000", "value_out_of_range", {"limits": (-32768, 32767)}),
        ("boolean", "maybe", "value_unreadable", {}),
        ("text", "abcd", "value_too_long", {"max_length": 3}),
        ("text", "a\0b", "value_unreadable", {}),
        ("text", "", "field_required", {}),
        ("choice", "boat", "choice_unknown", {"choices": WAYS}),
        ("datetime", "9999-12-31T23:59:59-12:00", "value_unreadable", {}),
        ("datetime", "noon", "value_unreadable", {}),
        ("json", 5, "value_unreadable", {}),
        ("json", {"a": 1}, "value_unreadable", {"listed": True}),
        ("json", ["a", {"b": 1}], "value_unreadable", {"listed": True}),
        ("json", ["a", None], "value_unreadable", {"listed": True}),
        ("json", ["a", True], "value_unreadable", {"listed": True}),
        ("lines", "x", "value_unreadable", {}),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(
    kind: Kind, raw: Any, code: str, more: Mapping[str, Any]
) -> None:
    with pytest.raises(Refused) as refused:
        read(kind, raw, **more)

    assert refused.value.codes == [code]
    assert refused.value.reasons[0].field == "field"


def test_a_moment_without_a_zone_is_meant_where_the_person_is() -> None:
    with timezone.override("Asia/Seoul"):
        noon = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
        assert read("datetime", "2026-11-22 12:00") == noon
        assert read("datetime", "2026년 11월 22일 오후 12:00") == noon
        assert read("datetime", "2026-11-22") == datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
        assert read("datetime", "26.11.22 (일) 오후 12시") == noon
        assert read("datetime", "46348.5") == noon  # as Excel counts


def test_a_choice_is_known_by_its_words_in_both_languages() -> None:
    choices = tuple(Deal.State.choices)
    with translation.override("en"):
        assert read("choice", "Draft", choices=choices) == "draft"
        assert read("choice", "CONFIRMED", choices=choices) == "confirmed"
    for cell in ("Shop; web", "shop；Web", "shop, web", "shop\nweb"):
        assert read("choice", cell, choices=WAYS, many=True) == ["shop", "web"]


def test_a_record_is_known_by_id_code_or_name(by: Actor, client_ko: Client) -> None:
    commands.create_client(by=by, code="C2", name="같은이름")
    commands.create_client(by=by, code="C3", name="같은이름")

    assert read("reference", client_ko.pk, by, model=Client) == client_ko
    assert read("reference", "C1", by, model=Client) == client_ko
    assert read("reference", "㈜삼성전자", by, model=Client) == client_ko
    assert read("reference", {"id": client_ko.pk, "label": "x"}, by, model=Client) == client_ko
    for raw, code in [
        ("같은이름", "reference_ambiguous"),
        ("C9", "reference_unknown"),
        (2**70, "reference_unknown"),
    ]:
        with pytest.raises(Refused, match=code):
            read("reference", raw, by, model=Client)


def test_nobody_names_a_record_that_is_not_theirs_to_see(by: Actor, twelve: list[Deal]) -> None:
    deal = twelve[0]
    line = deal.lines.get()
    elsewhere = identity.Actor(None, "elsewhere", frozenset({"*"}), frozenset({deal.company_id + 1}))
    blind = identity.only(by, "scratch.client.view")

    assert read("reference", line.pk, by, model=DealLine) == line
    for actor in (elsewhere, blind):
        for raw, model in ((deal.pk, Deal), (deal.number, Deal), (line.pk, DealLine)):
            with pytest.raises(Refused, match="reference_unknown"):
                read("reference", raw, actor, model=model)


def test_an_emptied_field_holds_what_its_column_can() -> None:
    assert values.read(field("text", required=False), " ", References(None)) == ""  # type: ignore[arg-type]
    assert read("date", "", required=False) is None
    assert read("money", "", required=False, default=Decimal(5)) == Decimal(5)
    assert read("money", "", required=False, default=Decimal(5), keeps_empty=True) is None


def test_all_cells_of_all_lines_are_refused_together(by: Actor) -> None:
    cells = (Field("item", "Item"), Field("quantity", "Quantity", "quantity"))
    lines = Field("lines", "Lines", "lines", lines=cells)

    found, reasons = values.read_all(
        [lines], {"lines": [{"item": ""}, {"item": "a", "quantity": "x"}]}, References(by)
    )

    assert found == {}
    assert [(reason.field, reason.code) for reason in reasons] == [
        ("lines.0.item", "field_required"),
        ("lines.0.quantity", "field_required"),
        ("lines.1.quantity", "value_unreadable"),
    ]


def test_values_are_shown_as_people_read_them(firm: Firm) -> None:
    def show(name: str, value: Any) -> str:
        deal = Deal(company=firm, currency="USD")
        return shown.show(columns.column_of(Deal._meta.get_field(name)), value, deal)  # type: ignore[arg-type]

    with translation.override("en"), timezone.override("Asia/Seoul"):
        assert show("total", Decimal("1234.5000")) == "1,234.50"
        assert show("pieces", 12345) == "12,345"
        assert show("ordered_on", date(2026, 11, 22)) == "2026-11-22"
        assert show("seen_at", datetime(2026, 11, 22, 15, 0, tzinfo=UTC)) == "2026-11-23 00:00"
        assert show("state", "draft") == "Draft"
        assert show("urgent", True) == "Yes"
        assert show("company", firm) == "온마루"
        assert show("tags", ["a", "b"]) == "a, b"
        assert show("promised_on", None) == ""
    assert shown.amount(Decimal("-0.00"), "KRW") == "0"
    assert shown.amount(Decimal("1000.2500"), "KRW") == "1,000.25"
