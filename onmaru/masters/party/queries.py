"""Reads of parties."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Q

from onmaru.kernel import search
from onmaru.masters.party.models import Address, BankAccount, Contact, Party

CANDIDATES = 5


def name_key(name: str) -> str:
    """What two spellings of one name have in common: no legal form, spaces, accents, capitals."""
    return search.fold(name).replace(" ", "")[:200]


def similar(
    name: str = "",
    business_number: str = "",
    phone: str = "",
    email: str = "",
    *,
    besides: int | None = None,
    limit: int = CANDIDATES,
) -> list[Party]:
    """Parties that may be the same one: equal business number, phone, e-mail or folded name, best first.

    Numbers as they are stored (digits, E.164). ``besides`` leaves the party itself out. Four index look-ups.
    """
    asked = {
        "business_number": business_number,
        "email": email.lower(),
        "phone": phone,
        "name_key": name_key(name),
    }
    wanted = Q()
    for field, value in asked.items():
        wanted |= Q(**{field: value}) if value else Q()
    if not wanted:
        return []
    found = list(Party.objects.filter(wanted).exclude(pk=besides or 0).order_by("id")[: 10 * limit])
    alike = {
        one.pk: sum(bool(value) and getattr(one, field) == value for field, value in asked.items())
        for one in found
    }
    return sorted(found, key=lambda one: (-alike[one.pk], one.pk))[:limit]


def default_address(party: Party | int, *kinds: str) -> Address | None:
    """The address used unless another is chosen: of the first of ``kinds`` that there is, else the main one."""
    party_id = party if isinstance(party, int) else party.pk
    return default_addresses([party_id], *kinds).get(party_id)


def default_addresses(party_ids: Collection[int], *kinds: str) -> dict[int, Address]:
    """``default_address`` for many parties in one statement."""
    wanted = [*kinds, Address.Kind.MAIN]
    by_party: dict[int, list[Address]] = defaultdict(list)
    for address in Address.objects.filter(party_id__in=party_ids, kind__in=wanted).order_by(
        "-is_default", "id"
    ):
        by_party[address.party_id].append(address)
    return {
        party_id: min(found, key=lambda one: wanted.index(one.kind)) for party_id, found in by_party.items()
    }


def first_contact(party: Party | int) -> Contact | None:
    """Whom to write to: the first contact, else any."""
    party_id = party if isinstance(party, int) else party.pk
    return Contact.objects.filter(party_id=party_id).order_by("-is_primary", "id").first()


def default_bank_account(party: Party | int) -> BankAccount | None:
    """Where to pay to: the default account, else any."""
    party_id = party if isinstance(party, int) else party.pk
    accounts = BankAccount.objects.filter(party_id=party_id).select_related("bank")
    return accounts.order_by("-is_default", "id").first()


def reached_by(email: str) -> Party | None:
    """The one party in use that an e-mail address is of, by its own or a contact's; None for none and for several."""
    if not email:
        return None
    by_contact = Contact.objects.filter(email__iexact=email).values("party")
    own = Q(email__in={email, email.lower()})
    found = Party.objects.filter(own | Q(pk__in=by_contact), is_active=True)[:2]
    return found[0] if len(found) == 1 else None
