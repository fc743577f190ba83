"""What of a document became personal later: masked or encrypted in its content, and its paper ends by a rule.

A paper is evidence, so nothing of it is masked: it is kept apart (PIPA Art. 21(3)) until a rule of its own ends it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands
from onmaru.kernel.identity import Actor
from onmaru.office.approval.models import Approval
from onmaru.office.snapshots import queries as contents
from onmaru.office.snapshots import rules
from onmaru.workbench import registry


def cover(
    model: type[models.Model], name: str, change: Callable[[Any], Any], *, keys: Collection[int] | None
) -> None:
    """Make ``change`` of what was put to approval of a field; of lines, in all of their document."""
    owner, link = registry.owner_of(model)
    told, named = model, name
    if owner is not None:
        told, named = owner.model, f"{model._meta.get_field(link).remote_field.name}.{name}"  # type: ignore[union-attr]
        rows = model._base_manager.filter(pk__in=keys) if keys is not None else None
        keys = rows.values_list(f"{link}_id", flat=True) if rows is not None else None
    found = Approval.objects.filter(contents.tells([named]), subject_kind=told._meta.label_lower)
    for approval in found.filter(subject_id__in=keys) if keys is not None else found:
        content = rules.covered(approval.content, named, change)
        if content != approval.content:
            Approval.objects.filter(pk=approval.pk).update(content=content)


@commands.command(
    label=_("Destroy the paper"),
    model=Approval,
    name="approval.approval.destroy_paper",
    inner="the clock, when a retention rule says that its time is over",
)
def destroy_paper(approval: Approval, *, by: Actor) -> Approval:
    """Let the paper go whose time is over; before that the database refuses it."""
    held, approval.paper = approval.paper, None
    Approval.objects.filter(pk=approval.pk).update(paper=None)
    if held is not None:
        held.delete()
    return approval
