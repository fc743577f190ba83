"""What every page asks of whoever opens it: the mapper compiles each question once, the server keeps its plan."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils import timezone

from onmaru.kernel import calendars, sql
from onmaru.kernel.identity import Actor


class Given(models.Expression):
    """A place of a question that is told each time it is asked."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, _compiler: Any, _connection: Any) -> Any:
        """A place among the parameters, held by this itself until the question is asked."""
        return "%s", [self]


Build = Callable[..., models.QuerySet[Any, Any]]
"""Makes a query of places instead of values; so it may not look at a value to decide what it asks."""

counted: dict[str, Build] = {}
"""What every page counts for the person who opens it, by name; of ``person_id``, ``on`` (a day) and ``now``."""


def compiled(build: Build) -> Callable[..., list[tuple[Any, ...]]]:
    """The rows of a query, told its parameters by name; they come as the driver reads them."""

    @cache
    def made() -> tuple[Any, tuple[Any, ...]]:
        statement, parameters = _written(build)
        return sql.kept(statement), parameters

    def ask(**told: Any) -> list[tuple[Any, ...]]:
        rows, parameters = made()
        return list(rows(_filled(parameters, told)))

    return ask


def of(request: HttpRequest, by: Actor) -> Mapping[str, int]:
    """How many there are of all that is ``counted``, by one statement for a page."""
    if not hasattr(request, "counts"):
        ask, parameters = _together()
        told = {"person_id": by.user_id, "on": calendars.today(), "now": timezone.now()}
        (row,) = ask(_filled(parameters, told))
        request.counts = dict(zip(counted, row, strict=True))  # type: ignore[attr-defined]
    return request.counts  # type: ignore[attr-defined, no-any-return]


@cache
def _together() -> tuple[Any, list[Any]]:
    written = [_written(build) for build in counted.values()]
    each = (f"(SELECT count(*) FROM ({statement}) AS one)" for statement, _parameters in written)
    return sql.kept(f"SELECT {', '.join(each)}"), [one for _statement, some in written for one in some]


def _written(build: Build) -> tuple[str, tuple[Any, ...]]:
    return build(*map(Given, inspect.signature(build).parameters)).query.sql_with_params()


def _filled(parameters: Sequence[Any], told: Mapping[str, Any]) -> list[Any]:
    return [told[one.name] if isinstance(one, Given) else one for one in parameters]
