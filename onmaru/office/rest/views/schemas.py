"""Request and response models of every entity, for the OpenAPI document and for clients made from it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal

import pydantic
from ninja import Schema

from onmaru.kernel.commands import Command
from onmaru.workbench import calls, filters
from onmaru.workbench.entity import Column, Entity, Lines, Section
from onmaru.workbench.fields import Field

REF = "#/components/schemas/{model}"


class Reference(Schema):
    """Another record: its id and what people call it."""

    id: int
    label: str


class TotalOut(Schema):
    """Sums of the whole filtered set in one currency."""

    currency: str
    sums: dict[str, str]


class Preview(Schema):
    """What a dry run would have done; nothing of it was."""

    dry_run: Literal[True]
    result: Reference | None
    effects: list[dict[str, Any]]


class Answered(Schema):
    """What a command answered that makes no record of its entity."""

    record: None
    result: Reference | list[Reference] | str | None


class In(pydantic.BaseModel):
    """The base of requests: what is not known is refused."""

    model_config = pydantic.ConfigDict(extra="forbid")


_PLAIN: Mapping[str, Any] = {
    "text": str,
    "integer": int,
    "money": Decimal,
    "quantity": Decimal,
    "date": datetime.date,
    "datetime": datetime.datetime,
    "time": datetime.time,
    "bytes": Annotated[str, pydantic.Field(json_schema_extra={"contentEncoding": "base64"})],
    "boolean": bool,
    "reference": Reference,
    "json": Any,
}


def class_name(entity: Entity) -> str:
    """The name of an entity's model in the document: ``SalesOrder`` for sales-order, unique as the address is."""
    return "".join(part.capitalize() for part in entity.name.replace("_", "-").split("-"))


def api_columns(entity: Entity) -> tuple[Column, ...]:
    """What the API tells of a record: the list's columns and the detail's."""
    parts = [part.columns for part in entity.detail_parts if isinstance(part, Section)]
    found = {column.name: column for columns in (entity.list_columns, *parts) for column in columns}
    return tuple(column for column in found.values() if column.name != "id")


def grids(entity: Entity) -> list[Lines]:
    """The grids of lines that a single record comes with."""
    return [part for part in entity.detail_parts if isinstance(part, Lines)]


def out(entity: Entity) -> type[Schema]:
    """The model of a record as answered; ``fields=`` may leave any of it out but the id."""
    name = class_name(entity)
    shape: dict[str, Any] = {"label": (str, "")} | _out_fields(api_columns(entity))
    for part in grids(entity):
        line = pydantic.create_model(
            f"{name}{part.name.capitalize()}", __base__=Schema, id=(int, ...), **_out_fields(part.columns)
        )
        shape[part.name] = (list[line], [])  # type: ignore[valid-type]
    if _has_version(entity):
        shape["version"] = (int, 1)
    return pydantic.create_model(name, __base__=Schema, id=(int, ...), **shape)


def _has_version(entity: Entity) -> bool:
    return any(one.name == "version" for one in entity.model._meta.concrete_fields)


def _out_fields(columns: Iterable[Column]) -> dict[str, Any]:
    return {
        column.name.replace(".", "__"): (_out_type(column) | None, pydantic.Field(None, alias=column.name))
        for column in columns
    }


def _is_closed(column: Column) -> bool:
    """Whether there is no value but the choices: a declaration may give words to some values of an open text."""
    return bool(column.choices) and (column.source is None or bool(getattr(column.source, "choices", None)))


def _out_type(column: Column) -> Any:
    if _is_closed(column):
        one: Any = Literal[tuple(_values(column.choices) | {""})]
        return list[one] if column.many else one
    return _PLAIN.get(column.kind, str)


def _values(choices: Iterable[tuple[Any, Any]]) -> set[Any]:
    return {str(value) if isinstance(value, str) else value for value, _label in choices}


def page(entity: Entity, record: Any) -> type[Schema]:
    """The model of a page of records. ``count`` and ``totals`` are there when ``count=1`` asked for them."""
    return pydantic.create_model(
        f"{class_name(entity)}Page",
        __base__=Schema,
        data=(list[record], ...),
        next=(str | None, None),
        previous=(str | None, None),
        count=(int | None, None),
        totals=(list[TotalOut], []),
    )


def done(entity: Entity, record: Any) -> type[Schema]:
    """The model of what an action answers: the record after it (None when it is gone) and what it made."""
    return pydantic.create_model(
        f"{class_name(entity)}Done",
        __base__=Schema,
        record=(record | None, ...),
        result=(Reference | None, ...),
    )


def request(entity: Entity, command: Command[Any], fields: Iterable[Field]) -> type[In]:
    """The model of a command that asks ``fields``; an edit asks nothing in particular."""
    verb = {entity.create: "New", entity.edit: "Change"}.get(
        command, command.__name__.title().replace("_", "")
    )
    return body(f"{class_name(entity)}{verb}", fields, partial=command is entity.edit)


def body(name: str, fields: Iterable[Field], *, partial: bool = False) -> type[In]:
    shape: dict[str, Any] = {}
    for one in fields:
        kind, words = _in_type(one, name), None if one.percent else str(one.label)
        needed = one.required and not partial
        said = pydantic.Field(... if needed else None, description=words)
        shape[one.name] = (kind if needed else kind | None, said)
    return pydantic.create_model(name, __base__=In, **shape)


