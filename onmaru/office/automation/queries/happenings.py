"""What happened to a record, in the terms of a rule, read from the history and the outbox."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.http import QueryDict

from onmaru.kernel import commands, custom, expressions
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import AuditRow, Event
from onmaru.office.automation.models import Due, Rule, Run
from onmaru.office.shaping.queries import samples
from onmaru.workbench import filters, registry, sight
from onmaru.workbench.entity import Entity

WAS = "was_"


@dataclass(frozen=True)
class Happening:
    """Something that happened to a record: ``changes`` as the history has them, ``depth`` of rules that led to it."""

    subject_id: int
    changes: Mapping[str, Any] = field(default_factory=dict)
    depth: int = 0
    day: date | None = None


def of_due(due: Due) -> Happening | None:
    """What waits there for its rule; None when it is nothing that the rule means."""
    if due.audit_id is not None:
        row = AuditRow.objects.get(pk=due.audit_id)
        return Happening(row.subject_id, row.changes, depth_of(row.source)) if fits(due.rule, row) else None
    event = Event.objects.get(pk=due.event_id or 0)
    return Happening(event.subject_id, depth=_depth_of_event(event)) if event.kind == due.rule.word else None


def fits(rule: Rule, row: AuditRow) -> bool:
    """Whether a line of the history is what the rule waits for; its condition is another matter."""
    changed = {name: one for name, one in row.changes.items() if name not in ("asked", "lines")}
    if rule.happening == Rule.Happening.CREATED:
        return is_creation(row.command, rule.kind)
    if rule.happening == Rule.Happening.CHANGED:
        return bool(changed) and (not rule.word or bool({rule.word, f"{rule.word}_id"} & changed.keys()))
    if rule.happening == Rule.Happening.STATE:
        return "state" in changed and changed["state"][-1] == rule.word
    return rule.happening == Rule.Happening.COMMAND and rule.word in (
        row.command,
        row.command.rpartition(".")[2],
    )


def is_creation(command: str, kind: str) -> bool:
    """Whether a command makes records of a kind."""
    found = commands.registry.get(command)
    made = found is not None and not found.has_subject and found.model is not None
    return made and found.model._meta.label_lower == kind  # type: ignore[union-attr]


causes: dict[str, Callable[[int], str]] = {}
"""By the first word of a source that a room above writes: the source of what began it (a process begun by a rule)."""


def depth_of(source: str) -> int:
    """How many rules led to what says this of its source."""
    word, _colon, key = source.partition(":")
    if word in causes and key.isdigit():
        return depth_of(causes[word](int(key)))
    run = Run.objects.filter(pk=key).first() if word == "rule" and key.isdigit() else None
    return run.depth if run is not None else 0


def _depth_of_event(event: Event) -> int:
    """An event bears no source; the lines of the history written by its transaction have its very moment."""
    rows = AuditRow.objects.filter(at=event.at, source__contains=":", pk__gt=0)
    found = rows.filter(subject_kind=event.subject_kind, subject_id=event.subject_id).first()
    return depth_of(found.source) if found is not None else 0


def rows_of(rule: Rule, by: Actor) -> models.QuerySet[Any]:
    """The records that the rule's owner may see."""
    return registry.rows_for(apps.get_model(rule.kind), by)


def entity_of(kind: str, by: Actor) -> Entity | None:
    """The list of a kind of record as an actor sees it."""
    found = registry.of_model(apps.get_model(kind)) if "." in kind else None
    return sight.of(found, by) if found is not None else None


def wanted(rule: Rule, by: Actor) -> Q:
    """The condition that the rule's list has, as the list itself would read it."""
    found = read(rule, by)
    return found.condition if found else Q()


def read(rule: Rule, by: Actor) -> filters.Query | None:
    """What the rule asks of its list; None where it asks nothing, or there is no list."""
    entity = entity_of(rule.kind, by)
    return filters.read(entity, by, asked(rule.query)) if entity and rule.query else None


def asked(query: str) -> QueryDict:
    """A list's query string without where one stands in the list and how it is drawn."""
    found = QueryDict(query, mutable=True)
    for name in filters.RESERVED - {"q"}:
        found.pop(name, None)
    return found


def values(entity: Entity, record: Any, changes: Mapping[str, Any], by: Actor) -> dict[str, Any]:
    """What a formula may name: the record's fields, and by ``was_`` what a change replaced. What is hidden or personal
    is missing."""
    kind = entity.model._meta.label_lower
    found = {}
    for name in samples.unmasked(kind):
        if (kind, name) not in by.hidden:
            found[name] = entity.value(record, name)
            found[WAS + name] = (
                typed(entity.model, name, changes[name][0]) if is_change(changes, name) else found[name]
            )
    return found


def is_change(changes: Mapping[str, Any], name: str) -> bool:
    """Whether a history tells the old and the new value of a field."""
    return isinstance(changes.get(name), list) and len(changes[name]) == 2


def typed(model: type[models.Model], name: str, value: Any) -> Any:
    """A value as the history keeps it, as the field has it."""
    if name.startswith(custom.PREFIX):
        return value
    return model._meta.get_field(name).to_python(value)  # type: ignore[union-attr]


def names_of(kind: str) -> dict[str, expressions.Value]:
    """What a condition on records of a kind may name, with a sample of each."""
    found = dict(samples.unmasked(kind))
    return found | {WAS + name: value for name, value in found.items()}


def holds(rule: Rule, found: Mapping[str, Any]) -> bool:
    """Whether the rule's formula comes to yes; a missing value is no."""
    return not rule.formula or expressions.parse(rule.formula).value(found) is True
