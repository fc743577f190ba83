"""Who sees what hangs on a record: whoever sees the record, through every face and the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from onmaru.kernel import permissions, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import StoredFile
from onmaru.kernel.refusals import Refused
from onmaru.office.discussion import ports
from onmaru.office.discussion.models import Comment
from onmaru.workbench import registry


def register() -> None:
    """Tell the one place that decides who sees which rows."""
    for model in (Comment, StoredFile):
        permissions.hanging[model] = with_its_record(model)


def with_its_record(model: type[models.Model]) -> Callable[[Actor], Q]:
    """The condition of the rows of a model whose record an actor sees.

    Kinds seen without limit are named together; of the others each row's record is looked up by its key.
    """

    def seen(by: Actor) -> Q:
        free, narrowed = [], Q()
        for kind, borne in _borne(model).items():
            rows = registry.rows_for(borne, by)
            if rows.query.is_empty():
                continue
            if not rows.query.where:
                free.append(kind)
            else:
                narrowed |= Q(Exists(rows.filter(pk=OuterRef("subject_id"))), subject_kind=kind)
        return (narrowed | Q(subject_kind__in=free)) & ports.together(model)

    return seen


def _borne(model: type[models.Model]) -> dict[str, type[models.Model]]:
    """The kinds of record that rows of a model hang on. What bears and hangs itself bears nothing that does too."""
    found = {one.model for one in registry.every()}
    kinds = (one for one in found if bears(one) and not (one in ports.bearing and model in ports.bearing))
    return {one._meta.label_lower: one for one in sorted(kinds, key=lambda one: one._meta.label_lower)}


def _rows(kind: str, by: Actor) -> models.QuerySet[Any] | None:
    try:
        return registry.rows_for(apps.get_model(kind), by)
    except LookupError:
        return None


def bears(model: type[models.Model]) -> bool:
    """Whether records of a kind have a timeline. What is said and attached has none, or it would be endless."""
    return model not in permissions.hanging or model in ports.bearing


def record(kind: str, key: int | None, by: Actor) -> Any:
    """The record that a kind and key name, if ``by`` may see it. Raises Refused(not_found)."""
    rows = _rows(kind, by) if key is not None and 0 < key < 2**63 and kind.count(".") == 1 else None
    found = rows.filter(pk=key).first() if rows is not None else None
    if found is None:
        raise Refused(refusals.NOT_FOUND())
    return found
