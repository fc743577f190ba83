"""Who is away."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from onmaru.office.signatories.models import Absence


def on(day: date) -> QuerySet[Absence]:
    """Who is away on a day."""
    return Absence.objects.filter(starts_on__lte=day, ends_on__gte=day)
