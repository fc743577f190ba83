"""Gap-free legal numbers per company, series and fiscal year.

A number is claimed anywhere in a command and taken by the last statements before its commit, in sorted
order of series. A rollback gives the number back because the counter rolls back with it; two postings wait
for each other no longer than one commit; and since counters are the last locks taken, always in the same
order, they can be no part of a deadlock.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
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
WITH counter AS (
  INSERT INTO kernel_counter (company_id, series, year, last)
  VALUES (%(company)s, %(series)s, %(year)s, %(count)s::bigint)
  ON CONFLICT (company_id, series, year) DO UPDATE SET last = kernel_counter.last + %(count)s::bigint
  RETURNING last
), given AS (
  SELECT id, counter.last - %(count)s::bigint + place AS sequence,
         %(series)s::text || '-' || %(year)s::text || '-' || {digits} AS number
  FROM counter, unnest(%(ids)s::bigint[]) WITH ORDINALITY AS claimed(id, place)
), register AS (
  INSERT INTO kernel_legalnumber (company_id, series, year, sequence, subject_kind, subject_id)
  SELECT %(company)s::bigint, %(series)s, %(year)s::smallint, sequence, %(kind)s, id FROM given
)
UPDATE {table} AS document SET number = given.number FROM given WHERE document.id = given.id
RETURNING document.id, document.number
"""


def take(claims: list[Claim]) -> None:
    """Give every claimed number, one statement per company, series and year; sets ``record.number``."""
    groups: dict[tuple[int, str, int, str], list[Any]] = defaultdict(list)
    for claim in claims:
        key = (claim.company_id, claim.series, claim.year, claim.record._meta.label_lower)
        groups[key].append(claim.record)
    for (company_id, series, year, kind), records in sorted(groups.items(), key=lambda group: group[0]):
        by_id = {record.pk: record for record in records}
        named = {"company": company_id, "series": series, "year": year, "kind": kind}
        statement = _TAKE.format(
            table=connection.ops.quote_name(records[0]._meta.db_table),
            digits=DIGITS.format("counter.last - %(count)s::bigint + place"),
        )
        for record_id, number in sql.rows(statement, named | {"count": len(by_id), "ids": list(by_id)}):
            by_id[record_id].number = number
