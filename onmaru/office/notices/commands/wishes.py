"""How people want to be told: by kind, and when not."""

from __future__ import annotations

from datetime import time

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.office.notices import ports, rules
from onmaru.office.notices.models import Choice, Hours


@commands.command(label=_("Choose how to be told"), model=User, name="notices.choice.choose")
def choose(person: User, *, kind: str, screen: bool, mail: bool, push: bool, by: Actor) -> User:
    """By which ways oneself hears of a kind of notice; by none is a choice too. Refuses unknown kinds, other people."""
    refusals.check(
        [
            None if person.pk == by.user_id else refusals.NOT_FOUND(),
            None if kind in ports.kinds else rules.KIND_UNKNOWN("kind", kind=kind[:40]),
        ]
    )
    ways = {"screen": screen, "mail": mail, "push": push}
    Choice.objects.update_or_create(person=person, kind=kind, defaults=ways)
    return person


@commands.command(label=_("Choose quiet hours"), model=User, name="notices.hours.set")
def set_hours(
    person: User,
    *,
    quiet_from: time | None = None,
    quiet_until: time | None = None,
    digest_at: time,
    by: Actor,
) -> User:
    """When oneself is left alone and when the digest comes. Refuses quiet_half, and other people."""
    refusals.check(
        [
            None if person.pk == by.user_id else refusals.NOT_FOUND(),
            rules.QUIET_HALF("quiet_until") if (quiet_from is None) != (quiet_until is None) else None,
        ]
    )
    said = {"quiet_from": quiet_from, "quiet_until": quiet_until, "digest_at": digest_at}
    Hours.objects.update_or_create(person=person, defaults=said)
    return person
