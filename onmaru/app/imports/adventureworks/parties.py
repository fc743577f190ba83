"""People, stores and vendors as parties, with their addresses and who is whose contact."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from onmaru.app.imports.adventureworks.reading import Folder
from onmaru.kernel.identity import Actor
from onmaru.masters.party.commands import bulk
from onmaru.masters.party.models import Address, Party

BATCH = 2000
Kind = Address.Kind
KINDS = {
    "Billing": Kind.BILLING,
    "Home": Kind.HOME,
    "Main Office": Kind.MAIN,
    "Primary": Kind.MAIN,
    "Shipping": Kind.SHIPPING,
    "Archive": Kind.OTHER,
}
HOME_COUNTRY = "US"

# Abroad every number is written 1 (11) 500 555-0132: a number of the North American personal range 500,
# behind an access code that exists nowhere.
_ABROAD = re.compile(r"^1 \(11\) ")

Rows = list[dict[str, Any]]


def code(entity: int | str) -> str:
    """The party code of a business entity of the data."""
    return f"AW-{int(entity):05d}"


def ensure(folder: Folder, by: Actor) -> int:
    """Enter every party that is not there yet, people before the organisations they speak for; returns how many.

    A batch is one transaction and a party is known by its code, so what was begun is carried on.
    """
    places = _addresses(folder)
    people = list(_people(folder, places))
    made = _enter(people, by)
    persons = {
        party.code: party for party in Party.objects.filter(kind=Party.Kind.PERSON, code__startswith="AW-")
    }
    speakers = _contacts(folder, persons)
    return made + _enter([*_stores(folder, places, speakers), *_vendors(folder, places, speakers)], by)


def _enter(rows: Rows, by: Actor) -> int:
    known = set(Party.objects.filter(code__startswith="AW-").values_list("code", flat=True))
    missing = [row for row in rows if row["code"] not in known]
    for start in range(0, len(missing), BATCH):
        # 142 groups of people share their full name; they are different people all the same.
        bulk.create_many(by=by, rows=missing[start : start + BATCH], confirm_duplicate=True)
    return len(missing)


def _people(folder: Folder, places: Mapping[str, Rows]) -> Iterable[dict[str, Any]]:
    phones = dict(folder.rows("Person.PersonPhone", "BusinessEntityID PhoneNumber"))
    mails = dict(folder.rows("Person.EmailAddress", "BusinessEntityID EmailAddress"))
    staff = {key for (key,) in folder.rows("HumanResources.Employee", "BusinessEntityID")}
    buyers = {
        person for person, store in folder.rows("Sales.Customer", "PersonID StoreID") if person and not store
    }
    columns = "BusinessEntityID FirstName MiddleName LastName Suffix"
    for key, *names in folder.rows("Person.Person", columns):
        yield {
            **_party(key, " ".join(filter(None, names)), places),
            "kind": Party.Kind.PERSON,
            "is_customer": key in buyers,
            "is_employee": key in staff,
            "phone": phone(phones.get(key, "")),
            **_mail(mails.get(key, "")),
        }


def _mail(address: str) -> dict[str, str]:
    """The address where mail can be sent; one with accents before the @ (RFC 6531) is kept in the note alone."""
    return {"email": address} if address.isascii() else {"note": address}


def _stores(
    folder: Folder, places: Mapping[str, Rows], speakers: Mapping[str, Rows]
) -> Iterable[dict[str, Any]]:
    for key, name in folder.rows("Sales.Store", "BusinessEntityID Name"):
        yield {
            **_party(key, name, places),
            "is_customer": True,
            "is_dealer": True,
            "contacts": speakers.get(key, []),
        }


def _vendors(
    folder: Folder, places: Mapping[str, Rows], speakers: Mapping[str, Rows]
) -> Iterable[dict[str, Any]]:
    columns = "BusinessEntityID Name ActiveFlag PurchasingWebServiceURL"
    for key, name, active, website in folder.rows("Purchasing.Vendor", columns):
        yield {
            **_party(key, name, places),
            "is_supplier": True,
            "is_active": active == "1",
            "website": website,
            "contacts": speakers.get(key, []),
        }


def _party(key: str, name: str, places: Mapping[str, Rows]) -> dict[str, Any]:
    addresses = places.get(key, [])
    country = addresses[0]["country"] if addresses else HOME_COUNTRY
    return {
        "code": code(key),
        "name": name,
        "country": country,
        "language": Party.Language.ENGLISH,
        "addresses": addresses,
    }


def phone(text: str) -> str:
    """A number as the data writes it, made readable for the rules of phones: all are North American ones."""
    bare = _ABROAD.sub("", text)
    return f"+1 {bare}" if bare else ""


def _addresses(folder: Folder) -> dict[str, Rows]:
    """By business entity its addresses, the one used first in front."""
    states = {
        key: rest
        for key, *rest in folder.rows("Person.StateProvince", "StateProvinceID Name CountryRegionCode")
    }
    kinds = {key: KINDS[name] for key, name in folder.rows("Person.AddressType", "AddressTypeID Name")}
    columns = "AddressID AddressLine1 AddressLine2 City PostalCode StateProvinceID"
    places = {key: rest for key, *rest in folder.rows("Person.Address", columns)}
    found: dict[str, Rows] = defaultdict(list)
    for entity, address, kind in folder.rows(
        "Person.BusinessEntityAddress", "BusinessEntityID AddressID AddressTypeID"
    ):
        line1, line2, city, postcode, state = places[address]
        found[entity].append(
            {
                "kind": kinds[kind],
                "line1": line1,
                "line2": line2,
                "city": city,
                "postcode": postcode,
                "state": states[state][0],
                "country": states[state][1],
            }
        )
    return found


def _contacts(folder: Folder, persons: Mapping[str, Party]) -> dict[str, Rows]:
    duties = dict(folder.rows("Person.ContactType", "ContactTypeID Name"))
    found: dict[str, Rows] = defaultdict(list)
    for entity, person, duty in folder.rows(
        "Person.BusinessEntityContact", "BusinessEntityID PersonID ContactTypeID"
    ):
        party = persons[code(person)]
        found[entity].append(
            {
                "person": party,
                "name": party.name,
                "role": duties[duty],
                "phone": party.phone,
                "email": party.email,
            }
        )
    return found


def addresses(folder: Folder, entities: Iterable[int]) -> dict[tuple[int, int], Address]:
    """The entered addresses of some business entities, by entity and the data's own number of the address.

    No entity has two of one kind, so the kind tells which is which.
    """
    codes = {code(entity): entity for entity in entities}
    entered = {
        (codes[one.party.code], one.kind): one
        for one in Address.objects.filter(party__code__in=codes).select_related("party")
    }
    kinds = {key: KINDS[name] for key, name in folder.rows("Person.AddressType", "AddressTypeID Name")}
    rows = folder.rows("Person.BusinessEntityAddress", "BusinessEntityID AddressID AddressTypeID")
    known = {(int(entity), int(address)): (int(entity), kinds[kind]) for entity, address, kind in rows}
    return {key: entered[place] for key, place in known.items() if place in entered}
