"""What the worker does by itself: telling those who follow a record of the steps it takes."""

from __future__ import annotations

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, jobs, work
from onmaru.kernel.models import User
from onmaru.office.discussion.queries import followed, people
from onmaru.office.notices import ports
from onmaru.office.notices.commands import notices

ports.declare("step", _("A record I follow moves on"), mail=False, push=False)


@jobs.every(seconds=5, name="discussion.steps")
def steps() -> int:
    """Tell of what happened since; returns how many steps. The same one is told a person once."""
    found = followed.steps()
    for step in found:
        record = work.record_of(step.row.subject_kind, step.row.subject_id)
        command = commands.registry.get(step.row.command)
        if record is None or command is None:
            continue
        who = people.speaker(step.row.by_id, step.row.by_name)
        words = format_lazy(
            _("{who}: {action} – {record}"), who=who.name, action=command.label, record=str(record)
        )
        whose = User.objects.filter(pk__in=step.people)
        notices.tell(whose, "step", record, words, by=who, once=f"step:{step.row.pk}")
    return len(found)
