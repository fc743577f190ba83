"""What is in the till and at the bank, for whoever may see the books."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from onmaru.kernel.identity import Actor
from onmaru.ledgers.accounting.models import PostingDefault
from onmaru.ledgers.accounting.queries import balances
from onmaru.masters.site.models import Company
from onmaru.office.dashboards.ports import Amount

ROLES = (PostingDefault.Role.CASH, PostingDefault.Role.BANK)


def in_hand(by: Actor, today: date) -> Sequence[Amount]:
    """Cash and deposits at the end of a day, by company currency; before: a month ago."""
    sums: defaultdict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for company in Company.objects.all():
        if by.of_company(company.pk):
            for place, on in enumerate((today, today - timedelta(days=30))):
                sums[company.currency][place] += _of(company, on)
    return [Amount(now, currency, before) for currency, (now, before) in sorted(sums.items())]


def _of(company: Company, on: date) -> Decimal:
    """The balance of the accounts that postings take for cash and bank, and of those below them (10301 of 103)."""
    defaults = PostingDefault.objects.filter(company=company, role__in=ROLES)
    codes = tuple(defaults.values_list("account__code", flat=True))
    lines = balances.trial_balance(company, first=on, last=on) if codes else []
    return sum(
        (one.total_debit - one.total_credit for one in lines if one.code.startswith(codes)), Decimal(0)
    )
