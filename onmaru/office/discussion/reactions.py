"""Who is told because of what was said."""

from __future__ import annotations

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import events, work
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.office.discussion.events import Written
from onmaru.office.discussion.models import Comment
from onmaru.office.discussion.queries import people
from onmaru.office.discussion.rules import saying
from onmaru.office.notices import ports
from onmaru.office.notices.commands import notices

ports.declare("mention", _("Somebody mentions me"))
ports.declare("comment", _("Somebody writes where I follow"), push=False)


@events.reacts_to(Written)
def tell_of_comment(fact: Written, *, by: Actor) -> None:
    """Those who are called, and of a new comment those who follow the record; nobody twice, and not who wrote it."""
    comment = Comment.objects.filter(pk=fact.comment_id).first()
    record = work.record_of(comment.subject_kind, comment.subject_id or 0) if comment else None
    if comment is None or record is None:
        return
    author = people.speaker(comment.author_id, comment.author_name)
    about = {"who": author.name, "record": str(record)}
    excerpt = saying.short(comment.text)
    called = User.objects.filter(pk__in=fact.called)
    words = format_lazy(_("{who} mentioned you: {record}"), **about)
    notices.tell(called, "mention", record, words, by=author, excerpt=excerpt, once=f"mention:{comment.pk}")
    if fact.is_new:
        followed = people.following(record, until=comment.created_at)
        following = User.objects.filter(pk__in=followed).exclude(pk__in=fact.called)
        words = format_lazy(_("{who} on {record}"), **about)
        notices.tell(
            following, "comment", record, words, by=author, excerpt=excerpt, once=f"comment:{comment.pk}"
        )
