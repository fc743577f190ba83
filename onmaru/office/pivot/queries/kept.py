"""Dear answers of the database, kept by this process until what they were read from changes.

A million rows take the database some tenths of a second to put together, and the same few questions come again and
again: from cards that renew themselves, on the way back from a drill, from everybody who opens the same view. What
holds for one person holds for another only where the whole statement is the same, and what a person may see is in it.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Sequence
from functools import cache
from threading import Lock
from time import monotonic
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connection

from onmaru.kernel import sql
from onmaru.workbench import groups

DEAR = 0.1
"""Seconds from which on an answer is kept: to ask whether it still holds takes less than a hundredth of that."""
MOST_KEPT = 20
MOST_AGE = 60.0
"""Seconds for which an answer is kept at most: a function in a statement may read what the statement does not name."""

_NAMED = re.compile(r'"(\w+)"')
_STATE = """
    SELECT (SELECT max(id) FROM kernel_auditrow), array_agg(ARRAY[pg_relation_filenode(one),
        pg_stat_get_tuples_inserted(one) + pg_stat_get_tuples_updated(one) + pg_stat_get_tuples_deleted(one)])
    FROM unnest(%s::regclass[]) AS one
"""
_CHANGED = "SELECT EXISTS (SELECT FROM kernel_auditrow WHERE id > %s AND subject_kind = ANY(%s))"


class _Kept(NamedTuple):
    """An answer, as of when, the history's newest entry and the state of its tables before it was read."""

    rows: list[Any]
    at: float
    newest: int
    state: Any


_held: OrderedDict[Any, _Kept] = OrderedDict()
_turn = Lock()


def answered(statement: str, parameters: Sequence[Any]) -> list[Any]:
    """What the database answers, or has answered while nothing changed since.

    What a command changes counts from its commit on. What is written past the history (a change of many rows by one
    statement, or one that committed after a later entry of it) counts once its process has told the database's
    counters, which it does within ten seconds. Inside of a transaction nothing is kept: it sees what nobody else does.
    """
    if connection.in_atomic_block:
        return groups.answered(statement, parameters)
    tables = _tables(statement)
    # Asked before the answer is read: what is written meanwhile makes it old, even where it is in it already.
    newest, state = sql.rows(_STATE, [list(tables)])[0]
    key = connection.settings_dict["NAME"], statement, repr(parameters)
    kept = _held.get(key)
    if kept is not None and kept.state == state and _holds(kept, tables):
        return kept.rows
    began = monotonic()
    rows = groups.answered(statement, parameters)
    if monotonic() - began >= DEAR:
        _keep(key, _Kept(rows, began, newest or 0, state))
    return rows


def _holds(kept: _Kept, tables: dict[str, str]) -> bool:
    if monotonic() - kept.at > MOST_AGE:
        return False
    return not sql.rows(_CHANGED, [kept.newest, list(tables.values())])[0][0]


def _keep(key: Any, kept: _Kept) -> None:
    with _turn:
        _held[key] = kept
        _held.move_to_end(key)
        while len(_held) > MOST_KEPT:
            _held.popitem(last=False)


def _tables(statement: str) -> dict[str, str]:
    """The tables that a statement names, each with its kind of record."""
    known = _kinds()
    return {name: known[name] for name in dict.fromkeys(_NAMED.findall(statement)) if name in known}


@cache
def _kinds() -> dict[str, str]:
    return {one._meta.db_table: one._meta.label_lower for one in apps.get_models(include_auto_created=True)}
