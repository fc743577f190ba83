"""Addresses that servers refused."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F, Q
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
        said = {"status": one.status, "reason": one.reason, "at": timezone.now()}
        row, is_new = Bounce.objects.get_or_create(
            address=one.address, defaults={**said, "is_dead": one.is_final}
        )
        if not is_new:
            dead = Q(is_dead=True) if not one.is_final else Q(pk__isnull=False)
            again = Bounce.objects.filter(pk=row.pk)
            again.update(**said, times=F("times") + 1, is_dead=dead, version=F("version") + 1)
