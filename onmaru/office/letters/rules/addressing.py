"""Whom a mail may go to, and what it may carry."""

from __future__ import annotations

from collections.abc import Collection
from email.utils import getaddresses

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import refusals
from onmaru.kernel.refusals import Refusal
from onmaru.office.letters.rules import reading

MOST = 100
LARGEST = 25 * 1024 * 1024

NOBODY_TO_WRITE_TO = refusals.reason("nobody_to_write_to", _("Say to whom the mail goes."))
ADDRESS_UNREADABLE = refusals.reason("address_unreadable", _("“{address}” is no e-mail address."))
TOO_MANY_ADDRESSES = refusals.reason("too_many_addresses", _("A mail goes to at most {limit} addresses."))
ADDRESS_DEAD = refusals.reason(
    "address_dead", _("Mail to {address} came back. Correct it, or take it off the refused addresses.")
)
MAIL_TOO_LARGE = refusals.reason("mail_too_large", _("The files of a mail come to at most {limit} MB."))
ACCOUNT_NOT_YOURS = refusals.reason("account_not_yours", _("You cannot send from this account."))
ALREADY_LINKED = refusals.reason("already_linked", _("The mail stands on a record already."))
SERVER_HALF = refusals.reason("server_half", _("Name a server for sending, for receiving, or both."))


def parsed(typed: str) -> list[str]:
    """The addresses in what was typed, each ``Name <address>``; commas, semicolons and lines part them."""
    flat = typed.replace(";", ",").replace("\n", ",").replace("\r", "")
    pairs = [(name.strip(), address.strip()) for name, address in getaddresses([flat])]
    found = [reading.shown(name, address) for name, address in pairs if name or address]
    return list(dict.fromkeys(found)) if found or not flat.strip(" ,") else [typed.strip()]


def of_addresses(to: Collection[str], cc: Collection[str], dead: Collection[str]) -> list[Refusal]:
    """Why a mail cannot go to these; ``dead`` are those of them that refused mail for good."""
    found = [] if to else [NOBODY_TO_WRITE_TO("to")]
    for field, some in (("to", to), ("cc", cc)):
        for one in some:
            address = reading.address_of(one)
            if not _is_address(address):
                found.append(ADDRESS_UNREADABLE(field, address=one))
            elif address in dead:
                found.append(ADDRESS_DEAD(field, address=address))
    return found + ([TOO_MANY_ADDRESSES("to", limit=MOST)] if len(to) + len(cc) > MOST else [])


def _is_address(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return address.isascii()
