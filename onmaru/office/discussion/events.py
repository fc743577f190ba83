"""What happened here, for those who are to be told and for rooms above."""

from __future__ import annotations

from dataclasses import dataclass

from onmaru.kernel import events


@events.event("discussion.comment.written")
@dataclass(frozen=True)
class Written(events.Fact):
    """Somebody said something, or called somebody more in what they had said: ``called`` are those newly called."""

    comment_id: int
    author_id: int | None
    called: list[int]
    is_new: bool


@events.event("discussion.activity.planned")
@dataclass(frozen=True)
class Planned(events.Fact):
    """An activity became a person's: made for them, or handed to them."""

    activity_id: int
    person_id: int
    by_id: int | None


@events.event("discussion.activity.finished")
@dataclass(frozen=True)
class Finished(events.Fact):
    """An activity was done or dropped."""

    activity_id: int
    by_id: int | None
