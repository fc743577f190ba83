"""Posting and reversing entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, numbering, refusals, sql, work
from onmaru.kernel.identity import Actor
from onmaru.ledgers.accounting import rules
from onmaru.ledgers.accounting.models import Account, Entry, Line, Period, PostingDefault
from onmaru.ledgers.accounting.rules import DraftLine
from onmaru.masters.product.models import Category
from onmaru.masters.site.models import Company

SERIES = numbering.series("JE", Entry._meta.verbose_name)
POST_WHILE_CLOSING = "accounting.period.post_while_closing"
refusals.waivers[rules.PERIOD_LOCKED.code] = refusals.Waiver(
    POST_WHILE_CLOSING, _("Post while books are closed")
)


@dataclass(frozen=True, slots=True)
class Posted:
    """A posted entry and the keys of its lines, in the order they were drafted."""

    entry: Entry
    lines: Sequence[int]


# The period row is locked FOR KEY SHARE: postings share it, and closing a period (which takes it FOR UPDATE)
# waits for postings under way, after which this condition is judged again on the row as closed.
_POST = """
WITH period AS (
  SELECT p.id, f.year
  FROM accounting_period p JOIN accounting_fiscalyear f ON f.id = p.fiscal_year_id
  WHERE p.company_id = %(company)s AND %(day)s::date BETWEEN p.start_on AND p.end_on
    AND p.state = ANY(%(states)s::text[])
  FOR KEY SHARE OF p
), asked AS (
  SELECT * FROM jsonb_to_recordset(%(lines)s::jsonb) AS line(
    ordinal int, key text, party bigint, product bigint, department bigint, project bigint, debit numeric,
    credit numeric, currency text, amount numeric, due_on date, memo text, settled bool)
), account AS (
  SELECT k.key, a.id, a.matchable
  FROM (SELECT DISTINCT key FROM asked) k
  LEFT JOIN accounting_postingdefault d ON d.company_id = %(company)s AND d.role = k.key
  JOIN accounting_account a ON a.company_id = %(company)s AND a.is_active
    AND (a.id = d.account_id OR (d.account_id IS NULL AND a.code = k.key))
), entry AS (
  INSERT INTO accounting_entry (company_id, posted_on, period_id, source_kind, source_id, memo, reversal_of_id,
                                posted_by_id, posted_by)
  SELECT %(company)s::bigint, %(day)s::date, period.id, %(source_kind)s, %(source_id)s::bigint, %(memo)s,
         %(reversal_of)s::bigint, %(by_id)s::bigint, %(by_name)s
  FROM period WHERE (SELECT count(*) FROM account) = (SELECT count(DISTINCT key) FROM asked)
  RETURNING id
), tail AS (
  INSERT INTO accounting_tail (entry_id) SELECT id FROM entry
), line AS (
  INSERT INTO accounting_line (entry_id, ordinal, company_id, posted_on, account_id, party_id, product_id,
                               department_id, project_id, debit, credit, currency, amount_currency, due_on, memo)
  SELECT entry.id, asked.ordinal, %(company)s::bigint, %(day)s::date, account.id, asked.party, asked.product,
         asked.department, asked.project, asked.debit, asked.credit, asked.currency, asked.amount, asked.due_on,
         asked.memo
  FROM entry, asked JOIN account USING (key)
  ORDER BY asked.ordinal
  RETURNING id, ordinal, account_id, party_id, currency, amount_currency, debit, credit, due_on
), item AS (
  INSERT INTO accounting_openitem (line_id, company_id, account_id, party_id, currency, due_on, amount, remaining,
                                   remaining_base)
  SELECT line.id, %(company)s::bigint, line.account_id, line.party_id, line.currency,
         coalesce(line.due_on, %(day)s::date),
         line.amount_currency, line.amount_currency, line.debit - line.credit
  FROM line JOIN asked USING (ordinal) JOIN account USING (key)
  WHERE account.matchable AND NOT asked.settled AND line.party_id IS NOT NULL
)
SELECT (SELECT id FROM entry), (SELECT year FROM period), (SELECT id FROM period),
       (SELECT array_agg(id ORDER BY ordinal) FROM line),
       (SELECT min(key) FROM asked JOIN account USING (key) WHERE matchable AND party IS NULL)
