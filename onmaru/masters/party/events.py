"""Facts of this room."""

from __future__ import annotations

from dataclasses import dataclass

from onmaru.kernel import events


@events.event("party.party.created")
@dataclass(frozen=True)
class PartyCreated(events.Fact):
    """A party is known, in the roles it had then."""

    party_id: int
    code: str
    roles: list[str]
