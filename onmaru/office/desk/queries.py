"""Papers kept apart: they tell what was declared personal since they were signed."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from onmaru.office.approval.models import Approval
from onmaru.office.snapshots import queries as contents
from onmaru.workbench import registry


def apart() -> Q:
    """The condition of files that are such papers. Without personal fields of the company's own it asks nothing."""
    told = Q()
    for entity in registry.every():
        names = contents.own_personal(entity.model)
        if names:
            told |= Q(contents.tells(names), subject_kind=entity.model._meta.label_lower)
    if not told:
        return Q(pk__in=[])
    return Q(
        Exists(Approval.objects.filter(told, paper=OuterRef("pk"))), subject_kind=Approval._meta.label_lower
    )
