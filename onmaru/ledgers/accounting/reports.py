"""The books as people read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from onmaru.ledgers.accounting import queries
from onmaru.ledgers.accounting.models import Account, PostingDefault
from onmaru.ledgers.accounting.queries.balances import TrialLine
from onmaru.ledgers.accounting.queries.ledgers import LedgerLine
from onmaru.ledgers.accounting.queries.receivables import Aged
from onmaru.masters.party.models import Party
from onmaru.masters.site.models import Company
from onmaru.workbench.entity import Column
from onmaru.workbench.report import Report

Role = PostingDefault.Role
READ = "accounting.entry.view"
MOST = 5000
DAYS = {"first": _("From"), "last": _("Until")}


def _this_year(today: date) -> Mapping[str, Any]:
    return {"first": today.replace(month=1, day=1), "last": today}


def _trial(*, company: Company, first: date, last: date) -> Sequence[TrialLine]:
    return queries.balances.trial_balance(company, first=first, last=last)


def _general(*, company: Company, account: Account, first: date, last: date) -> Sequence[LedgerLine]:
    return queries.ledgers.general_ledger(company, account.code, first=first, last=last, limit=MOST)


def _party(*, company: Company, party: Party, first: date, last: date) -> Sequence[LedgerLine]:
    codes = list(company.accounts.filter(matchable=True).values_list("code", flat=True))
    return queries.ledgers.party_ledger(company, party.pk, codes, first=first, last=last, limit=MOST)


@dataclass(frozen=True, slots=True)
class AgedParty:
    """What a party owes, by how late it is."""

    party: Party | None
    owed: Aged


def _ageing(*, company: Company, on: date) -> Sequence[AgedParty]:
    aged = queries.receivables.ageing(company, on=on, role=Role.RECEIVABLE)
    parties = Party.objects.in_bulk([one.party_id for one in aged])
    return [AgedParty(parties.get(one.party_id), one) for one in aged]


def _money(label: Any, *, summed: bool = True) -> Column:
    return Column(label, kind="money", summed=summed)


trial_balance = Report(
    name="trial-balance",
    label=_("Trial balance"),
    read=_trial,
    area="accounting",
    icon="scale",
    permission=READ,
    asks=DAYS,
    start=_this_year,
    list="code name balance_debit total_debit total_credit balance_credit",
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

LEDGER = {
    "posted_on": Column(_("Posted on"), kind="date"),
    "number": Column(_("Entry number")),
    "memo": Column(_("Memo")),
    "debit": _money(_("Debit")),
    "credit": _money(_("Credit")),
    "balance": _money(_("Balance"), summed=False),
}

general_ledger = Report(
    name="general-ledger",
    label=_("General ledger"),
    read=_general,
    area="accounting",
    icon="book",
    place=81,
    permission=READ,
    asks=DAYS,
    start=_this_year,
    list=" ".join(LEDGER),
    columns=LEDGER,
    leads=lambda row, asked: f"/entries/{row.entry_id}/",
)

party_ledger = Report(
    name="party-ledger",
    label=_("Party ledger"),
    read=_party,
    area="accounting",
    icon="address-book",
    place=82,
    permission=READ,
    asks=DAYS,
    start=_this_year,
    list=" ".join(LEDGER),
    columns=LEDGER,
    leads=lambda row, asked: f"/entries/{row.entry_id}/",
)

ageing = Report(
    name="ageing",
    label=_("Ageing of receivables"),
    read=_ageing,
    area="accounting",
    icon="hourglass",
    place=83,
    permission=READ,
    asks={"on": _("As of")},
    start=lambda today: {"on": today},
    list="party owed.total owed.current owed.to_30 owed.to_60 owed.to_90 owed.older",
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
