"""One place decides who may see which rows: lists, forms, search, export and API all ask here."""

from __future__ import annotations

from typing import TypeVar

from django.db import models

from onmaru.kernel.identity import Actor

M = TypeVar("M", bound=models.Model)

VERBS = ("view", "export", "import")


def code(model: type[models.Model], verb: str) -> str:
    """The permission for a verb on a kind of record: ``sales.order.view``."""
    return f"{model._meta.app_label}.{model._meta.model_name}.{verb}"


def company_path(model: type[models.Model]) -> str | None:
    """The field that says whose company a row belongs to, or None when it is everyone's.

    A model whose rows know it by a reference only names the way as its ``company_path``.
    """
    names = {field.name for field in model._meta.get_fields()}
    return "company" if "company" in names else getattr(model, "company_path", None)


def visible(rows: models.QuerySet[M], by: Actor) -> models.QuerySet[M]:
    """Only the rows this actor may see: none without the view permission, else those of its companies."""
    if not by.may(code(rows.model, "view")):
        return rows.none()
    path = company_path(rows.model)
    if by.companies is None or path is None:
        return rows
    own = models.Q(**{f"{path}_id__in": by.companies})
    return rows.filter(own | models.Q(**{f"{path}_id": None}))
