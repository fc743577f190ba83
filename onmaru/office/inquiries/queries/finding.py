"""Inquiries over many records: search, pivot, saved views, and lists as files."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from onmaru.kernel import permissions, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.office.papers import reports
from onmaru.office.pivot.queries import layout as layouts
from onmaru.office.pivot.queries import table as tables
from onmaru.office.rest.views import telling
from onmaru.office.savedviews import queries as views
from onmaru.workbench import exchange, filters, listing, registry, values
from onmaru.workbench import search as finding
from onmaru.workbench.entity import Entity
from onmaru.workbench.views.page import entity as entity_at

Json = dict[str, Any]
MOST = 50
TYPES = {
    "csv": "text/csv",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def file(name: str, content: bytes, kind: str) -> Json:
    """A file as an answer carries it: its name, media type and bytes in base64."""
    return {"name": name, "media_type": kind, "content": base64.b64encode(content).decode()}


def search(by: Actor, asked: Mapping[str, Any]) -> Json:
    """At most eight records of each kind that fit a text."""
    return {
        "found": [
            {
                "entity": one.entity.name,
                "label": str(one.entity.label),
                "records": [hit._asdict() for hit in one.hits],
            }
            for one in finding.everywhere(by, asked["q"])
        ]
    }


def pivot(by: Actor, asked: Mapping[str, Any]) -> Json:
    """Records of a list put together: rows down, columns across, figures where they meet."""
    entity, params = entity_at(asked["entity"], by), _params(asked)
    query = filters.read(entity, by, params)
    shelves = {name: [*asked.get(name, ())] for name in ("down", "across", "measure")}
    layout = layouts.layout(entity, {name: said or params.get(name, []) for name, said in shelves.items()})
    refusals.check([*query.problems, *layout.problems])
    return _told(tables.read(listing.select(entity, by, query), by, layout))


def _told(table: tables.Table) -> Json:
    """A table as JSON: the words of a row or column are the path to it, its figures stand in the order of columns."""
    columns = [
        {
            "path": [values.plain(one) for one in head.path],
            "label": table.head_text(head),
            "currency": head.currency or "",
        }
        for head in table.heads
    ]
    rows = [
        {
            "path": [values.plain(one) for one in line.path],
            "label": line.label,
            "figures": [values.plain(one) for one in line.figures],
        }
        for line in table.lines
    ]
    totals = [values.plain(one) for one in table.totals]
    return {"columns": columns, "rows": rows, "totals": totals, "count": table.count, "cut": table.cut}


def _params(asked: Mapping[str, Any]) -> dict[str, list[str]]:
    """The filters of a list as its address has them after the question mark."""
    return dict(QueryDict(asked.get("where", "").lstrip("?")).lists())


def saved(by: Actor, asked: Mapping[str, Any]) -> Json:
    """The views that a person may open, of one list or of all."""
    found = [one for one in views.seen(by) if asked.get("entity") in (None, "", one.entity)]
    return {
        "views": [{"id": one.pk, "name": one.name, "entity": one.entity, "where": one.query} for one in found]
    }


def view(by: Actor, asked: Mapping[str, Any]) -> Json:
    """The first records of a saved view."""
    kept = views.find(by, asked["id"])
    entity = entity_at(kept.entity, by)
    rows = records(by, {"entity": kept.entity, "where": kept.query})[:MOST]
    tell = telling.teller(entity)
    return {"name": kept.name, "entity": entity.name, "data": [tell(row) for row in rows]}


def records(by: Actor, asked: Mapping[str, Any]) -> QuerySet[Any]:
    """The records of a list as it is filtered and sorted. Raises Refused."""
    entity = entity_at(asked["entity"], by)
    query = filters.read(entity, by, _params(asked))
    refusals.check(query.problems)
    return listing.order_of(entity, query).sort(listing.select(entity, by, query))


def sheet(by: Actor, asked: Mapping[str, Any]) -> Json:
    """A list as a file, as it is filtered. Raises Refused(not_permitted) without the right to take files out."""
    entity, form = entity_at(asked["entity"], by), asked["form"]
    params = QueryDict(asked.get("where", "").lstrip("?"))
    return file(f"{entity.name}.{form}", _sheet(entity, by, params, form), TYPES[form])


def _sheet(entity: Entity, by: Actor, params: QueryDict, form: str) -> bytes:
    if form == "xlsx":
        return exchange.xlsx(entity, by, params).read()
    if form == "pdf":
        return reports.listed(entity, by, params)
    return b"".join(exchange.csv(entity, by, params))


def document(by: Actor, asked: Mapping[str, Any]) -> Json:
    """The documents that a record can be printed as; the one that is named as PDF."""
    entity, record = named(by, asked)
    printed = {one.name: one for one in entity.printed}
    if not asked.get("document"):
        return {"documents": [{"name": one.name, "label": str(one.label)} for one in printed.values()]}
    if asked["document"] not in printed:
        raise Refused(refusals.NOT_FOUND("document"))
    one = printed[asked["document"]]
    content = reports.printed(entity, one, record, asked.get("language") or "")
    return file(f"{one.label} {record}.pdf", content, TYPES["pdf"])


def named(by: Actor, asked: Mapping[str, Any]) -> tuple[Entity, Any]:
    """The record that ``entity`` and ``id`` name, seen by who asks. Raises Refused(not_found)."""
    entity = entity_at(asked["entity"], by)
    found = filters.visible(entity, by).filter(pk=asked["id"]).first()
    if found is None:
        raise Refused(refusals.NOT_FOUND("id"))
    return entity, found


def lists(by: Actor, _asked: Mapping[str, Any]) -> Json:
    """What lists there are for who asks: their names, words and kinds."""
    seen = [one for one in registry.every() if by.may(permissions.code(one.model, "view"))]
    return {
        "lists": [
            {"entity": one.name, "label": str(one.label), "kind": one.model._meta.label_lower} for one in seen
        ]
    }
