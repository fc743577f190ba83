"""Lists with their personal data unmasked: for a reason, and written down record by record."""

from __future__ import annotations

import dataclasses
import io
from typing import IO, Any

from onmaru.kernel import personal
from onmaru.kernel.identity import Actor
from onmaru.office.access import commands
from onmaru.office.papers import reports as papers
from onmaru.workbench import exchange
from onmaru.workbench.entity import Column, Entity


def personal_fields(entity: Entity) -> list[str]:
    """The personal fields of the kind itself that its list tells of."""
    own, kind = personal.names(entity.model), entity.model._meta.label_lower
    told = {name for column in entity.list_columns for of, name in column.tells if of == kind}
    return sorted(told & own)


def whole(entity: Entity, by: Actor, params: Any, *, reason: str, on_paper: bool = False) -> IO[bytes]:
    """The list as a workbook or a PDF, its personal fields whole. Refuses who may not, and without a reason."""
    seen, query, columns = exchange.question(entity, by, params)
    records = exchange.records(seen, by, query)
    found = papers.held(records) if on_paper else list(records)
    keys = [record.pk for record in found]
    commands.personal.take_out(entity.model, keys, fields=personal_fields(entity), reason=reason, by=by)
    bare = [_bare(column, entity) for column in columns]
    if on_paper:
        return io.BytesIO(papers.of_list(seen, by, query, bare, found))
    return exchange.workbook(entity.label, bare, iter(found))


def _bare(column: Column, entity: Entity) -> Column:
    """The column unmasked, when what it tells is the record's own; another's stays for its own list to tell."""
    own = {kind for kind, _name in column.tells} == {entity.model._meta.label_lower}
    return dataclasses.replace(column, getter=column.bare) if column.bare and own else column