"""


def post(
    company: Company,
    lines: Sequence[DraftLine],
    *,
    posted_on: date,
    source: models.Model,
    by: Actor,
    memo: str = "",
    reversal_of: Entry | None = None,
) -> Posted:
    """Post an entry for ``source`` inside the command under way; two statements whatever the number of lines.

    Refuses, with every reason: unbalanced or malformed lines, unknown accounts, a missing or locked period.
    """
    refusals.check(rules.entry_problems(lines, company.digits))
    row = _insert(company, lines, posted_on, source, by, memo, reversal_of)
    entry_id, year, period_id, line_ids, without_party = row
    if entry_id is None or line_ids is None or len(line_ids) != len(lines):
        raise refusals.Refused(*_why_not(company, lines, posted_on, by))
    if without_party is not None:
        raise refusals.Refused(rules.PARTY_NEEDED("party", account=without_party))
    entry = Entry(
        id=entry_id,
        company=company,
        posted_on=posted_on,
        period_id=period_id,
        source_kind=work.kind_of(source),
        source_id=source.pk,
        memo=memo,
        reversal_of=reversal_of,
    )
    work.required().claims.append(numbering.Claim(entry, company.pk, SERIES, year, posted_on))
    _show(entry)
    return Posted(entry, line_ids)


def _insert(
    company: Company,
    lines: Sequence[DraftLine],
    posted_on: date,
    source: models.Model,
    by: Actor,
    memo: str,
    reversal_of: Entry | None,
) -> tuple[Any, ...]:
    row = sql.one(
        _POST,
        {
            "company": company.pk,
            "day": posted_on,
            "states": _postable_states(by),
            "source_kind": work.kind_of(source),
            "source_id": source.pk,
            "memo": memo[:200],
            "reversal_of": reversal_of.pk if reversal_of else None,
            "by_id": by.user_id,
            "by_name": by.name,
            "lines": sql.records([_row(place, line, company) for place, line in enumerate(lines, start=1)]),
        },
    )
    assert row is not None
    return row


def _row(ordinal: int, line: DraftLine, company: Company) -> dict[str, Any]:
    return {
        "ordinal": ordinal,
        "key": line.account,
        "party": line.party,
        "product": line.product,
        "department": line.department,
        "project": line.project,
        "debit": line.debit,
        "credit": line.credit,
        "currency": line.currency or company.currency,
        "amount": _amount_currency(line),
        "due_on": line.due_on,
        "memo": line.memo[:200],
        "settled": line.settled,
    }


def _amount_currency(line: DraftLine) -> Decimal:
    return line.debit - line.credit if line.amount_currency is None else line.amount_currency


def _postable_states(by: Actor) -> list[str]:
    closing = [Period.State.CLOSING] if by.may(POST_WHILE_CLOSING) else []
    return [Period.State.OPEN, *closing]


def _why_not(
    company: Company, lines: Sequence[DraftLine], posted_on: date, by: Actor
) -> list[refusals.Refusal]:
    """The reasons behind an insert that found no period or not every account; read only when it failed."""
    found = []
    period = Period.objects.filter(company=company, start_on__lte=posted_on, end_on__gte=posted_on).first()
    if period is None:
        found.append(rules.PERIOD_MISSING("posted_on", day=posted_on))
    elif period.state not in _postable_states(by):
        found.append(rules.PERIOD_LOCKED("posted_on", month=period))
    defaults = PostingDefault.objects.filter(company=company, account__is_active=True)
    roles = set(defaults.values_list("role", flat=True))
    codes = set(Account.objects.filter(company=company, is_active=True).values_list("code", flat=True))
    missing = sorted({line.account for line in lines} - roles - codes)
    return found + [rules.ACCOUNT_UNKNOWN("lines", account=account) for account in missing]


def _show(entry: Entry) -> None:
    def tell() -> dict[str, Any]:
        posted = Line.objects.filter(entry=entry.pk).select_related("account").order_by("ordinal")
        shown = [
            {
                "account": one.account.code,
                "account_name": str(one.account),
                "debit": one.debit,
                "credit": one.credit,
            }
            for one in posted
        ]
        company = entry.company
        said = {"company": company.pk, "currency": company.currency, "posted_on": entry.posted_on}
        return said | {"lines": shown}

    work.effect("accounting.entry", tell)


@commands.command(label=_("Post entry"), model=Entry, permission="accounting.entry.create")
def create(
    *, company: Company, posted_on: date, lines: Sequence[Mapping[str, Any]], memo: str = "", by: Actor
) -> Entry:
    """Post a manual entry (일반전표); it is its own document. Refuses like ``post``, and accounts that goods keep.

    Each row has ``account`` and ``debit`` or ``credit``, and may have ``party``, ``department``, ``project``,
    ``due_on``, ``memo``.
    """
    label = Line._meta.get_field("account").verbose_name
    refusals.check(
        None if row.get("account") else refusals.FIELD_REQUIRED(f"lines.{place}.account", label=label)
        for place, row in enumerate(lines)
    )
    refusals.check(_kept_by_stock(lines))
    drafted = [_typed(row) for row in lines]
    return post(company, drafted, posted_on=posted_on, source=company, by=by, memo=memo).entry


def _kept_by_stock(lines: Sequence[Mapping[str, Any]]) -> list[refusals.Refusal]:
    """A posting by hand would part the account from the goods that are its worth."""
    codes = {row["account"].code for row in lines}
    kept = set(Category.objects.filter(stock_account__in=codes).values_list("stock_account", flat=True))
    return [
        rules.KEPT_BY_STOCK(f"lines.{place}.account", account=row["account"])
        for place, row in enumerate(lines)
        if row["account"].code in kept
    ]


def _typed(row: Mapping[str, Any]) -> DraftLine:
    keys = {name: one.pk for name in ("party", "department", "project") if (one := row.get(name))}
    return DraftLine(
        account=row["account"].code,
        debit=row.get("debit") or rules.ZERO,
        credit=row.get("credit") or rules.ZERO,
        due_on=row.get("due_on"),
        memo=row.get("memo") or "",
        **keys,
    )


def mirror(entry: Entry, *, posted_on: date, source: models.Model, by: Actor, memo: str = "") -> Posted:
    """Post the reversal of ``entry`` for the document ``source``, inside the command under way."""
    lines = rules.reversed_lines(
        [_draft(line) for line in entry.lines.order_by("ordinal").select_related("account")]
    )
    return post(entry.company, lines, posted_on=posted_on, source=source, by=by, memo=memo, reversal_of=entry)


def _draft(line: Line) -> DraftLine:
    return DraftLine(
        account=line.account.code,
        debit=line.debit,
        credit=line.credit,
        party=line.party_id,
        product=line.product_id,
        department=line.department_id,
        project=line.project_id,
        currency=line.currency,
        amount_currency=line.amount_currency,
        due_on=line.due_on,
        memo=line.memo,
    )
