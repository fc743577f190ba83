"""Gap-free legal numbers per company, series and fiscal year.

A number is claimed anywhere in a command and taken by the last statements before its commit, in sorted
order of series. A rollback gives the number back because the counter rolls back with it; two postings wait
for each other no longer than one commit; and since counters are the last locks taken, always in the same
order, they can be no part of a deadlock.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection, models

from onmaru.kernel import sql


@dataclass(frozen=True)
class Claim:
    """A record that is to bear the next number of its series."""

    record: models.Model
    company_id: int
    series: str
    year: int


# At least six digits; lpad alone would cut the millionth number short.
DIGITS = "lpad(({0})::text, greatest(6, length(({0})::text)), '0')"
_TAKE = """
WITH claimed AS (
  SELECT * FROM jsonb_to_recordset(%(claims)s::jsonb)
    AS row(company bigint, series text, year smallint, place bigint, kind text, id bigint)
), counter AS (
  INSERT INTO kernel_counter AS kept (company_id, series, year, last)
  SELECT company, series, year, count(*) FROM claimed GROUP BY company, series, year ORDER BY company, series, year
  ON CONFLICT (company_id, series, year) DO UPDATE SET last = kept.last + EXCLUDED.last
  RETURNING company_id, series, year, last
), given AS (
  SELECT claimed.*, last - count(*) OVER (PARTITION BY company, claimed.series, claimed.year) + place AS sequence
  FROM claimed JOIN counter ON (company_id, counter.series, counter.year) = (company, claimed.series, claimed.year)
), worded AS (
  SELECT given.*, series || '-' || year || '-' || {digits} AS number FROM given
), register AS (
  INSERT INTO kernel_legalnumber (company_id, series, year, sequence, subject_kind, subject_id)
  SELECT company, series, year, sequence, kind, id FROM given
), {documents}
{numbers}
"""
_DOCUMENT = """document{place} AS (
  UPDATE {table} AS document SET number = worded.number FROM worded
  WHERE worded.kind = '{kind}' AND document.id = worded.id RETURNING document.id, document.number
)"""
_NUMBER = "SELECT '{kind}' AS kind, id, number FROM document{place}"


def take(claims: list[Claim]) -> None:
    """Give every claimed number by one statement, counters in the order of their series; sets ``record.number``.

    A record that claims a number of one series twice is given one.
    """
    places: dict[tuple[int, str, int], dict[tuple[str, int], models.Model]] = defaultdict(dict)
    for claim in claims:
        series = (claim.company_id, claim.series, claim.year)
        places[series][claim.record._meta.label_lower, claim.record.pk] = claim.record
    rows = [
        {"company": company, "series": series, "year": year, "place": place, "kind": kind, "id": key}
        for (company, series, year), records in places.items()
        for place, (kind, key) in enumerate(records, 1)
    ]
    borne: dict[tuple[str, int], Any] = {}
    for records in places.values():
        borne |= records
    kinds = {record._meta.label_lower: record._meta.db_table for record in borne.values()}
    for kind, key, number in sql.rows(
        _statement(tuple(sorted(kinds.items()))), {"claims": sql.records(rows)}
    ):
        borne[kind, key].number = number


@cache
def _statement(tables: tuple[tuple[str, str], ...]) -> str:
    """The statement that numbers documents of some tables, given as pairs of kind and table."""
    named = [
        {"place": place, "kind": kind, "table": connection.ops.quote_name(table)}
        for place, (kind, table) in enumerate(tables)
    ]
    return _TAKE.format(
        digits=DIGITS.format("sequence"),
        documents=", ".join(_DOCUMENT.format(**one) for one in named),
        numbers=" UNION ALL ".join(_NUMBER.format(**one) for one in named),
    )
