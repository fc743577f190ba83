"""Parties and the people to talk to there as cards, for whoever may see them; personal data only by a deed noted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from onmaru.kernel import personal
from onmaru.kernel.identity import Actor
from onmaru.masters.party.models import Address, Contact, Party
from onmaru.office.access.commands import personal as deeds
from onmaru.office.agents.rules.vcards import Card

MOST = 5000


def cards(parties: Iterable[Party], by: Actor, reason: str = "") -> list[Card]:
    """A card of each party and of each of its contacts.

    Personal data is in them only for who may open it and says what for; the access log keeps whose went out and why.
    """
    found = list(parties)
    people = list(
        Contact.objects.filter(party__in=found).select_related("party").order_by("party_id", "-is_primary")
    )
    rows: dict[type[Any], list[Any]] = {Party: [one for one in found if one.is_of_person], Contact: people}
    opened = {
        model for model, of in rows.items() if of and reason.strip() and by.may(personal.permission(model))
    }
    for model in opened:
        deeds.take_out(model, [one.pk for one in rows[model]], fields=model.personal, reason=reason, by=by)
    places = {
        one.party_id: one for one in Address.objects.filter(party__in=found, kind="main", is_default=True)
    }
    reach = _Reach(by, frozenset(opened))
    return [*(_party(one, places.get(one.pk), reach) for one in found), *_contacts(people, reach)]


@dataclass(frozen=True)
class _Reach:
    """Who asks, and of which kinds of record the personal data goes out."""

    by: Actor
    opened: frozenset[type[Any]]

    def of(self, record: Party | Contact, name: str) -> str:
        """A phone or address for mail, empty where it is personal and stays in the house."""
        hidden = (record._meta.label_lower, name) in self.by.hidden
        closed = getattr(record, "is_of_person", True) and type(record) not in self.opened
        return "" if hidden or closed else str(getattr(record, name))


def _party(party: Party, place: Address | None, reach: _Reach) -> Card:
    where = ("",) * 5
    if place is not None:
        street = f"{place.line1} {place.line2}".strip()
        where = (street, place.city, place.state, place.postcode, place.country)
    return Card(
        party.name,
        "" if party.is_of_person else party.name,
        phone=reach.of(party, "phone"),
        email=reach.of(party, "email"),
        website=party.website,
        place=where,
        is_organisation=not party.is_of_person,
    )


def _contacts(people: Iterable[Contact], reach: _Reach) -> Iterator[Card]:
    for one in people:
        yield Card(
            one.name,
            one.party.name,
            one.title or one.role,
            reach.of(one, "phone"),
            reach.of(one, "email"),
        )
