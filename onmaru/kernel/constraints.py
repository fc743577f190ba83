"""What the database refused, in words."""

from __future__ import annotations

from django.apps import apps
from django.db import IntegrityError, models

from onmaru.kernel import refusals


def refusal(error: IntegrityError) -> refusals.Refusal:
    """What people are told of a constraint that was broken: what its model says of it, else what kind it is."""
    diagnosis = getattr(error.__cause__, "diag", None)
    rule = getattr(diagnosis, "constraint_name", None) or ""
    state = getattr(error.__cause__, "sqlstate", "")
    declared = _declared(rule)
    if declared is not None:
        return declared()
    if state == "23505":
        return refusals.NOT_UNIQUE(label=rule)
    if state == "23503" or isinstance(error, models.ProtectedError):
        return refusals.STILL_USED()
    return refusals.VALUE_NOT_ALLOWED(rule=rule or str(error.__cause__).splitlines()[0])


def _declared(rule: str) -> refusals.Reason | None:
    """The reason that a model gave its constraint as violation_error_code."""
    constraints = (one for model in apps.get_models() for one in model._meta.constraints if one.name == rule)
    return next((refusals.registry.get(one.violation_error_code or "") for one in constraints), None)
