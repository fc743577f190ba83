"""Contacts as cards, asked for by a program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import permissions
from onmaru.kernel.identity import Actor
from onmaru.masters.party.models import Party
from onmaru.office.agents.queries import contacts
from onmaru.office.agents.rules import vcards
from onmaru.office.inquiries import ports
from onmaru.office.inquiries.queries import finding
from onmaru.office.inquiries.queries.offered import WHERE
from onmaru.workbench.fields import Field


def register() -> None:
    """Called once when the house starts."""
    ports.add(
        ports.Inquiry(
            "contacts",
            _("Contacts"),
            _("Parties and their people as cards (vCard); personal data only for a reason, which is noted"),
            _cards,
            (WHERE, Field("reason", _("Reason"), required=False, max_length=300)),
            permissions.code(Party, "export"),
        )
    )


def _cards(by: Actor, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    found = finding.records(by, {**asked, "entity": "parties"})[: contacts.MOST]
    text = vcards.written(contacts.cards(found, by, asked.get("reason") or ""))
    return finding.file("contacts.vcf", text.encode(), "text/vcard")