def _in_type(one: Field, name: str) -> Any:
    if one.kind == "lines":
        if not one.lines:
            return list[dict[str, Any]]
        line = body(f"{name}{one.name.capitalize()}", one.lines)
        with_id = pydantic.create_model(line.__name__, __base__=line, id=(int | None, None))
        return list[with_id] if one.shape is None else list[line]  # type: ignore[valid-type]
    if one.choices:
        found: Any = Literal[tuple(_values(one.choices) | (set() if one.required else {""}))]
    elif one.kind == "reference":
        found = int | str
    elif one.kind == "text":
        found = Annotated[str, pydantic.Field(max_length=one.max_length)]
    elif one.percent:
        found = Annotated[Decimal, pydantic.Field(description="Per cent: 10 is a tenth")]
    elif one.kind == "json" and one.shape:
        found = dict[str, Any]
    elif one.kind == "integer" and one.limits:
        found = Annotated[int, pydantic.Field(ge=one.limits[0], le=one.limits[1])]
    else:
        found = _PLAIN.get(one.kind, str)
    return list[found] if one.many else found


def definitions(models: Iterable[type[pydantic.BaseModel]]) -> dict[str, Any]:
    """The components of the document for models."""
    found: dict[str, Any] = {}
    for model in models:
        schema = model.model_json_schema(ref_template=REF)
        found |= schema.pop("$defs", {})
        found[model.__name__] = schema
    return found


def misfits(fields: Iterable[Field], raw: Mapping[str, Any]) -> list[str]:
    """The names of fields whose JSON is of another type than the document says, cells of lines as ``lines.0.item``."""
    found = []
    for one in fields:
        value = raw.get(one.name)
        if value is None:
            continue
        items = value if one.many and isinstance(value, list) else [value]
        if (one.many and not isinstance(value, list)) or not all(_fits(one, item) for item in items):
            found.append(one.name)
        elif one.kind == "lines":
            for place, row in enumerate(value):
                inner = misfits(one.lines, row) if isinstance(row, dict) else [""]
                found += [f"{one.name}.{place}.{name}".rstrip(".") for name in inner]
    return found


_JSON: Mapping[str, tuple[type, ...]] = {
    "text": (str,),
    "integer": (int,),
    "money": (int, float, str),
    "quantity": (int, float, str),
    "date": (str,),
    "datetime": (str,),
    "time": (str,),
    "bytes": (str,),
    "boolean": (bool,),
    "reference": (int, str),
    "lines": (list,),
}


def _fits(one: Field, value: Any) -> bool:
    if one.choices:
        return value == "" or value in _values(one.choices)
    if isinstance(value, bool):
        return one.kind in {"boolean", "json"}
    return isinstance(value, one.shape or object if one.kind == "json" else _JSON.get(one.kind, (object,)))


def parameters(entity: Entity) -> list[dict[str, Any]]:
    """The query parameters of an entity's list as the document has them."""
    sorts = [sign + name for name in entity.sort_columns for sign in ("", "-")]
    found = [
        _parameter("q", {"type": "string", "maxLength": 200}, "Search"),
        _parameter("sort", {"type": "string", "enum": sorts}, "Order; a minus sign puts the largest first"),
        _parameter("after", {"type": "string"}, "`next` of the page before"),
        _parameter("before", {"type": "string"}, "`previous` of the page after"),
        _parameter(
            "limit", {"type": "integer", "minimum": 1, "maximum": filters.LARGEST}, "Records on a page"
        ),
        _parameter("count", {"type": "boolean"}, "Whether to count and sum the whole set"),
        _parameter("fields", {"type": "string"}, "Names of the fields to answer, separated by commas"),
    ]
    for column in {**entity.filter_columns, **entity.key_columns}.values():
        for test in sorted(filters.TESTS.get(column.kind, {""})):
            name = f"{column.name}__{test}" if test else column.name
            found.append(_parameter(name, _filter_schema(column, test), str(column.label)))
    return found


def included(words: Sequence[str]) -> dict[str, Any]:
    """The parameter that asks for whole records in place of references."""
    told = f"What to tell whole, by commas; dots lead on (lines.product): {', '.join(words)}"
    return _parameter("include", {"type": "string", "maxLength": 200}, told)


def _parameter(name: str, schema: dict[str, Any], words: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": words}


_FILTERED: Mapping[str, dict[str, Any]] = {
    "integer": {"type": "integer"},
    "money": {"type": "number"},
    "quantity": {"type": "number"},
    "date": {"type": "string", "format": "date"},
    "boolean": {"type": "boolean"},
}


def _filter_schema(column: Column, test: str) -> dict[str, Any]:
    if test == "empty":
        return {"type": "boolean"}
    if test == "contains":
        return {"type": "string"}
    one = _FILTERED.get(column.kind, {"type": "string"})
    if _is_closed(column):
        one = {"enum": sorted(_values(column.choices), key=str)}
    return (
        {"type": "array", "items": one}
        if test in {"", "not"}
        else {"type": "string"}
        if test == "in"
        else one
    )


HEADERS: Sequence[dict[str, Any]] = (
    {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "schema": {"type": "string", "minLength": 1, "maxLength": calls.LONGEST_KEY},
        "description": "The same key is done once; a repetition gets the first answer",
    },
    _parameter("dry_run", {"type": "boolean"}, "Tell what would happen and do nothing"),
)
IF_MATCH: dict[str, Any] = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "The ETag that the change is based on; 409 when the record has another by now",
}
