"""Questions that every page asks: the mapper compiles each of them once, and the server keeps its plan."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any

from django.db import models

from onmaru.kernel import sql


class Given(models.Expression):
    """A place of a question that is told each time it is asked."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, _compiler: Any, _connection: Any) -> Any:
        """A place among the parameters, held by this itself until the question is asked."""
        return "%s", [self]


def compiled(build: Callable[..., models.QuerySet[Any, Any]]) -> Callable[..., list[tuple[Any, ...]]]:
    """The rows of a query, told its parameters by name; ``build`` makes it once, of places instead of values.

    So it may not look at a value to decide what it asks, and its rows come as the driver reads them.
    """

    @cache
    def made() -> tuple[Any, tuple[Any, ...]]:
        query = build(*map(Given, inspect.signature(build).parameters)).query
        statement, parameters = query.sql_with_params()
        return sql.kept(statement), parameters

    def ask(**told: Any) -> list[tuple[Any, ...]]:
        rows, parameters = made()
        return list(rows([told[one.name] if isinstance(one, Given) else one for one in parameters]))

    return ask
