"""Gap-free legal numbers per company, series and fiscal year.

A number is claimed anywhere in a command and taken by the last statements before its commit, in sorted
order of series. A rollback gives the number back because the counter rolls back with it; two postings wait
for each other no longer than one commit; and since counters are the last locks taken, always in the same
order, they can be no part of a deadlock.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db import connection, models


@dataclass(frozen=True)
class Claim:
    """A record that is to bear the next number of its series."""

    record: models.Model
    company_id: int
    series: str
    year: int


_TAKE = """
WITH counter AS (
  INSERT INTO kernel_counter (company_id, series, year, last) VALUES (%(company)s, %(series)s, %(year)s, %(count)s)
  ON CONFLICT (company_id, series, year) DO UPDATE SET last = kernel_counter.last + %(count)s
  RETURNING last
), given AS (
  SELECT id, counter.last - %(count)s + place AS sequence,
         %(series)s || '-' || %(year)s || '-' || lpad((counter.last - %(count)s + place)::text, 6, '0') AS number
  FROM counter, unnest(%(ids)s::bigint[]) WITH ORDINALITY AS claimed(id, place)
), register AS (
  INSERT INTO kernel_legalnumber (company_id, series, year, sequence, subject_kind, subject_id)
  SELECT %(company)s, %(series)s, %(year)s, sequence, %(kind)s, id FROM given
)
UPDATE {table} AS document SET number = given.number FROM given WHERE document.id = given.id
RETURNING document.id, document.number
"""


def take(claims: list[Claim]) -> None:
    """Give every claimed number, one statement per company, series and year; sets ``record.number``."""
    groups: dict[tuple[int, str, int, str], list[models.Model]] = defaultdict(list)
    for claim in claims:
        key = (claim.company_id, claim.series, claim.year, claim.record._meta.label_lower)
        groups[key].append(claim.record)
    with connection.cursor() as cursor:
        for (company_id, series, year, kind), records in sorted(groups.items(), key=lambda group: group[0]):
            by_id = {record.pk: record for record in records}
            table = connection.ops.quote_name(records[0]._meta.db_table)
            cursor.execute(
                _TAKE.format(table=table),
                {
                    "company": company_id,
                    "series": series,
                    "year": year,
                    "count": len(by_id),
                    "kind": kind,
                    "ids": list(by_id),
                },
            )
            for record_id, number in cursor.fetchall():
                setattr(by_id[record_id], "number", number)
