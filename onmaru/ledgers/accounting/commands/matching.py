"""Settling open items by one another: partial, many to many, across exchange rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, TypedDict

from django.db import models
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, money, refusals, sql
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refusal
from onmaru.ledgers.accounting import rules
from onmaru.ledgers.accounting.commands import entries
from onmaru.ledgers.accounting.models import Account, Line, Match, OpenItem, PostingDefault
from onmaru.ledgers.accounting.rules import DraftLine, Open, Pairing
from onmaru.masters.site.models import Company

ITEMS_DIFFER = refusals.reason(
    "items_differ", _("Only items of one party, account and currency settle each other.")
)
NOTHING_TO_SETTLE = refusals.reason("nothing_to_settle", _("There is no open debit and credit to settle."))
OVER_OPEN = refusals.reason("over_open", _("At most {most} of it can be settled."))
UNDONE_ALREADY = refusals.reason("undone_already", _("This settlement was undone before."))
ITEM_SETTLED = refusals.reason(
    "item_settled", _("Part of this is settled already; undo the settlement first.")
)

_LOCK = """
SELECT line_id, remaining, remaining_base, party_id, account_id, currency
FROM accounting_openitem WHERE line_id = ANY(%s::bigint[]) AND company_id = %s ORDER BY line_id FOR NO KEY UPDATE
"""

_SETTLE = """
WITH pairing AS (
  SELECT * FROM unnest(%(debits)s::bigint[], %(credits)s::bigint[], %(amounts)s::numeric[],
                       %(debit_bases)s::numeric[], %(credit_bases)s::numeric[])
    AS p(debit, credit, amount, debit_base, credit_base)
), kept AS (
  INSERT INTO accounting_match (debit_line_id, credit_line_id, matched_on, amount, debit_base, credit_base, by_name)
  SELECT debit, credit, %(day)s::date, amount, debit_base, credit_base, %(by_name)s FROM pairing
), part AS (
  SELECT debit AS line_id, amount, debit_base AS base FROM pairing
  UNION ALL SELECT credit, -amount, -credit_base FROM pairing
)
UPDATE accounting_openitem o
SET remaining = o.remaining - p.amount, remaining_base = o.remaining_base - p.base
FROM (SELECT line_id, sum(amount) AS amount, sum(base) AS base FROM part GROUP BY line_id) p
WHERE o.line_id = p.line_id
"""


def settle(
    company: Company,
    line_ids: Sequence[int],
    *,
    matched_on: date,
    source: models.Model,
    by: Actor,
    limit: Decimal | None = None,
) -> list[Pairing]:
    """Settle the open debits among ``line_ids`` by the open credits, in the order given, at most ``limit``.

    Items are locked in the order of their keys whatever the order asked, so two people settling the same
    invoice wait for each other and never deadlock. Posts the exchange difference realised, if any.
    Refuses items of different parties, accounts or currencies; those of another company are not there.
    """
    rows = {row[0]: row for row in sql.rows(_LOCK, [list(line_ids), company.pk])}
    if len({row[3:] for row in rows.values()}) > 1:
        raise refusals.Refused(ITEMS_DIFFER("items"))
    asked = [Open(*rows[line_id][:3]) for line_id in line_ids if line_id in rows]
    debits = [item for item in asked if item.remaining > 0]
    credits = [item for item in asked if item.remaining < 0]
    pairings = rules.pair(debits, credits, company.digits, limit)
    if pairings:
        _write(pairings, matched_on, by)
        _post_difference(company, pairings, rows[pairings[0].debit_line], matched_on, source, by)
    return pairings


def _write(pairings: Sequence[Pairing], matched_on: date, by: Actor) -> None:
    sql.run(
        _SETTLE,
        {
            "debits": [one.debit_line for one in pairings],
            "credits": [one.credit_line for one in pairings],
            "amounts": [one.amount for one in pairings],
            "debit_bases": [one.debit_base for one in pairings],
            "credit_bases": [one.credit_base for one in pairings],
            "day": matched_on,
            "by_name": by.name,
        },
    )


def _post_difference(
    company: Company,
    pairings: Sequence[Pairing],
    row: tuple[Any, ...],
    matched_on: date,
    source: models.Model,
    by: Actor,
    *,
    undoing: bool = False,
) -> None:
    """What left the debit side and the credit side in company currency may differ: that is won or lost.

    Undoing takes a gain back from the gains, so that no loss stands in the books that never was.
    """
    gained = sum((one.credit_base - one.debit_base for one in pairings), rules.ZERO)
    if gained == 0:
        return
    _line_id, _remaining, _base, party_id, account_id, currency = row
    account = Account.objects.values_list("code", flat=True).get(pk=account_id)
    role = PostingDefault.Role.FX_GAIN if (gained > 0) is not undoing else PostingDefault.Role.FX_LOSS
    won, lost = max(gained, rules.ZERO), max(-gained, rules.ZERO)
    residue = DraftLine(
        account,
        debit=won,
        credit=lost,
        party=party_id,
        currency=currency,
        amount_currency=rules.ZERO,
        settled=True,
    )
    lines = [residue, DraftLine(role, debit=lost, credit=won)]
    entries.post(company, lines, posted_on=matched_on, source=source, by=by)


@commands.command(label=_("Settle open items"), model=Match)
def match(*, company: Company, items: list[OpenItem], matched_on: date, by: Actor) -> Company:
    """Settle chosen open items of one party by one another. Refuses when no debit meets a credit."""
    if not settle(company, [item.pk for item in items], matched_on=matched_on, source=company, by=by):
        raise refusals.Refused(NOTHING_TO_SETTLE("items"))
    return company


class _Other(TypedDict):
    item: Annotated[int, Line]


class Cleared(_Other, total=False):
    """A row of a settlement: another open item by its key, and how much of it; unsaid, as far as it goes."""

    amount: Decimal | None


@commands.command(
    label=_("Settle"),
    model=Line,
    primary=True,
    fetch=("company",),
    asks={"items": _("Settled by"), "matched_on": _("Settled on")},
)
def clear(
    line: Line, *, items: Sequence[Cleared], matched_on: date | None = None, by: Actor, today: date
) -> Match:
    """Settle an open item by others of its party, account and currency (반제): of each the amount named.

    Refuses, row by row, what is not there, differs or stands on the same side, more of an item than is open, and
    more of all than is open of this one.
    """
    company, keys = line.company, [line.pk, *(row["item"] for row in items)]
    held = {row[0]: row for row in sql.rows(_LOCK, [keys, company.pk])}
    if line.pk not in held:
        raise refusals.Refused(NOTHING_TO_SETTLE())
    refusals.check(_clear_problems(held, line.pk, items, company))
    done: list[Pairing] = []
    for row in items:
        if row.get("amount") != 0:
            pair, limit = [line.pk, row["item"]], row.get("amount")
            day = matched_on or today
            done += settle(company, pair, matched_on=day, source=company, by=by, limit=limit)
    if not done:
        raise refusals.Refused(NOTHING_TO_SETTLE("items"))
    return Match.objects.filter(debit_line=done[-1].debit_line, credit_line=done[-1].credit_line).latest("pk")


def _clear_problems(
    held: Mapping[int, Sequence[Any]], key: int, items: Sequence[Cleared], company: Company
) -> list[Refusal]:
    own, left, found = held[key], {one: row[1] for one, row in held.items()}, []
    same = own[5] == company.currency
    digits = company.digits if same else money.minor_digits(own[5])
    for place, row in enumerate(items):
        other, asked, where = held.get(row["item"]), row.get("amount") or rules.ZERO, f"items.{place}."
        if other is None:
            found.append(refusals.NOT_FOUND(f"{where}item"))
        elif other[3:] != own[3:]:
            found.append(ITEMS_DIFFER(f"{where}item"))
        elif other[1] * own[1] >= 0:
            found.append(NOTHING_TO_SETTLE(f"{where}item"))
        elif asked != money.round_money(asked, digits):
            found.append(rules.LINE_TOO_FINE(f"{where}amount", amount=asked, digits=digits))
        elif not 0 <= asked <= min(abs(left[row["item"]]), abs(left[key])):
            most = min(abs(left[row["item"]]), abs(left[key]))
            found.append(OVER_OPEN(f"{where}amount", most=f"{most.normalize():f}"))
        else:
            left[row["item"]] += asked if other[1] < 0 else -asked
            left[key] += asked if own[1] < 0 else -asked
    return found


_UNSETTLE = """
WITH undone AS (
  SELECT debit_line_id, credit_line_id, sum(amount) AS amount, sum(debit_base) AS debit_base,
         sum(credit_base) AS credit_base
  FROM accounting_match
  WHERE debit_line_id = ANY(%(lines)s::bigint[]) AND credit_line_id = coalesce(%(only)s::bigint, credit_line_id)
     OR credit_line_id = ANY(%(lines)s::bigint[]) AND %(only)s::bigint IS NULL
  GROUP BY 1, 2 HAVING sum(amount) <> 0
), kept AS (
  INSERT INTO accounting_match (debit_line_id, credit_line_id, matched_on, amount, debit_base, credit_base, by_name)
  SELECT debit_line_id, credit_line_id, %(day)s::date, -amount, -debit_base, -credit_base, %(by_name)s FROM undone
), part AS (
  SELECT debit_line_id AS line_id, amount, debit_base AS base FROM undone
  UNION ALL SELECT credit_line_id, -amount, -credit_base FROM undone
), opened AS (
  UPDATE accounting_openitem o
  SET remaining = o.remaining + p.amount, remaining_base = o.remaining_base + p.base
  FROM (SELECT line_id, sum(amount) AS amount, sum(base) AS base FROM part GROUP BY line_id) p
  WHERE o.line_id = p.line_id
)
SELECT debit_line_id, credit_line_id, amount, debit_base, credit_base FROM undone
"""

_PARTNERS = """
SELECT line_id FROM accounting_openitem WHERE line_id IN (
  SELECT unnest(ARRAY[debit_line_id, credit_line_id]) FROM accounting_match
  WHERE debit_line_id = ANY(%(lines)s::bigint[]) OR credit_line_id = ANY(%(lines)s::bigint[]))
