"""Cards of contacts taken in: each by the command of the party's own room."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import refusals
from onmaru.kernel.identity import Actor
from onmaru.masters.party.commands import parties
from onmaru.masters.party.models import Party
from onmaru.office.agents.rules import vcards

NO_CARDS = refusals.reason("no_cards", _("This file holds no cards of contacts (vCard)."))
TOO_MANY_CARDS = refusals.reason("too_many_cards", _("A file may hold {limit} cards; this one has more."))
MOST = 500


def bring(content: bytes, *, by: Actor) -> list[Party]:
    """A party for each card of a file, or none at all.

    People with an organisation become its contact where the file has them together or not: one party a name.
    Refuses no_cards, too_many_cards, and whatever entering a party refuses, duplicates among it.
    """
    found = vcards.read(content)
    refusals.check(
        [
            None if found else NO_CARDS("file"),
            TOO_MANY_CARDS("file", limit=MOST) if len(found) > MOST else None,
        ]
    )
    with transaction.atomic():
        return [parties.create(by=by, **asked) for asked in _asked(found)]


def _asked(found: list[vcards.Card]) -> list[dict[str, Any]]:
    """What to enter: organisations with their people, people without one by themselves."""
    made: dict[str, dict[str, Any]] = {}
    for card in found:
        home = card.organisation or card.name
        if card.is_organisation or not card.organisation:
            made[home] = (
                made.get(home, {}) | _party(card) | {"contacts": made.get(home, {}).get("contacts", [])}
            )
        else:
            whole = made.setdefault(home, {"name": home, "kind": Party.Kind.ORGANISATION, "contacts": []})
            whole["contacts"].append(_contact(card, first=not whole["contacts"]))
    return list(made.values())


def _party(card: vcards.Card) -> dict[str, Any]:
    street, city, province, postcode, _country = card.place
    place = {"line1": street, "city": city, "state": province, "postcode": postcode}
    return {
        "name": card.name,
        "kind": Party.Kind.ORGANISATION if card.is_organisation else Party.Kind.PERSON,
        "phone": card.phone,
        "email": card.email,
        "website": card.website,
        "note": card.note,
        "addresses": [place] if street else [],
    }


def _contact(card: vcards.Card, *, first: bool) -> dict[str, Any]:
    return {
        "name": card.name,
        "title": card.title,
        "phone": card.phone,
        "email": card.email,
        "is_primary": first,
    }
