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
