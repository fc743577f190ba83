"""The chart of accounts of a company."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, money, records, refusals
from onmaru.kernel.identity import Actor
from onmaru.ledgers.accounting.models import Account, CostObject, ExchangeRate, PostingDefault, TaxRate
from onmaru.masters.site.models import Company

CHART = Path(__file__).parent.parent / "data" / "chart_kr.csv"
MATCHABLE = {"receivable", "payable", "advance_received", "advance_paid"}
Role = PostingDefault.Role
DEFAULTS: dict[str, str] = {
    Role.RECEIVABLE: "108",
    Role.PAYABLE: "251",
    Role.BANK: "103",
    Role.CASH: "101",
    Role.TAX_OUTPUT: "255",
    Role.TAX_INPUT: "135",
    Role.ADVANCE_RECEIVED: "259",
    Role.BANK_FEE: "831",
    Role.FX_GAIN: "907",
    Role.FX_LOSS: "932",
}


@commands.command(label=_("Load Korean chart"), model=Account)
def load_chart(*, company: Company, by: Actor) -> Company:
    """Give a company the Korean chart of accounts and its posting defaults; accounts it has are left alone."""
    with CHART.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    Account.objects.bulk_create([_account(company, row) for row in rows], ignore_conflicts=True)
    by_code = dict(Account.objects.filter(company=company).values_list("code", "id"))
    roles = DEFAULTS | {
        row["control"]: row["code"]
        for row in rows
        if row["control"] in Role.values and row["control"] not in DEFAULTS
    }
    PostingDefault.objects.bulk_create(
        [
            PostingDefault(company=company, role=role, account_id=by_code[code])
            for role, code in roles.items()
        ],
        ignore_conflicts=True,
    )
    return company


def _account(company: Company, row: dict[str, str]) -> Account:
    return Account(
        company=company,
        code=row["code"],
        name_ko=row["name_ko"],
        name_en=row["name_en"],
        kind=row["kind"],
        normal=row["normal"],
        section=row["section"],
        matchable=row["control"] in MATCHABLE,
    )


@commands.command(label=_("New account"), model=Account)
def create(*, by: Actor, **values: object) -> Account:
    """Add an account. Refuses a code the company uses already, and every invalid field."""
    account = records.fill(Account(), values)
    account.save()
    return account


@commands.command(label=_("Edit"), model=Account)
def edit(account: Account, *, by: Actor, **values: object) -> Account:
    """Rename or retire an account."""
    return records.fill(account, values)


@commands.command(label=_("New cost object"), model=CostObject, name="accounting.costobject.create")
def create_cost_object(*, by: Actor, **values: object) -> CostObject:
    """Add a department or project."""
    cost_object = records.fill(CostObject(), values)
    cost_object.save()
    return cost_object


@commands.command(label=_("Edit"), model=CostObject, name="accounting.costobject.edit")
def edit_cost_object(cost_object: CostObject, *, by: Actor, **values: object) -> CostObject:
    """Rename, move or retire a department or project."""
    return records.fill(cost_object, values)


@commands.command(label=_("Set exchange rate"), model=ExchangeRate, name="accounting.exchangerate.create")
def set_rate(
    *, currency: str, target: str, valid_on: date, rate: Decimal, source: str, by: Actor
) -> ExchangeRate:
    """Record the rate of a day: units of ``target`` for one unit of ``currency``; the last word for that day holds.

    Refuses currencies that do not exist.
    """
    refusals.check([money.check_currency(currency), money.check_currency(target, "target")])
    stored, _created = ExchangeRate.objects.update_or_create(
        currency=currency, target=target, valid_on=valid_on, defaults={"rate": rate, "source": source}
    )
    return stored


@commands.command(label=_("Set tax rate"), model=TaxRate, name="accounting.taxrate.create")
def set_tax_rate(
    *, country: str, tax_class: str, valid_from: date, rate: Decimal, source: str, by: Actor
) -> TaxRate:
    """Record the rate of a tax class from a day on (0.1 for ten per cent), with the law it comes from."""
    stored, _created = TaxRate.objects.update_or_create(
        country=country, tax_class=tax_class, valid_from=valid_from, defaults={"rate": rate, "source": source}
    )
    return stored
