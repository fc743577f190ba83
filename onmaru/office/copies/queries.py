"""When what is kept goes."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models import Q

from onmaru.kernel import calendars, work
from onmaru.kernel.models import RetentionRule


def ends_on(record: models.Model, field: str, *, today: date) -> date | None:
    """The day on which a rule in force destroys a field of a record; None without one, and before it counts."""
    rules = RetentionRule.objects.filter(Q(ends_on=None) | Q(ends_on__gte=today), starts_on__lte=today)
    found = []
    for rule in rules.filter(kind=work.kind_of(record), field=field):
        since = getattr(record, rule.since, None)
        if since is not None:
            day = since if type(since) is date else calendars.day_of(since, record)
            found.append(day + timedelta(days=rule.keep_days))
    return min(found, default=None)
