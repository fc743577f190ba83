"""What happened to followed records lately and some who follow them were not told of yet: steps, and changes."""

from __future__ import annotations

from typing import NamedTuple

from django.apps import apps

from onmaru.kernel import sql
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import AuditRow
from onmaru.workbench import columns, history

# The history is read by its key from the end: what committed later than it began is looked for as long as this.
# A step is told whoever follows; a change of fields or lines who chose to hear of those.
WINDOW = """
SELECT a.id, array_agg(f.person_id)
FROM kernel_auditrow a JOIN discussion_follow f USING (subject_kind, subject_id)
WHERE a.id > (SELECT max(id) FROM kernel_auditrow) - 20000 AND a.at > now() - interval '2 minutes'
  AND (a.changes ? 'state' OR EXISTS (
    SELECT FROM notices_choice c
    WHERE c.person_id = f.person_id AND c.kind = 'change' AND (c.screen OR c.mail OR c.push)
      AND (a.changes ? 'lines' OR a.changes @? 'strict $.* ? (@.type() == "array")')))
  AND f.since < a.at AND f.person_id IS DISTINCT FROM a.by_id
  AND NOT EXISTS (SELECT FROM notices_notice n WHERE n.person_id = f.person_id AND n.once = 'step:' || a.id)
GROUP BY a.id ORDER BY a.id LIMIT 100
"""


class Step(NamedTuple):
    """A line of the history, and who is to be told."""

    row: AuditRow
    people: list[int]

    @property
    def kind(self) -> str:
        """What of: a ``step`` from state to state, or a ``change`` of fields only."""
        return "step" if "state" in self.row.changes else "change"


def steps() -> list[Step]:
    """What is to be told now, the oldest first."""
    people = dict(sql.rows(WINDOW))
    rows = AuditRow.objects.filter(pk__in=people).order_by("id")
    return [Step(one, people[one.pk]) for one in rows]


def changed(row: AuditRow, by: Actor) -> list[history.Change] | None:
    """What the line tells ``by`` of fields, as the timeline does; None when all of it is hidden from them."""
    model = apps.get_model(row.subject_kind)
    (told,) = history.told(model, [row], by)
    state = next(
        (columns.column_of(one).label for one in model._meta.concrete_fields if one.name == "state"), ""
    )
    found = [one for one in told.changes if one.label != state]
    return found if found or "lines" in row.changes or "state" in row.changes else None
