"""The Korean chart is whole: what a posting relies on is there, once, on the right side."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

CHART = Path(__file__).parent.parent / "data" / "chart_kr.csv"
with CHART.open(encoding="utf-8") as lines:
    ROWS = {row["code"]: row for row in csv.DictReader(lines)}
DEBIT = {"asset", "expense"}


def test_codes_are_unique_and_names_fit_their_columns():
    with CHART.open(encoding="utf-8") as lines:
        assert len(list(csv.DictReader(lines))) == len(ROWS)
    for row in ROWS.values():
        assert 0 < len(row["name_ko"]) <= 60 and 0 < len(row["name_en"]) <= 80
        assert row["source"] in {"convention", "contra rule", "ours"}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_side_follows_kind_unless_it_is_a_deduction(row):
    grows = "debit" if row["kind"] in DEBIT else "credit"
    deducted = bool(row["contra_of"]) or row["code"] in {"376", "383"}
    assert (row["normal"] != grows) == deducted
    if row["contra_of"]:
        assert ROWS[row["contra_of"]]["section"] == row["section"]


@pytest.mark.parametrize(
    ("code", "section", "kind"),
    [
        ("108", "current_asset", "asset"),
        ("150", "inventory", "asset"),
        ("259", "current_liability", "liability"),
        ("331", "capital", "equity"),
        ("404", "sales", "income"),
        ("455", "cost_of_sales", "expense"),
        ("831", "selling_and_administrative", "expense"),
        ("907", "non_operating_income", "income"),
        ("932", "non_operating_expense", "expense"),
        ("998", "income_tax", "expense"),
    ],
)
def test_sections_follow_the_ranges(code, section, kind):
    assert (ROWS[code]["section"], ROWS[code]["kind"]) == (section, kind)


def test_each_posting_role_has_one_account():
    counted = Counter(row["control"] for row in ROWS.values())
    for role in ("advance_received", "advance_paid", "tax_in", "goods_received", "rounding", "opening"):
        assert counted[role] == 1
    assert counted["stock_adjustment"] == counted["stock_variance"] == 1
    assert all(row["section"] == "inventory" for row in ROWS.values() if row["control"] == "stock")
