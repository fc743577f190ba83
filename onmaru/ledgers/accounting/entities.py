"""What people see and enter of the books."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onmaru.ledgers.accounting import queries
from onmaru.ledgers.accounting.commands import accounts, entries, periods, reversals
from onmaru.ledgers.accounting.models import (
    Account,
    CostObject,
    Entry,
    ExchangeRate,
    FiscalYear,
    Line,
    Period,
    TaxRate,
)
from onmaru.workbench.entity import Column, Entity, lines

entries_entity = Entity(
    Entry,
    name="entries",
    area="accounting",
    icon="receipt",
    place=10,
    list="number posted_on document_name memo amount posted_by",
    form=[
        "company posted_on memo",
        lines(
            Line,
            link="entry",
            columns="account party debit credit memo department project due_on",
            label=_("Journal lines"),
            order="ordinal",
        ),
    ],
    detail=[
        "number posted_on amount document memo posted_by posted_at reversal_of",
        lines(
            Line,
            link="entry",
            columns="account party debit credit product department project memo",
            label=_("Journal lines"),
            order="ordinal",
        ),
    ],
    annotate=queries.ledgers.with_amounts,
    columns={
        "amount": Column(_("Amount"), kind="money", summed=True, sortable=False),
        "document": Column(_("Document"), kind="reference"),
        "document_name": Column(_("Document")),
    },
    search="number memo",
    filters="posted_on posted_by",
    actions=[reversals.reverse],
    create=entries.create,
)

open_items = Entity(
    Line,
    name="open-items",
    label=_("Open items"),
    one=_("Open item"),
    area="accounting",
    icon="list-check",
    place=20,
    list="entry party account posted_on falls_due currency amount_currency open_amount",
    annotate=queries.receivables.outstanding,
    columns={
        "falls_due": Column(_("Due on"), kind="date"),
        "open_amount": Column(_("Open amount"), kind="money", summed=True, currency="currency"),
    },
    search="entry.number party.name",
    filters="party account falls_due currency",
    beside="party",
    order="falls_due",
)

accounts_entity = Entity(
    Account,
    name="accounts",
    area="accounting",
    icon="list-tree",
    place=60,
    list="code name_ko name_en kind normal section matchable is_active",
    form=["company code name_ko name_en", "kind normal section matchable is_active"],
    search="code name_ko name_en",
    filters="kind section is_active",
    create=accounts.create,
    edit=accounts.edit,
    exchange="company.code code name_ko name_en kind normal section matchable is_active",
    key="company code",
    order="code",
)

cost_objects = Entity(
    CostObject,
    name="cost-objects",
    area="accounting",
    icon="sitemap",
    place=65,
    list="code name kind parent is_active",
    filters="kind is_active",
    form=["company kind code name parent is_active"],
    search="code name",
    create=accounts.create_cost_object,
    edit=accounts.edit_cost_object,
    exchange="company.code kind code name is_active",
    key="company kind code",
    order="code",
)

years = Entity(
    FiscalYear,
    name="fiscal-years",
    area="accounting",
    icon="calendar",
    place=70,
    list="year start_on end_on company",
    form=["company year"],
    create=periods.open_year,
    related=[("periods", "fiscal_year")],
    order="-year",
)

periods_entity = Entity(
    Period,
    name="periods",
    area="accounting",
    icon="calendar-month",
    place=71,
    list="start_on end_on state fiscal_year company",
    filters="state fiscal_year",
    actions=[periods.begin_closing, periods.close, periods.reopen],
    order="-start_on",
)

exchange_rates = Entity(
    ExchangeRate,
    name="exchange-rates",
    area="settings",
    icon="currency-dollar",
    place=70,
    list="valid_on currency target rate source",
    form=["currency target valid_on rate source"],
    search="currency",
    filters="currency valid_on",
    create=accounts.set_rate,
    exchange="currency target valid_on rate source",
    order="-valid_on",
)

tax_rates = Entity(
    TaxRate,
    name="tax-rates",
    area="settings",
    icon="percentage",
    place=71,
    list="country tax_class valid_from rate source",
    form=["country tax_class valid_from rate source"],
    search="country tax_class",
    create=accounts.set_tax_rate,
    exchange="country tax_class valid_from rate source",
    order="-valid_from",
)
