"""What the worker does by itself: telling those who follow a record of the steps it takes and how it changes."""

from __future__ import annotations

from django.db.models import Model
from django.utils.text import format_lazy
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, identity, jobs, work
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.office.discussion.queries import followed, people
from onmaru.office.discussion.queries.followed import Step
from onmaru.office.notices import ports
from onmaru.office.notices.commands import notices
from onmaru.workbench.fields import Text

ports.declare("step", _("A record I follow moves on"), mail=False, push=False)
ports.declare("change", _("A record I follow is changed"), screen=False, mail=False, push=False)


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
        for person in User.objects.filter(pk__in=step.people):
            _tell(person, step, record, words, who)
    return len(found)


def _tell(person: User, step: Step, record: Model, words: Text, who: Actor) -> None:
    """One notice for one command, with what it changed of what this person may see."""
    with override(person.language):
        changes = followed.changed(step.row, identity.actor(person))
        said = gettext("{field} “{old}” → “{new}”")
        told = [said.format(field=one.label, old=one.old, new=one.new) for one in changes or ()]
    if changes is not None:
        once = f"step:{step.row.pk}"
        notices.tell([person], step.kind, record, words, by=who, excerpt=", ".join(told), once=once)
