"""The unit of work: what one outermost command gathers until its commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.apps import apps
from django.db import models
from django.utils.text import capfirst

from onmaru.kernel import numbering, sql
from onmaru.kernel.identity import Actor


@dataclass
class Work:
    """Audit rows, events, number claims and visible effects of the command running now."""

    by: Actor
    dry: bool = False
    audits: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    claims: list[numbering.Claim] = field(default_factory=list)
    effects: list[dict[str, Any]] = field(default_factory=list)
    lined: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)


_current: ContextVar[Work | None] = ContextVar("work", default=None)


def current() -> Work | None:
    """The work under way on this thread of control, or None outside of any command."""
    return _current.get()


def required() -> Work:
    """The work under way. Raises RuntimeError outside of a command: nothing is written without one."""
    work = _current.get()
    if work is None:
        raise RuntimeError("this is written inside a command only")
    return work


@contextmanager
def begin(by: Actor, *, dry: bool = False) -> Iterator[Work]:
    """Open the unit of work of an outermost command."""
    token = _current.set(Work(by, dry))
    try:
        yield required()
    finally:
        _current.reset(token)


_turn: ContextVar[Callable[[], None]] = ContextVar("turn", default=lambda: None)


@contextmanager
def by_turns(wait: Callable[[], None]) -> Iterator[None]:
    """Let commands inside work out what they can, and ``wait`` before they look at what others may be writing."""
    token = _turn.set(wait)
    try:
        yield
    finally:
        _turn.reset(token)


def in_turn() -> None:
    """Wait for one's turn, if there are turns: a command by the thousand asks when all else is worked out."""
    _turn.get()()


def kind_of(row: models.Model | type[models.Model]) -> str:
    """The stable name of a record's kind, as stored in audit, events, files and numbers: ``sales.order``."""
    return row._meta.label_lower


def record_of(kind: str, key: int) -> models.Model | None:
    """The record that a stored kind and key name, None when it is gone."""
    found: models.Model | None = apps.get_model(kind)._base_manager.filter(pk=key).first()
    return found


def words_of(kind: str) -> str:
    """What people call records of a stored kind."""
    return capfirst(str(apps.get_model(kind)._meta.verbose_name))


def effect(kind: str, tell: Callable[[], Mapping[str, Any]]) -> None:
    """Tell a dry run what this command would write, in terms a person can check (an entry, a move).

    ``tell`` looks up the words for it, and is asked by a dry run only.
    """
    unit = required()
    if unit.dry:
        unit.effects.append({"kind": kind, **tell()})


def audit(command: str, subject: models.Model, changes: Mapping[str, Any]) -> None:
    """Note that ``command`` happened to ``subject``; written with the commit."""
    required().audits.append(
        {
            "command": command,
            "subject_kind": kind_of(subject),
            "subject_id": subject.pk,
            "company_id": getattr(subject, "company_id", None),
            "changes": dict(changes),
        }
    )


def lined(parent: models.Model, changes: Mapping[str, Any]) -> None:
    """Note that lines below ``parent`` changed, and old and new of what its history tells of each by itself."""
    unit = current()
    if unit is not None:
        unit.lined.setdefault((kind_of(parent), parent.pk), {"lines": True}).update(changes)


_KEPT = """
audit AS (
  INSERT INTO kernel_auditrow (command, by_id, by_name, source, address, subject_kind, subject_id, company_id, changes)
  SELECT command, %(by_id)s::bigint, %(by_name)s, %(source)s, %(address)s::inet, subject_kind, subject_id,
         company_id, changes
  FROM jsonb_to_recordset(%(audits)s::jsonb)
    AS row(command text, subject_kind text, subject_id bigint, company_id bigint, changes jsonb)
), outbox AS (
  INSERT INTO kernel_event (kind, subject_kind, subject_id, company_id, payload, relayed_at)
  SELECT kind, subject_kind, subject_id, company_id, payload, CASE WHEN NOT heard THEN statement_timestamp() END
  FROM jsonb_to_recordset(%(events)s::jsonb)
    AS row(kind text, subject_kind text, subject_id bigint, company_id bigint, payload jsonb, heard boolean)
), answered AS (
  UPDATE kernel_idempotencykey SET result_kind = %(result_kind)s, result_id = %(result_id)s::bigint WHERE key = %(key)s
)"""


def to_json(value: Any) -> str:
    """JSON of what commands handle: decimals and lazy words as text, records by their key."""

    def other(item: Any) -> Any:
        return item.pk if isinstance(item, models.Model) else str(item)

    return orjson.dumps(value, default=other, option=orjson.OPT_NON_STR_KEYS).decode()


def flush(work: Work, *, key: str | None, result: Any) -> None:
    """Write audit rows, events, the answer to an idempotency key and the numbers claimed, in one statement.

    It comes last: the counters stay locked from here to the commit and not a statement longer.
    """
    answered = result if isinstance(result, models.Model) else None
    given = {
        "by_id": work.by.user_id,
        "by_name": work.by.name,
        "source": work.by.source,
        "address": work.by.address,
        "audits": to_json(work.audits),
        "events": to_json(work.events),
        "result_kind": kind_of(answered) if answered else "",
        "result_id": answered.pk if answered else None,
        "key": key,
    }
    if work.claims:
        numbering.take(work.claims, beside=f"{_KEPT},", given=given)
    else:
        sql.run(f"WITH {_KEPT} SELECT", given)


def judge() -> None:
    """Judge now what the database leaves to the commit: references and balance of all that was written."""
    sql.run("SET CONSTRAINTS ALL IMMEDIATE")
