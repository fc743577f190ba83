"""The books as people read them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from onmaru.ledgers.accounting import queries
from onmaru.workbench.entity import Column
from onmaru.workbench.report import Report

READ = "accounting.entry.view"


def _money(label: Any, *, summed: bool = True) -> Column:
    return Column(label, kind="money", summed=summed)


trial_balance = Report(
    label=_("Trial balance"),
    read=queries.balances.trial_balance,
    icon="scale",
    permission=READ,
    columns={
        "code": Column(_("Code")),
        "name": Column(_("Account")),
        "balance_debit": _money(_("Debit balance")),
        "total_debit": _money(_("Debit total")),
        "total_credit": _money(_("Credit total")),
        "balance_credit": _money(_("Credit balance")),
    },
    leads=lambda row, asked: (
        f"/reports/general-ledger/?company={asked['company'].pk}&account={row.account_id}"
        f"&first={asked['first']}&last={asked['last']}"
    ),
)

general_ledger = Report(
    label=_("General ledger"),
    read=queries.shown.general_ledger,
    icon="book",
    permission=READ,
    columns={
        "posted_on": Column(_("Posted on"), kind="date"),
        "number": Column(_("Entry number")),
        "memo": Column(_("Memo")),
        "debit": _money(_("Debit")),
        "credit": _money(_("Credit")),
        "balance": _money(_("Balance"), summed=False),
    },
    leads=lambda row, asked: f"/entries/{row.entry_id}/",
)

party_ledger = replace(
    general_ledger, label=_("Party ledger"), read=queries.shown.party_ledger, icon="address-book"
)

ageing = Report(
    label=_("Ageing of receivables"),
    read=queries.shown.ageing,
    icon="hourglass",
    permission=READ,
    columns={
        "party": Column(_("Party")),
        "owed.total": _money(_("Owed")),
        "owed.current": _money(_("Not due yet")),
        "owed.to_30": _money(_("1–30 days late")),
        "owed.to_60": _money(_("31–60 days late")),
        "owed.to_90": _money(_("61–90 days late")),
        "owed.older": _money(_("More than 90 days late")),
    },
    leads=lambda row, asked: (
        f"/reports/party-ledger/?company={asked['company'].pk}&party={row.owed.party_id}"
    ),
)
