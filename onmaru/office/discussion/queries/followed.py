"""Steps that followed records took lately and that some who follow them were not told of yet."""

from __future__ import annotations

from typing import NamedTuple

from onmaru.kernel import sql
from onmaru.kernel.models import AuditRow

# The history is read by its key from the end: what committed later than it began is looked for as long as this.
WINDOW = """
SELECT a.id, array_agg(f.person_id)
FROM kernel_auditrow a JOIN discussion_follow f USING (subject_kind, subject_id)
WHERE a.id > (SELECT max(id) FROM kernel_auditrow) - 20000 AND a.at > now() - interval '2 minutes'
  AND a.changes ? 'state' AND f.since < a.at AND f.person_id IS DISTINCT FROM a.by_id
  AND NOT EXISTS (SELECT FROM notices_notice n WHERE n.person_id = f.person_id AND n.once = 'step:' || a.id)
GROUP BY a.id ORDER BY a.id LIMIT 100
"""


class Step(NamedTuple):
    """A line of the history in which a record's state changed, and who is to be told."""

    row: AuditRow
    people: list[int]


def steps() -> list[Step]:
    """What is to be told now, the oldest first."""
    people = dict(sql.rows(WINDOW))
    rows = AuditRow.objects.filter(pk__in=people).order_by("id")
    return [Step(one, people[one.pk]) for one in rows]