ORDER BY line_id FOR NO KEY UPDATE
"""


def unsettle(
    company: Company,
    line_ids: Sequence[int],
    *,
    on: date,
    source: models.Model,
    by: Actor,
    only: int | None = None,
) -> list[Pairing]:
    """Open again what was settled with these lines (of debits, what was settled by the credit ``only``).

    The exchange difference is posted back on the day ``on``.
    """
    sql.rows(_PARTNERS, {"lines": list(line_ids)})
    named = {"lines": list(line_ids), "only": only, "day": on, "by_name": by.name}
    undone = [Pairing(*row) for row in sql.rows(_UNSETTLE, named)]
    opened = [line_id for one in undone for line_id in (one.debit_line, one.credit_line)]
    rows = {row[0]: row for row in sql.rows(_LOCK, [opened, company.pk])} if undone else {}
    for one in undone:
        back = Pairing(one.debit_line, one.credit_line, one.amount, one.credit_base, one.debit_base)
        _post_difference(company, [back], rows[one.debit_line], on, source, by, undoing=True)
    return undone


@commands.command(label=_("Undo settlement"), model=Match, danger=True, asks={"undone_on": _("Undone on")})
def undo(match: Match, *, undone_on: date, by: Actor) -> Match:
    """Open again what the debit and the credit of ``match`` settled of each other; their documents stay as they are.

    Refuses what was undone before.
    """
    company, only = match.company, match.credit_line_id
    if not unsettle(company, [match.debit_line_id], on=undone_on, source=company, by=by, only=only):
        raise refusals.Refused(UNDONE_ALREADY())
    return match
