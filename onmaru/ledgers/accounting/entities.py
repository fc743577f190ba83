"""What people see and enter of the books."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onmaru.ledgers.accounting import models, queries
from onmaru.masters.product.models import Product
from onmaru.workbench.entity import Column, Entity, lines
from onmaru.workbench.fields import COUNTRIES

JOURNAL = _("Journal lines")
IN_THE_BOOKS = Column(kind="money", currency="company.currency")

entries = Entity(
    models.Entry,
    icon="receipt",
    list="number posted_on document_name memo amount posted_by",
    form=[
        "company posted_on memo",
        lines(models.Line, "account party debit credit memo department project due_on", label=JOURNAL),
    ],
    detail=[
        "number posted_on amount document memo posted_by posted_at reversal_of",
        lines(models.Line, "account party debit credit product department project memo", label=JOURNAL),
    ],
    annotate=queries.ledgers.with_amounts,
    columns={
        "amount": Column(_("Amount"), kind="money", summed=True, sortable=False),
        "document": Column(_("Document"), kind="reference"),
        "document_name": Column(_("Document")),
        "line.debit": IN_THE_BOOKS,
        "line.credit": IN_THE_BOOKS,
    },
    related=[("settlements", "debit_line.entry"), ("settlements", "credit_line.entry")],
)

open_items = Entity(
    models.Line,
    label=_("Open items"),
    one=_("Open item"),
    icon="list-check",
    list="entry party account posted_on falls_due currency amount_currency open_amount",
    annotate=queries.receivables.outstanding,
    columns={
        "falls_due": Column(_("Due on"), kind="date"),
        "open_amount": Column(_("Open amount"), kind="money", summed=True, currency="currency"),
    },
    search="entry.number party.name",
    filters="party account falls_due currency",
    beside="party",
    prefill={"clear": queries.receivables.to_clear},
    offered={"clear": lambda line, by: queries.receivables.can_clear(line)},
    related=[("settlements", "debit_line"), ("settlements", "credit_line")],
    order="falls_due",
)

settlements = Entity(
    models.Match,
    icon="arrows-exchange",
    list="matched_on debit_line.entry credit_line.entry debit_line.party debit_line.account amount by_name",
    columns={
        "debit_line.entry": Column(_("Debit entry")),
        "credit_line.entry": Column(_("Credit entry")),
        "debit_line.party": Column(_("Party")),
        "debit_line.account": Column(_("Account")),
        "amount": Column(kind="money", currency="debit_line.currency"),
    },
    filters="matched_on debit_line.party",
    search="by_name",
)

accounts = Entity(
    models.Account,
    icon="list-tree",
    list="code name_ko name_en kind normal section matchable is_active",
    columns={"section": Column(choices=tuple(models.Section.choices))},
)

cost_objects = Entity(
    models.CostObject,
    icon="sitemap",
    list="code name kind parent is_active",
    exchange="company.code kind code name is_active",
)

fiscal_years = Entity(
    models.FiscalYear,
    icon="calendar",
    list="year start_on end_on company",
    made_by="open_year",
    related=[("periods", "fiscal_year")],
    order="-year",
)

periods = Entity(
    models.Period,
    icon="calendar-month",
    list="start_on end_on state fiscal_year company",
    order="-start_on",
)

exchange_rates = Entity(
    models.ExchangeRate,
    area="settings",
    icon="currency-dollar",
    list="valid_on currency target rate source",
    search="currency",
    filters="currency valid_on",
    exchange="currency target valid_on rate source",
    order="-valid_on",
)

tax_rates = Entity(
    models.TaxRate,
    area="settings",
    icon="percentage",
    list="country tax_class valid_from rate source",
    columns={
        "tax_class": Column(choices=tuple(Product.TaxClass.choices)),
        "country": Column(choices=COUNTRIES),
    },
    search="country tax_class",
    exchange="country tax_class valid_from rate source",
    order="-valid_from",
)
