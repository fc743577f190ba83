"""Saying, following and pinning; who is told because of it, and once."""

from __future__ import annotations

from typing import Any

import pytest

from onmaru.kernel import events, identity, jobs, trash
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import Event, User
from onmaru.kernel.refusals import Refused
from onmaru.masters.party.models import Party
from onmaru.office.discussion import commands
from onmaru.office.discussion.models import Comment, Follow
from onmaru.office.discussion.queries import timeline
from onmaru.office.notices.models import Notice

ON = "party.party"


def say(party: Party, text: str, by: Actor) -> Comment:
    return commands.comments.write(subject_kind=ON, subject_id=party.pk, text=text, by=by)


def told() -> set[tuple[str, str]]:
    jobs.drain()
    return set(Notice.objects.values_list("person__username", "kind"))


def refused(*codes: str) -> Any:
    return pytest.raises(Refused, match="|".join(codes))


def test_who_is_called_and_who_follows_is_told_once_whatever_comes_twice(
    party: Party, clerk: User, mate: User, stranger: User
) -> None:
    say(party, "첫 글", identity.actor(mate))
    assert told() == set()
    say(party, "@이서연 @최준호 확인", identity.actor(clerk))
    assert told() == {("mate", "mention")}
    say(party, "둘째", identity.actor(clerk))
    assert told() == {("mate", "mention"), ("mate", "comment")}
    for event in Event.objects.all():
        for name in events.reactions[event.kind]:
            assert events.react(event.pk, name) is False
    assert Notice.objects.count() == 2
    assert set(Follow.objects.values_list("person__username", flat=True)) == {"mate", "clerk", "stranger"}


def test_a_comment_is_its_authors_to_change(party: Party, clerk: User, mate: User) -> None:
    me, other = identity.actor(clerk), identity.actor(mate)
    comment = say(party, "초안", me)
    assert told() == set()
    with refused("nothing_said"):
        say(party, " \n", me)
    with refused("not_your_comment"):
        commands.comments.edit(comment, text="남의 글", by=other)
    with refused("not_your_comment"):
        commands.comments.delete(comment, by=other)
    commands.comments.edit(comment, text="고침 @이서연", by=me)
    assert told() == {("mate", "mention")}
    assert Comment.objects.get().edited_at is not None
    kept = commands.comments.delete(comment, by=me)
    assert not Comment.objects.exists()
    trash.restore(kept, by=identity.system("tester"))
    assert Comment.objects.get().text == "고침 @이서연"


def test_nobody_speaks_on_what_they_do_not_see_nor_on_what_was_said(
    party: Party, clerk: User, stranger: User
) -> None:
    with refused("not_found"):
        say(party, "hm", identity.actor(stranger))
    comment = say(party, "글", identity.actor(clerk))
    for kind in ("discussion.comment", "discussion", "no.such", "party.party.party"):
        with refused("not_found"):
            commands.comments.write(
                subject_kind=kind, subject_id=comment.pk, text="x", by=identity.actor(clerk)
            )


def test_pins_stand_above_and_only_what_is_there_is_pinned(party: Party, clerk: User) -> None:
    me = identity.actor(clerk)
    comment = say(party, "중요", me)
    say(party, "다음", me)
    with refused("no_such_entry"):
        commands.marks.pin(party, "comments", comment.pk + 99, on=True, by=me)
    with refused("no_such_entry"):
        commands.marks.pin(party, "nowhere", comment.pk, on=True, by=me)
    commands.marks.pin(party, "comments", comment.pk, on=True, by=me)
    assert [one.key for one in timeline.page(party, me).pinned] == [comment.pk]
    commands.marks.pin(party, "comments", comment.pk, on=False, by=me)
    assert timeline.page(party, me).pinned == []
