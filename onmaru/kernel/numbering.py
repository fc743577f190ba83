"""Gap-free legal numbers per company, series and fiscal year.

A number is claimed anywhere in a command and taken by the last statements before its commit, in sorted
order of series. A rollback gives the number back because the counter rolls back with it; two postings wait
for each other no longer than one commit; and since counters are the last locks taken, always in the same
order, they can be no part of a deadlock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.db import connection, models

from onmaru.kernel import sql

declared: dict[str, object] = {}
"""What each series of the house numbers, by its code."""


def series(code: str, what: object) -> str:
    """Declare a series of numbers. The code begins its numbers unless a format says otherwise."""
    declared[code] = what
    return code


@dataclass(frozen=True)
class Claim:
    """A record that is to bear the next number of its series, in fiscal ``year``.

    ``on`` is the day that says which format holds, the first of that year unless it is given.
    """

    record: models.Model
    company_id: int
    series: str
    year: int
    on: date | None = None


# At least six digits; lpad alone would cut the millionth number short.
DIGITS = "lpad(({0})::text, greatest(6, length(({0})::text)), '0')"
_TAKE = """
WITH {beside} asked AS (
  SELECT row.*, format.pattern,
         CASE WHEN format.by_month THEN extract(year FROM day)::int * 100 + extract(month FROM day)::int
              ELSE fiscal END AS year
  FROM kernel_judge(), jsonb_to_recordset(%(claims)s::jsonb)
    AS row(company bigint, series text, fiscal int, day date, nth bigint, kind text, id bigint)
  LEFT JOIN LATERAL (
    SELECT pattern, by_month FROM kernel_numberformat
    WHERE company_id = row.company AND kernel_numberformat.series = row.series AND starts_on <= day
    ORDER BY starts_on DESC, id DESC LIMIT 1
  ) format ON true
), claimed AS (
  SELECT asked.*, row_number() OVER (PARTITION BY company, series, year ORDER BY nth) AS place FROM asked
), counter AS (
  INSERT INTO kernel_counter AS kept (company_id, series, year, last)
  SELECT company, series, year, count(*) FROM claimed GROUP BY company, series, year ORDER BY company, series, year
  ON CONFLICT (company_id, series, year) DO UPDATE SET last = kept.last + EXCLUDED.last
  RETURNING company_id, series, year, last
), given AS (
  SELECT claimed.*, last - count(*) OVER (PARTITION BY company, claimed.series, claimed.year) + place AS sequence
  FROM claimed JOIN counter ON (company_id, counter.series, counter.year) = (company, claimed.series, claimed.year)
), worded AS (
  SELECT given.*, CASE WHEN pattern IS NULL THEN series || '-' || year || '-' || {digits}
                       ELSE kernel_number(pattern, year, day, sequence) END AS number FROM given
), register AS (
  INSERT INTO kernel_legalnumber (company_id, series, year, sequence, subject_kind, subject_id, worded)
  SELECT company, series, year, sequence, kind, id, CASE WHEN pattern IS NULL THEN '' ELSE number END FROM worded
), {documents}
{numbers}
"""
_DOCUMENT = """document{place} AS (
  UPDATE {table} AS document SET number = worded.number FROM worded
  WHERE worded.kind = '{kind}' AND document.id = worded.id RETURNING document.id, document.number
)"""
_NUMBER = "SELECT '{kind}' AS kind, id, number FROM document{place}"


def take(claims: list[Claim], *, beside: str = "", given: Mapping[str, Any] | None = None) -> None:
    """Give every claimed number by one statement, counters in the order of their series; sets ``record.number``.

    A record that claims a number of one series twice is given one. ``beside`` are parts that write something else by
    the same statement (``name AS (…),``), and ``given`` are their parameters.
    """
    borne: dict[tuple[str, int], Any] = {
        (one.record._meta.label_lower, one.record.pk): one.record for one in claims
    }
    wanted = {
        (one.company_id, one.series, one.year, one.record._meta.label_lower, one.record.pk): one
        for one in claims
    }
    rows = [
        {
            **dict(zip(("company", "series", "fiscal", "kind", "id"), key, strict=True)),
            "day": one.on or date(one.year, 1, 1),
            "nth": nth,
        }
        for nth, (key, one) in enumerate(wanted.items())
    ]
    kinds = {record._meta.label_lower: record._meta.db_table for record in borne.values()}
    statement = _statement(tuple(sorted(kinds.items())), beside)
    for kind, key, number in sql.rows(statement, {**(given or {}), "claims": sql.records(rows)}):
        borne[kind, key].number = number


@cache
def _statement(tables: tuple[tuple[str, str], ...], beside: str) -> str:
    """The statement that numbers documents of some tables, given as pairs of kind and table, and does ``beside``."""
    named = [
        {"place": place, "kind": kind, "table": connection.ops.quote_name(table)}
        for place, (kind, table) in enumerate(tables)
    ]
    return _TAKE.format(
        beside=beside,
        digits=DIGITS.format("sequence"),
        documents=", ".join(_DOCUMENT.format(**one) for one in named),
        numbers=" UNION ALL ".join(_NUMBER.format(**one) for one in named),
    )
