"""Open items: what a party owes, since when, and what settles what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from onmaru.ledgers.accounting.models import Line, OpenItem
from onmaru.masters.site.models import Company
from onmaru.workbench import shown

BUCKETS = (0, 30, 60, 90)
MOST = 100


@dataclass(frozen=True, slots=True)
class Aged:
    """A party's open items in company currency: not yet due, then overdue by 1–30, 31–60, 61–90 and more days."""

    party_id: int
    current: Decimal
    to_30: Decimal
    to_60: Decimal
    to_90: Decimal
    older: Decimal

    @property
    def total(self) -> Decimal:
        return self.current + self.to_30 + self.to_60 + self.to_90 + self.older


# The remaining amounts as of a past day are the items posted by then less the matches made by then.
_AGEING = """
WITH matched AS (
  SELECT line_id, sum(base) AS base FROM (
    SELECT debit_line_id AS line_id, debit_base AS base FROM accounting_match WHERE matched_on <= %(on)s
    UNION ALL SELECT credit_line_id, -credit_base FROM accounting_match WHERE matched_on <= %(on)s
  ) part GROUP BY line_id
), open AS (
  SELECT o.party_id, %(on)s::date - o.due_on AS late, l.debit - l.credit - coalesce(m.base, 0) AS base
  FROM accounting_openitem o JOIN accounting_line l ON l.id = o.line_id
  LEFT JOIN matched m ON m.line_id = o.line_id
  WHERE o.account_id = (SELECT account_id FROM accounting_postingdefault
                        WHERE company_id = %(company)s AND role = %(role)s)
    AND l.posted_on <= %(on)s
)
SELECT party_id,
       coalesce(sum(base) FILTER (WHERE late <= 0), 0),
       coalesce(sum(base) FILTER (WHERE late BETWEEN 1 AND 30), 0),
       coalesce(sum(base) FILTER (WHERE late BETWEEN 31 AND 60), 0),
       coalesce(sum(base) FILTER (WHERE late BETWEEN 61 AND 90), 0),
       coalesce(sum(base) FILTER (WHERE late > 90), 0)
FROM open GROUP BY party_id HAVING bool_or(base <> 0) ORDER BY sum(base) DESC, party_id
"""


def ageing(company: Company, *, on: date, role: str = "receivable") -> list[Aged]:
    """Ageing of the open items of a posting role's account as of the end of a day, also of one long past."""
    with connection.cursor() as cursor:
        cursor.execute(_AGEING, {"company": company.pk, "on": on, "role": role})
        return [Aged(*row) for row in cursor.fetchall()]


def open_items(company: Company, party_id: int, role: str = "receivable") -> QuerySet[OpenItem]:
    """Items of a party that are still open on a role's account, the oldest due first."""
    return OpenItem.objects.filter(
        ~Q(remaining=0),
        company=company,
        party_id=party_id,
        account__in=company.posting_defaults.filter(role=role).values("account"),
    ).order_by("due_on", "line_id")


def can_clear(line: Line) -> bool:
    """Whether anything open of its party, account and currency may settle an open item."""
    return _across(OpenItem.objects.get(pk=line.pk)).exists()


def to_clear(line: Line) -> dict[str, list[dict[str, Any]]]:
    """What may settle an open item, the oldest due first, each as far as it goes: what its settling begins with."""
    own = OpenItem.objects.get(pk=line.pk)
    rows, left = [], abs(own.remaining)
    for item in _across(own).select_related("line__entry").order_by("due_on", "line_id")[:MOST]:
        words = _("{number} · due {due} · {open} open").format(
            number=item.line, due=item.due_on, open=shown.told(abs(item.remaining), item.currency)
        )
        amount = min(left, abs(item.remaining))
        left -= amount
        rows.append({"item": (item.line, words), "amount": amount})
    return {"items": rows}


def _across(own: OpenItem) -> QuerySet[OpenItem]:
    """The open items on the other side of this one."""
    found = OpenItem.objects.filter(
        company=own.company_id, account=own.account_id, party=own.party_id, currency=own.currency
    )
    return found.filter(remaining__lt=0) if own.remaining > 0 else found.filter(remaining__gt=0)


def exposure(company: Company, party_id: int) -> Decimal:
    """What a party owes now in company currency: open receivables less advances."""
    found = OpenItem.objects.filter(
        ~Q(remaining=0),
        company=company,
        party_id=party_id,
        account__in=company.posting_defaults.filter(role__in=["receivable", "advance_received"]).values(
            "account"
        ),
    ).aggregate(total=Sum("remaining_base"))
    return found["total"] or Decimal(0)


def outstanding(rows: QuerySet[Line]) -> QuerySet[Line]:
    """Lines that are still open, with ``open_amount`` (in their currency, debit positive) and ``falls_due``."""
    still = rows.filter(open_item__isnull=False).exclude(open_item__remaining=0)
    return still.annotate(open_amount=F("open_item__remaining"), falls_due=F("open_item__due_on"))
