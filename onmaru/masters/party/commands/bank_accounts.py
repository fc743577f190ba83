"""Bank accounts of parties; they are entered with their party, and read in clear here only."""

from __future__ import annotations

from typing import cast

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands
from onmaru.kernel.identity import Actor
from onmaru.kernel.sealed import Sealed
from onmaru.masters.party.models import BankAccount


@commands.command(label=_("Show number"), model=BankAccount, inner="what pays; people and programs reveal")
def reveal(account: BankAccount, *, by: Actor) -> str:
    """The account's number in clear. A command, because who looked at whose number is kept (접속기록)."""
    return cast(Sealed, account.number).open()
