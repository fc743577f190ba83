"""What is said about a record, and changed or taken back by who said it."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, events, records, refusals, trash
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import Trash
from onmaru.office.discussion.commands import marks
from onmaru.office.discussion.events import Written
from onmaru.office.discussion.models import Comment
from onmaru.office.discussion.queries import people, reach
from onmaru.office.discussion.rules import saying
from onmaru.office.notices.commands import live


@commands.command(label=_("Comment"), model=Comment)
def write(*, subject_kind: str, subject_id: int, text: str, by: Actor) -> Comment:
    """Say something about a record that the actor sees. Who is called by an @ and who said it follow it from now on.

    Refuses nothing_said; not_found for a record that is not there to see or has no timeline.
    """
    record = reach.record(subject_kind, subject_id, by)
    _check(text, None if reach.bears(type(record)) else refusals.NOT_FOUND("subject_id"))
    comment = Comment(
        author_id=by.user_id, author_name=by.name, company_id=getattr(record, "company_id", None)
    )
    comment.about, comment.mentions = str(record)[:200], people.called(text)
    records.fill(comment, {"subject_kind": subject_kind, "subject_id": subject_id, "text": text})
    comment.save()
    marks.follow(record, [by.user_id, *comment.mentions])
    events.emit(Written(comment.pk, by.user_id, comment.mentions, is_new=True), comment)
    live.signal(f"{subject_kind}:{subject_id}", changed="comments")
    return comment


@commands.command(label=_("Edit"), model=Comment)
def edit(comment: Comment, *, text: str, by: Actor) -> Comment:
    """Say it otherwise; those newly called are told. Refuses nothing_said, not_your_comment."""
    _check(text, _not_yours(comment, by))
    before = set(comment.mentions)
    comment.mentions, comment.edited_at = people.called(text), timezone.now()
    records.fill(comment, {"text": text})
    marks.follow(comment, [key for key in comment.mentions if key not in before])
    called = [key for key in comment.mentions if key not in before]
    events.emit(Written(comment.pk, by.user_id, called, is_new=False), comment)
    live.signal(f"{comment.subject_kind}:{comment.subject_id}", changed="comments")
    return comment


@commands.command(label=_("Delete"), model=Comment, danger=True)
def delete(comment: Comment, *, by: Actor) -> Trash:
    """Take one's own comment back, into the trash. Refuses not_your_comment."""
    refusals.check([_not_yours(comment, by)])
    live.signal(f"{comment.subject_kind}:{comment.subject_id}", changed="comments")
    return trash.delete(comment, by=by)


def _check(text: str, *reasons: refusals.Refusal | None) -> None:
    refusals.check([None if text.strip() else saying.NOTHING_SAID("text"), *reasons])


def _not_yours(comment: Comment, by: Actor) -> refusals.Refusal | None:
    """The house itself (an import, a reaction) may; of people only the author."""
    mine = by.user_id is None or comment.author_id == by.user_id
    return None if mine else saying.NOT_YOUR_COMMENT()
