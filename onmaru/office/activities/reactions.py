"""Who is told because of what was planned and done."""

from __future__ import annotations

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import events
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.office.activities.events import Finished, Planned
from onmaru.office.activities.models import Activity
from onmaru.office.discussion.queries import people
from onmaru.office.notices import ports
from onmaru.office.notices.commands import notices

ports.declare("activity", _("Something is planned for me, or done that I planned"))
ports.declare("reminder", _("A reminder of my own"), mail=False)


@events.reacts_to(Planned)
def tell_of_activity(fact: Planned, *, by: Actor) -> None:
    """The person whose it became."""
    activity = Activity.objects.filter(pk=fact.activity_id, person=fact.person_id).first()
    if activity is not None:
        giver = people.speaker(fact.by_id, "")
        words = format_lazy(_("{who} planned for you: {title}"), who=giver.name, title=activity.title)
        once = f"planned:{activity.pk}:{fact.person_id}"
        whose = User.objects.filter(pk=fact.person_id)
        notices.tell(whose, "activity", activity, words, by=giver, excerpt=activity.about, once=once)


@events.reacts_to(Finished)
def tell_of_end(fact: Finished, *, by: Actor) -> None:
    """Who planned it for somebody else."""
    activity = Activity.objects.filter(pk=fact.activity_id).exclude(author=fact.by_id).first()
    if activity is not None and activity.author_id is not None:
        doer = people.speaker(fact.by_id, activity.done_by)
        words = format_lazy(
            _("{who}: {title} – {state}"),
            who=doer.name,
            title=activity.title,
            state=activity.get_state_display(),
        )
        once = f"finished:{activity.pk}:{activity.done_at:%s}" if activity.done_at else ""
        author = User.objects.filter(pk=activity.author_id)
        notices.tell(author, "activity", activity, words, by=doer, excerpt=activity.outcome, once=once)
