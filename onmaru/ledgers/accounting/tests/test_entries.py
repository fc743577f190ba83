"""Posting and reversing: what is refused, and what stands in the ledger afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from onmaru.kernel import identity, refusals
from onmaru.kernel.models import AuditRow
from onmaru.ledgers.accounting import rules
from onmaru.ledgers.accounting.commands import accounts, entries, matching, reversals
from onmaru.ledgers.accounting.models import Account, Entry, Line, OpenItem
from onmaru.ledgers.accounting.queries import balances, documents
from onmaru.ledgers.accounting.rules import DraftLine
from onmaru.masters.site import commands as site
from tests import companies
from tests.companies import BY, DAY
from tests.proofs import clean, credit, debit, post, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> companies.World:
    return companies.build()


def test_an_entry_is_numbered_dated_and_says_who_posted_it(world: companies.World) -> None:
    clerk = replace(BY, user_id=3, name="박회계")
    entry = post(world.company, debit("101", "700"), credit("103", "700"), memo="시재 보충", by=clerk)
    stored = Entry.objects.get(pk=entry.pk)
    assert (stored.number, stored.posted_on, stored.posted_by, stored.posted_by_id, stored.memo) == (
        "JE-2026-000001",
        DAY,
        "박회계",
        3,
        "시재 보충",
    )
    assert str(stored.period) == "2026-03"
    lines = stored.lines.order_by("ordinal").values_list(
        "account__code", "debit", "credit", "currency", "amount_currency"
    )
    assert list(lines) == [("101", 700, 0, "KRW", 700), ("103", 0, 700, "KRW", -700)]
    assert AuditRow.objects.filter(command="accounting.entry.create", subject_id=entry.pk).exists()
    clean()


def test_a_clerk_types_rows_of_accounts_and_parties(world: companies.World) -> None:
    code = {one.code: one for one in Account.objects.filter(company=world.company)}
    customer = world.customer()
    rows = [
        {
            "account": code["108"],
            "debit": Decimal(300),
            "party": customer,
            "due_on": date(2026, 5, 1),
            "memo": "외상",
        },
        {"account": code["404"], "debit": None, "credit": Decimal(300)},
    ]
    entry = entries.create(company=world.company, posted_on=DAY, lines=rows, memo="일반전표", by=BY)
    owed, sold = entry.lines.order_by("ordinal")
    assert (owed.debit, owed.party, owed.due_on, owed.memo) == (300, customer, date(2026, 5, 1), "외상")
    assert (sold.credit, sold.party, entry.source_kind) == (300, None, "site.company")
    with refused(refusals.FIELD_REQUIRED, at="lines.0.account"):
        entries.create(company=world.company, posted_on=DAY, lines=[{"debit": Decimal(5)}], by=BY)
    with refused(rules.ENTRY_EMPTY, rules.LINE_ONE_SIDED):
        entries.create(company=world.company, posted_on=DAY, lines=[{"account": code["108"]}], by=BY)
    clean()


def test_a_role_stands_for_its_account_and_dimensions_are_kept(world: companies.World) -> None:
    customer, bolt = world.customer(), world.product("B1")
    units = {
        kind: accounts.create_cost_object(company=world.company, kind=kind, code="X", name="영업1팀", by=BY)
        for kind in ("department", "project")
    }
    where = {"department": units["department"].pk, "project": units["project"].pk}
    entry = post(
        world.company,
        debit("receivable", "1100", party=customer.pk, due_on=date(2026, 4, 9)),
        credit("404", "1000", product=bolt.pk, memo="볼트", **where),
        credit("tax_output", "100"),
    )
    owed, sold, tax = entry.lines.order_by("ordinal").select_related("account")
    assert [one.account.code for one in (owed, sold, tax)] == ["108", "404", "255"]
    assert (owed.party_id, owed.due_on) == (customer.pk, date(2026, 4, 9))
    assert (sold.product_id, sold.department_id, sold.project_id, sold.memo) == (
        bolt.pk,
        units["department"].pk,
        units["project"].pk,
        "볼트",
    )
    item = OpenItem.objects.get()
    assert (item.line_id, item.amount, item.remaining, item.remaining_base, item.due_on) == (
        owed.pk,
        1100,
        1100,
        1100,
        date(2026, 4, 9),
    )
    clean()


def test_all_that_is_wrong_with_the_lines_is_said_at_once(world: companies.World) -> None:
    wrong = [DraftLine("101", debit=Decimal(1), credit=Decimal(1)), debit("101", "-5"), credit("103", "0")]
    sided = rules.LINE_ONE_SIDED
    with refused(sided, sided, sided, rules.LINE_TOO_FINE, sided, at="lines.0"):
        post(world.company, *wrong, debit("101", "0.5"), credit("103", "-4.5"))
    with refused(rules.ENTRY_EMPTY, rules.ENTRY_UNBALANCED):
        post(world.company, debit("101", "5"))
    with refused(rules.ENTRY_EMPTY):
        post(world.company)
    with refused(rules.ENTRY_UNBALANCED) as caught:
        post(world.company, debit("101", "5"), credit("103", "3"))
    assert caught.value.reasons[0].params == {"debit": 5, "credit": 3, "difference": 2}
    assert not Entry.objects.exists() and not Line.objects.exists()


def test_amounts_are_as_fine_as_the_companys_currency() -> None:
    dollars = companies.build(currency="USD").company
    post(dollars, debit("101", "0.01"), credit("103", "0.01"))
    with refused(rules.LINE_TOO_FINE, rules.LINE_TOO_FINE):
        post(dollars, debit("101", "0.005"), credit("103", "0.005"))


@pytest.mark.parametrize("codes", [("nowhere", "103"), ("101", "nowhere"), ("nowhere", "neither")])
def test_an_unknown_account_is_named(world: companies.World, codes: tuple[str, str]) -> None:
    missing = sorted(set(codes) - {"101", "103"})
    with refused(*[rules.ACCOUNT_UNKNOWN] * len(missing)) as caught:
        post(world.company, debit(codes[0], "5"), credit(codes[1], "5"))
    assert [one.params["account"] for one in caught.value.reasons] == missing
    assert not Entry.objects.exists()


def test_a_retired_account_is_not_posted_to_under_its_code_or_its_role(world: companies.World) -> None:
    accounts.edit(Account.objects.get(company=world.company, code="103"), by=BY, is_active=False)
    for name in ("103", "bank"):
        with refused(rules.ACCOUNT_UNKNOWN) as caught:
            post(world.company, debit(name, "5"), credit("404", "5"))
        assert caught.value.reasons[0].params["account"] == name


def test_another_companys_accounts_are_not_known_here(world: companies.World) -> None:
    other = site.companies.create(by=BY, code="B", name="다른 회사")
    accounts.create(
        by=BY, company=other, code="9999", name_ko="가", name_en="a", kind="asset", normal="debit"
    )
    with refused(rules.ACCOUNT_UNKNOWN):
        post(world.company, debit("9999", "5"), credit("101", "5"))


def test_an_account_of_open_items_needs_a_party(world: companies.World) -> None:
    with refused(rules.PARTY_NEEDED):
        post(world.company, debit("receivable", "5"), credit("404", "5"))
    with refused(rules.PARTY_NEEDED):
        post(world.company, debit("101", "5"), credit("259", "5"))
    assert not Entry.objects.exists()


def test_an_account_that_goods_keep_is_not_posted_by_hand(world: companies.World) -> None:
    cash, goods = (Account.objects.get(company=world.company, code=code) for code in ("101", "150"))
    rows = [{"account": cash, "debit": Decimal(5)}, {"account": goods, "credit": Decimal(5)}]
    with refused(rules.KEPT_BY_STOCK, at="lines.1.account"):
        entries.create(company=world.company, posted_on=DAY, lines=rows, by=BY)
    assert not Entry.objects.exists()


def test_a_day_without_books_and_a_wrong_account_are_both_said(world: companies.World) -> None:
    with refused(rules.PERIOD_MISSING, rules.ACCOUNT_UNKNOWN, at="posted_on"):
        post(world.company, debit("101", "5"), credit("x", "5"), on=date(2031, 1, 1))


def test_a_permission_is_asked_and_another_companys_books_are_not_found(world: companies.World) -> None:
    lines = [debit("101", "5"), credit("103", "5")]
    with refused(refusals.NOT_PERMITTED):
        post(world.company, *lines, by=identity.only(BY, "accounting.account.create"))
    with refused(refusals.NOT_FOUND):
        post(world.company, *lines, by=replace(BY, companies=frozenset()))


def test_a_dry_run_shows_the_entry_and_posts_nothing(world: companies.World) -> None:
    preview = post(world.company, debit("101", "5"), credit("103", "5"), dry_run=True)
    assert preview.effects == [
        {
            "kind": "accounting.entry",
            "company": world.company.pk,
            "currency": "KRW",
            "posted_on": DAY,
            "lines": [
                {"account": "101", "account_name": "101 현금", "debit": 5, "credit": 0},
                {"account": "103", "account_name": "103 보통예금", "debit": 0, "credit": 5},
            ],
        }
    ]
    assert not Entry.objects.exists()


def test_a_reversal_mirrors_every_line_on_the_day_asked(world: companies.World) -> None:
    customer = world.customer()
    entry = post(world.company, debit("108", "900", party=customer.pk), credit("404", "900"))
    back = reversals.reverse(entry, posted_on=date(2026, 4, 1), reason="착오", by=BY)
    assert (back.reversal_of, back.posted_on, back.memo) == (entry, date(2026, 4, 1), "착오")
    lines = (
        Line.objects.filter(entry=back)
        .order_by("ordinal")
        .values_list("account__code", "debit", "credit", "party_id")
    )
    assert list(lines) == [("108", 0, 900, customer.pk), ("404", 900, 0, None)]
    assert balances.balance(world.company, "404", on=date(2026, 3, 31)) == -900
    assert balances.balance(world.company, "404", on=date(2026, 4, 1)) == 0
    # What it undoes is no longer anybody's debt, nor the reversal anybody's credit.
    assert set(OpenItem.objects.values_list("remaining", "remaining_base")) == {(0, 0)}
    clean()


def test_an_entry_is_reversed_once_and_documents_are_undone_by_their_documents(
    world: companies.World,
) -> None:
    entry = post(world.company, debit("101", "5"), credit("103", "5"))
    back = reversals.reverse(entry, posted_on=DAY, by=BY)
    with refused(reversals.ALREADY_REVERSED):
        reversals.reverse(entry, posted_on=DAY, by=BY)
    again = reversals.reverse(back, posted_on=DAY, by=BY)
    assert again.reversal_of == back
    world.receive(world.product("B1"), "3")
    with refused(reversals.BELONGS_TO_DOCUMENT):
        reversals.reverse(Entry.objects.latest("id"), posted_on=DAY, by=BY)
    clean()


def test_an_entry_with_settled_items_is_not_reversed(world: companies.World) -> None:
    customer = world.customer()
    owed = post(world.company, debit("108", "900", party=customer.pk), credit("404", "900"))
    paid = post(world.company, debit("103", "400"), credit("108", "400", party=customer.pk))
    items = list(OpenItem.objects.order_by("pk"))
    matching.match(company=world.company, items=items, matched_on=DAY, by=BY)
    for entry in (owed, paid):
        with refused(matching.ITEM_SETTLED):
            reversals.reverse(entry, posted_on=DAY, by=BY)
    clean()


def test_a_reversal_in_a_closed_month_is_refused_like_any_posting(world: companies.World) -> None:
    entry = post(world.company, debit("101", "5"), credit("103", "5"))
    with refused(rules.PERIOD_MISSING):
        reversals.reverse(entry, posted_on=date(2031, 1, 1), by=BY)


def test_the_documents_entries_are_found_in_order(world: companies.World) -> None:
    document = world.receive(world.product("B1"), "3", "600")
    (entry,) = documents.entries_of(document)
    lines = entry.lines.order_by("ordinal").values_list("account__code", "debit", "credit")
    assert [code for code, _debit, _credit in lines][:1] == ["150"] and len(lines) == 2
    assert lines[0][1:] == (1800, 0)


def test_the_rate_of_a_day_is_the_latest_not_after_it() -> None:
    for day, value in ((date(2026, 3, 1), "1400"), (date(2026, 3, 20), "1500")):
        accounts.set_rate(
            currency="USD", target="KRW", valid_on=day, rate=Decimal(value), source="한국은행", by=BY
        )
    assert documents.rate("USD", "KRW", on=date(2026, 3, 19)) == 1400
    assert documents.rate("USD", "KRW", on=date(2026, 3, 20)) == 1500
    assert documents.rate("KRW", "KRW", on=date(1900, 1, 1)) == 1
    accounts.set_rate(
        currency="USD", target="KRW", valid_on=date(2026, 3, 20), rate=Decimal(1510), source="정정", by=BY
    )
    assert documents.rate("USD", "KRW", on=date(2026, 3, 25)) == 1510
    with refused(rules.RATE_MISSING):
        documents.rate("USD", "KRW", on=date(2026, 2, 28))
    with refused(rules.RATE_MISSING):
        documents.rate("KRW", "USD", on=date(2026, 3, 20))


def test_a_tax_rate_counts_from_its_day() -> None:
    law: dict[str, Any] = {"country": "KR", "tax_class": "taxable", "source": "개정 가정", "by": BY}
    accounts.set_tax_rate(valid_from=date(2027, 1, 1), rate=Decimal("0.12"), **law)
    assert documents.tax_rates("KR", on=date(2026, 12, 31))["taxable"] == Decimal("0.10")
    assert documents.tax_rates("KR", on=date(2027, 1, 1)) == {
        "taxable": Decimal("0.12"),
        "zero": 0,
        "exempt": 0,
    }
    assert documents.tax_rates("US", on=DAY) == {}
    with refused(refusals.VALUE_NOT_ALLOWED):
        accounts.set_tax_rate(valid_from=DAY, rate=Decimal(2), **law)


def test_accounts_are_entered_once_and_the_chart_leaves_what_is_there(world: companies.World) -> None:
    values: dict[str, Any] = {"name_ko": "가", "name_en": "a", "kind": "asset", "normal": "debit"}
    with refused(refusals.NOT_UNIQUE):
        accounts.create(by=BY, company=world.company, code="101", **values)
    with refused(refusals.FIELD_REQUIRED, refusals.FIELD_INVALID):
        accounts.create(by=BY, company=world.company, code="", **values | {"kind": "thing"})
    accounts.edit(Account.objects.get(company=world.company, code="101"), by=BY, name_ko="시재금")
    count = Account.objects.count()
    accounts.load_chart(company=world.company, by=BY)
    assert Account.objects.count() == count
    assert Account.objects.get(company=world.company, code="101").name_ko == "시재금"
    unit = accounts.create_cost_object(by=BY, company=world.company, kind="project", code="P1", name="개발")
    assert accounts.edit_cost_object(unit, by=BY, name="연구").name == "연구"
