"""Two people edit one record: what each changed is told apart field by field, and nobody's work is lost."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onmaru.kernel import refusals
from onmaru.workbench import history
from onmaru.workbench.fields import Field
from onmaru.workbench.forms import Form

CHANGED_HERE = refusals.reason("changed_here", gettext_lazy("{label}: {who} made this “{value}” meanwhile."))
CHANGES_TAKEN = refusals.reason(
    "changes_taken", gettext_lazy("What you did not touch shows what {who} wrote meanwhile: {fields}.")
)


def base(form: Form) -> str:
    """What the form held when it was opened, to be sent along with it."""
    return orjson.dumps(form.raw).decode()


def merge(form: Form, theirs: Mapping[str, Any], opened: str) -> bool:
    """When somebody was first, join their changes and what was typed; what both changed becomes a reason at its field.

    ``theirs`` is what the form would hold now, ``opened`` its ``base``. Saving once more means what is shown then.
    """
    if all(one.code != "changed_meanwhile" for one in form.problems):
        return False
    then = _read(opened)
    who = next((one.who for one in history.of(form.subject, form.by, most=1)), "")
    taken = []
    for field in form.fields:
        name = field.name
        if name not in theirs or name not in form.raw:
            continue
        if _same(theirs[name], then.get(name)):
            form.raw[name] = _found_again(form.raw[name], then.get(name), theirs[name])
            continue
        if _same(form.raw[name], then.get(name)):
            form.raw[name] = theirs[name]
            taken.append(str(field.label))
        elif not _same(form.raw[name], theirs[name]):
            words = _words(form, field, theirs[name], then.get(name))
            form.placed[name].append(CHANGED_HERE(name, who=who, value=words, label=field.label))
    if taken:
        form.problems.append(CHANGES_TAKEN(who=who, fields=", ".join(taken)))
    form.version = form.subject.version
    return True


def _read(opened: str) -> dict[str, Any]:
    try:
        return dict(orjson.loads(opened))
    except (TypeError, ValueError):
        return {}


def _same(one: Any, other: Any) -> bool:
    """Whether two raw values mean the same: a browser groups figures and posts the cells of a line in any order."""
    if isinstance(one, list) and isinstance(other, list):
        return [_cells(row) for row in one] == [_cells(row) for row in other]
    return bool(_plain(one) == _plain(other))


def _cells(row: Any) -> Any:
    if not isinstance(row, dict):
        return row
    return {name: _plain(text) for name, text in row.items() if text and name != "id"}


def _found_again(mine: Any, then: Any, now: Any) -> Any:
    """What was typed, its lines under the ids they have now: a command may write the same lines anew."""
    if not isinstance(mine, list) or not isinstance(then, list):
        return mine
    pairs = zip(then, now, strict=True)
    ids = {str(old["id"]): new["id"] for old, new in pairs if {"id"} <= old.keys() & new.keys()}
    return [row | {"id": ids.get(str(row["id"]), row["id"])} if row.get("id") else row for row in mine]


def _plain(text: Any) -> Any:
    try:
        return Decimal(str(text).replace(",", "").strip()).normalize()
    except InvalidOperation:
        return str(text or "").replace("\r\n", "\n").strip()


def _words(form: Form, field: Field, raw: Any, then: Any = None) -> str:
    if isinstance(raw, dict):
        return ", ".join(f"{c.label} {_words(form, c, raw[c.name])}" for c in field.lines if raw.get(c.name))
    if isinstance(raw, list):
        known = [_cells(row) for row in then] if isinstance(then, list) else []
        fresh = [_words(form, field, row) for row in raw if _cells(row) not in known]
        return " / ".join(fresh[:3]) or _("{count} lines").format(count=len(raw))
    choices = {str(value): str(label) for value, label in field.choices}
    return choices.get(str(raw)) or form.words.get((field.model, str(raw)), str(raw)) or "–"
