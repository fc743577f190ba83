"""Addresses that servers refused."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands
from onmaru.kernel.identity import Actor
from onmaru.office.letters.rules.bounces import Report
from onmaru.office.mail.models import Bounce


@commands.command(label=_("Write to it again"), model=Bounce)
def clear(bounce: Bounce, *, by: Actor) -> Bounce:
    """Let mail go to the address again: it is right after all, or works by now."""
    bounce.is_dead = False
    return bounce


def mark(reports: Iterable[Report]) -> None:
    """Note that addresses refused a mail; one that did so for good is written to no more."""
    for one in reports:
        said: dict[str, Any] = {"status": one.status, "reason": one.reason, "at": timezone.now()}
        row, is_new = Bounce.objects.get_or_create(
            address=one.address, defaults={**said, "is_dead": one.is_final}
        )
        if not is_new:
            said |= {"times": F("times") + 1, "version": F("version") + 1}
            said |= {"is_dead": True} if one.is_final else {}
            Bounce.objects.filter(pk=row.pk).update(**said)
