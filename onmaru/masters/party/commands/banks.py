"""Banks and their codes."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, records
from onmaru.kernel.identity import Actor
from onmaru.masters.party.models import Bank


@commands.command(label=_("New bank"), model=Bank)
def create(*, by: Actor, **values: Any) -> Bank:
    """Add a bank under its code."""
    bank = records.fill(Bank(), values)
    bank.save()
    return bank


@commands.command(label=_("Edit"), model=Bank)
def edit(bank: Bank, *, by: Actor, **values: Any) -> Bank:
    """Change a bank's code or name."""
    return records.fill(bank, values)


@commands.command(label=_("Archive"), model=Bank)
def archive(bank: Bank, *, by: Actor) -> Bank:
    """Take a bank out of use. Accounts there stay."""
    bank.is_active = False
    return bank


@commands.command(label=_("Restore"), model=Bank)
def restore(bank: Bank, *, by: Actor) -> Bank:
    """Take an archived bank into use again."""
    bank.is_active = True
    return bank
