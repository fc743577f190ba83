"""What is known when a mail is written or came in: accounts, addresses, conversations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend
from django.db.models import Q, QuerySet

from onmaru.kernel import identity
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.masters.party import queries as parties
from onmaru.masters.party.models import Party
from onmaru.office.letters.rules import reading, servers
from onmaru.office.letters.rules.servers import Server
from onmaru.office.mail.models import Account, Bounce, Mail
from onmaru.office.notices.ports import Carrier


def accounts(by: Actor) -> QuerySet[Account]:
    """The accounts that somebody may send from, their own first: those of nobody else, in their companies."""
    mine = Q(owner=None) if by.user_id is None else Q(owner=None) | Q(owner=by.user_id)
    rows = Account.objects.filter(mine, is_active=True).exclude(smtp_host="")
    if by.companies is not None:
        rows = rows.filter(Q(company=None) | Q(company__in=by.companies))
    return rows.order_by("owner_id", "id")


def received() -> QuerySet[Account]:
    """The accounts whose mail comes in here."""
    return Account.objects.filter(is_active=True).exclude(imap_host="")


def sender(account: Account, by: Actor) -> str:
    """From whom a mail is: a person's name at the company's address."""
    return reading.shown(account.sender or by.name, account.address)


def sending(account: Account) -> Server:
    """Where its mail goes out."""
    return Server(
        account.smtp_host, account.smtp_port, account.smtp_security, account.login, _password(account)
    )


def carrier(person: User) -> Carrier | None:
    """How a digest goes out where the house has no server of its own: by the first account of a person's company."""
    account = accounts(identity.actor(person)).filter(owner=None).first()
    if account is None:
        return None
    way = sending(account)
    secured: dict[str, Any] = {
        "use_ssl": way.security == servers.TLS,
        "use_tls": way.security == servers.STARTTLS,
    }
    patience: Any = settings.EMAIL_TIMEOUT
    found = EmailBackend(way.host, way.port, way.login, way.password, timeout=patience, **secured)
    return found, account.address


def receiving(account: Account) -> Server:
    """Where its mail comes in."""
    return Server(
        account.imap_host, account.imap_port, account.imap_security, account.login, _password(account)
    )


def _password(account: Account) -> str:
    return account.password.open() if account.password else ""


def dead(addresses: Iterable[str]) -> set[str]:
    """Those of some addresses that refused mail for good."""
    return set(
        Bounce.objects.filter(address__in=list(addresses), is_dead=True).values_list("address", flat=True)
    )


def before(message_ids: Sequence[str]) -> Mail | None:
    """The mail that another one follows: the first of these Message-IDs that is known and stands on a record."""
    wanted = [one for one in message_ids if one]
    known = {
        one.message_id: one for one in Mail.objects.filter(message_id__in=wanted).order_by("subject_kind")
    }
    found = [known[one] for one in wanted if one in known]
    return next((one for one in found if one.subject_kind), found[0] if found else None)


def address_for(record: Any) -> str:
    """To whom a mail about a record goes: its own address, or that of the party it names first."""
    if isinstance(record, Party):
        return _of_party(record)
    if own := getattr(record, "email", ""):
        return str(own)
    named = (one for one in record._meta.concrete_fields if one.related_model is Party)
    party = next((getattr(record, one.name) for one in named), None)
    return _of_party(party) if party is not None else ""


def _of_party(party: Party) -> str:
    contact = parties.first_contact(party)
    if contact is not None and contact.email:
        return reading.shown(contact.name, contact.email)
    return reading.shown(party.shown_name, party.email) if party.email else ""
