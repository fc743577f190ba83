"""Who is told because of what was said and planned."""

from __future__ import annotations

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import events, work
from onmaru.kernel.identity import Actor, system
from onmaru.kernel.models import User
from onmaru.office.discussion.events import Finished, Planned, Written
from onmaru.office.discussion.models import Activity, Comment
from onmaru.office.discussion.queries import people
from onmaru.office.discussion.rules import saying
from onmaru.office.notices import ports
from onmaru.office.notices.commands import notices

ports.declare("mention", _("Somebody mentions me"))
ports.declare("comment", _("Somebody writes where I follow"), push=False)
ports.declare("activity", _("Something is planned for me, or done that I planned"))
ports.declare("reminder", _("A reminder of my own"), mail=False)


@events.reacts_to(Written)
def tell_of_comment(fact: Written, *, by: Actor) -> None:
    """Those who are called, and of a new comment those who follow the record; nobody twice, and not who wrote it."""
    comment = Comment.objects.filter(pk=fact.comment_id).first()
    record = work.record_of(comment.subject_kind, comment.subject_id or 0) if comment else None
    if comment is None or record is None:
        return
    author = _speaker(comment.author_id, comment.author_name)
    about = {"who": author.name, "record": str(record)}
    said = {"by": author, "excerpt": saying.short(comment.text)}
    called = User.objects.filter(pk__in=fact.called)
    words = format_lazy(_("{who} mentioned you: {record}"), **about)
    notices.tell(called, "mention", record, words, once=f"mention:{comment.pk}", **said)
    if fact.is_new:
        followed = people.following(record, until=comment.created_at)
        following = User.objects.filter(pk__in=followed).exclude(pk__in=fact.called)
        words = format_lazy(_("{who} on {record}"), **about)
        notices.tell(following, "comment", record, words, once=f"comment:{comment.pk}", **said)


@events.reacts_to(Planned)
def tell_of_activity(fact: Planned, *, by: Actor) -> None:
    """The person whose it became."""
    activity = Activity.objects.filter(pk=fact.activity_id, person=fact.person_id).first()
    if activity is not None:
        giver = _speaker(fact.by_id, "")
        words = format_lazy(_("{who} planned for you: {title}"), who=giver.name, title=activity.title)
        once = f"planned:{activity.pk}:{fact.person_id}"
        whose = User.objects.filter(pk=fact.person_id)
        notices.tell(whose, "activity", activity, words, by=giver, excerpt=activity.about, once=once)


@events.reacts_to(Finished)
def tell_of_end(fact: Finished, *, by: Actor) -> None:
    """Who planned it for somebody else."""
    activity = Activity.objects.filter(pk=fact.activity_id).exclude(author=fact.by_id).first()
    if activity is not None and activity.author_id is not None:
        doer = _speaker(fact.by_id, activity.done_by)
        words = format_lazy(
            _("{who}: {title} – {state}"),
            who=doer.name,
            title=activity.title,
            state=activity.get_state_display(),
        )
        once = f"finished:{activity.pk}:{activity.done_at:%s}" if activity.done_at else ""
        author = User.objects.filter(pk=activity.author_id)
        notices.tell(author, "activity", activity, words, by=doer, excerpt=activity.outcome, once=once)


def _speaker(person_id: int | None, name: str) -> Actor:
    """Who is named as the one who did it, and told nothing of it."""
    person = User.objects.filter(pk=person_id).first() if person_id else None
    speaker = system(person.display_name if person else name)
    return Actor(person_id, speaker.name, speaker.permissions, None)
