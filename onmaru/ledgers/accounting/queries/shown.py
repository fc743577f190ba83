"""The books as reports ask for them: by records instead of keys, all that a page holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from onmaru.ledgers.accounting.models import Account, PostingDefault
from onmaru.ledgers.accounting.queries import ledgers, receivables
from onmaru.ledgers.accounting.queries.ledgers import LedgerLine
from onmaru.ledgers.accounting.queries.receivables import Aged
from onmaru.masters.party.models import Party
from onmaru.masters.site.models import Company

MOST = 5000


def general_ledger(*, company: Company, account: Account, first: date, last: date) -> Sequence[LedgerLine]:
    """Lines of an account between two days with running balances (총계정원장), at most 5,000."""
    return ledgers.general_ledger(company, account.code, first=first, last=last, limit=MOST)


def party_ledger(*, company: Company, party: Party, first: date, last: date) -> Sequence[LedgerLine]:
    """Lines of a party on every account that is settled item by item (거래처원장), at most 5,000."""
    codes = list(company.accounts.filter(matchable=True).values_list("code", flat=True))
    return ledgers.party_ledger(company, party.pk, codes, first=first, last=last, limit=MOST)


@dataclass(frozen=True, slots=True)
class AgedParty:
    """What a party owes, by how late it is."""

    party: Party | None
    owed: Aged


def ageing(*, company: Company, on: date) -> Sequence[AgedParty]:
    """Ageing of receivables as of the end of a day, with the parties."""
    aged = receivables.ageing(company, on=on, role=PostingDefault.Role.RECEIVABLE)
    parties = Party.objects.in_bulk([one.party_id for one in aged])
    return [AgedParty(parties.get(one.party_id), one) for one in aged]
