"""What became of what is to be done, for those who are to be told and for rooms above."""

from __future__ import annotations

from dataclasses import dataclass

from onmaru.kernel import events


@events.event("activities.activity.planned")
@dataclass(frozen=True)
class Planned(events.Fact):
    """An activity became a person's: made for them, or handed to them."""

    activity_id: int
    person_id: int
    by_id: int | None


@events.event("activities.activity.finished")
@dataclass(frozen=True)
class Finished(events.Fact):
    """An activity was done or dropped."""

    activity_id: int
    by_id: int | None
