"""Who is away, and who signs for them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, records, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.kernel.refusals import Refusal
from onmaru.office.signatories.models import Absence

OTHERS = "signatories.absence.arrange"

OWN_DEPUTY = refusals.reason("own_deputy", _("Nobody is their own deputy."))
NOT_YOUR_ABSENCE = refusals.reason("not_your_absence", _("You arrange your own absence only."))
ABSENT_TWICE = refusals.reason("absent_twice", _("{deputy} stands in already in these days."))


@commands.command(label=_("New absence"), model=Absence)
def create(*, by: Actor, person: User, deputy: User, **values: Any) -> Absence:
    """Let a deputy sign in the days somebody is away; one's own absence, unless one arranges those of others.

    Refuses own_deputy, not_your_absence and, in days that have a deputy, absent_twice.
    """
    absence = Absence(person=person, deputy=deputy)
    refusals.check([*records.problems(absence, values), *_problems(absence, by)])
    absence.save()
    return absence


@commands.command(label=_("Edit"), model=Absence)
def edit(absence: Absence, *, by: Actor, **values: Any) -> Absence:
    """Change days or deputy."""
    found = [*records.fixed(absence, values, "person"), *records.problems(absence, values)]
    refusals.check([*found, *_problems(absence, by)])
    return absence


@commands.command(label=_("I am back"), model=Absence)
def end(absence: Absence, *, by: Actor, on: date) -> Absence:
    """End an absence early; ``on`` is its last day."""
    refusals.check(_problems(absence, by))
    return records.fill(absence, {"ends_on": on})


def _problems(absence: Absence, by: Actor) -> list[Refusal]:
    own = by.user_id is None or by.user_id == absence.person_id or by.may(OTHERS)
    alone = absence.person_id == absence.deputy_id
    return [
        *([] if own else [NOT_YOUR_ABSENCE("person")]),
        *([OWN_DEPUTY("deputy")] if alone else []),
        *_overlapping(absence),
    ]


def _overlapping(absence: Absence) -> list[Refusal]:
    others = Absence.objects.filter(person_id=absence.person_id).exclude(pk=absence.pk)
    days = Q(starts_on__lte=absence.ends_on, ends_on__gte=absence.starts_on)
    other = (
        others.filter(days).select_related("deputy").first()
        if absence.starts_on and absence.ends_on
        else None
    )
    return [ABSENT_TWICE("starts_on", deputy=other.deputy)] if other else []
