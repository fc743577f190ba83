"""One decision everywhere: for a kind of record and a role, every face says the same.

The roles are made by rule: one that sees nothing, one that sees all, one that sees a single record, one from whom a
field is hidden, one who may not write a field. The faces are asked for what they show, and must agree.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.test import Client as Browser

from onmaru.kernel import identity, permissions
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import Grant, RecordRule, Role, User
from onmaru.kernel.refusals import Refused
from onmaru.workbench import detail, exchange, forms, history, listing, references, search
from onmaru.workbench.entity import Column, Entity

ROOM = 500


def hired(entity: Entity, *verbs: str, **rule: Any) -> Actor:
    """A person whose only role has these verbs on the kind, narrowed by ``rule``."""
    place = User.objects.count()
    user = User.objects.create_user(f"m{place}")
    codes = [permissions.code(entity.model, verb) for verb in verbs]
    codes += [one.permission for one in (entity.create, entity.edit) if one is not None and verbs]
    if entity.model in permissions.hanging:
        borne = entity.model._default_manager.order_by().values_list("subject_kind", flat=True).distinct()
        codes += [f"{kind}.view" for kind in borne if verbs]
    role = Role.objects.create(code=user.username, name_ko="역할", name_en="role", permissions=codes)
    Grant.objects.create(user=user, role=role)
    if rule:
        RecordRule.objects.create(role=role, kind=entity.model._meta.label_lower, **rule)
    return identity.actor(user)


def browser(by: Actor) -> Browser:
    found = Browser()
    found.force_login(User.objects.get(pk=by.user_id or 0))
    return found


def faces(entity: Entity, by: Actor, records: list[Any]) -> Iterator[tuple[str, set[int]]]:
    """Which of ``records`` each face shows to ``by``."""
    keys = {one.pk for one in records}
    page = listing.page(entity, by, {"limit": str(ROOM), "count": "1"})
    yield "list", keys & {row.id for row in page.rows}
    assert page.count == permissions.visible(entity.rows(), by).count()
    yield "detail", {key for key in keys if _is_shown(lambda key=key: detail.show(entity, by, key))}
    named = [one for one in records if references.word_of(one) != str(one.pk)]
    if entity.search_paths and len(named) == len(records):
        found = [search.choices(entity, by, references.word_of(one), limit=ROOM) for one in records]
        yield "choices", keys & {hit.id for hits in found for hit in hits} | _archived(records, by, entity)
    file = _exported(entity, by)
    yield "export", {key for key in keys if str(key) in file}
    answer = browser(by).get(f"/api/{entity.name}?limit={ROOM}&fields=id")
    rows = answer.json()["data"] if answer.status_code == 200 else []
    yield "API list", keys & {row["id"] for row in rows}
    asked = browser(by)
    yield "API record", {key for key in keys if asked.get(f"/api/{entity.name}/{key}").status_code == 200}
    asked = browser(by)
    yield "page", {key for key in keys if asked.get(f"/{entity.name}/{key}/").status_code == 200}


def _archived(records: list[Any], by: Actor, entity: Entity) -> set[int]:
    """What a picker never offers, whoever asks: it is not what differs between roles."""
    seen = permissions.visible(entity.model._default_manager.all(), by)
    idle = [one.pk for one in records if getattr(one, "is_active", True) is False]
    return set(seen.filter(pk__in=idle).values_list("pk", flat=True))


def _is_shown(attempt: Any) -> bool:
    try:
        attempt()
    except Refused:
        return False
    return True


def _exported(entity: Entity, by: Actor) -> set[str]:
    """The ids that a file of the list is made of."""
    try:
        _columns, records = exchange.asked(entity, by, {}, whole=False)
    except Refused:
        return set()
    return {str(record.pk) for record in records}


def hideable(entity: Entity) -> Column | None:
    """A column of the list whose field may be hidden: the record's own, and not what it is called by."""
    kind = entity.model._meta.label_lower
    own = (one for one in entity.list_columns[1:] if len(one.tells) == 1 and "." not in one.name)
    return next((one for one in own if next(iter(one.tells))[0] == kind and one.source), None)


def told(entity: Entity, by: Actor, record: Any, column: Column) -> Iterator[str]:
    """The faces that tell ``by`` of a column, though they should not."""
    name, label = column.name, str(column.label)
    page = listing.page(entity, by, {"limit": "1"})
    if name in {one.name for one in page.columns}:
        yield "list"
    for params in ({"sort": name}, {f"{name}__empty": "1"}, {"fields": name}):
        if _is_shown(lambda params=params: listing.page(entity, by, params)):
            yield f"list?{params}"
    shown = detail.show(entity, by, record.pk)
    if any(cell.column.name == name for part in shown.parts for cell in part.cells):
        yield "detail"
    if any(str(change.label) == label for one in history.of(record, by) for change in one.changes):
        yield "history"
    for whole in (False, True):
        heads, _records = exchange.asked(entity, by, {}, whole=whole)
        if name in {one.name for one in heads}:
            yield f"export, whole={whole}"
    answers = [browser(by).get(f"/api/{entity.name}{path}") for path in ("?limit=1", f"/{record.pk}")]
    if any(f'"{name}":' in answer.content.decode() for answer in answers):
        yield "API"
    if entity.edit is not None and detail.may_edit(entity, by, record):
        asked = forms.edit(entity, by, record).fields
        if name in {one.name for one in asked}:
            yield "form"
        sent = browser(by).patch(
            f"/api/{entity.name}/{record.pk}", json.dumps({name: None}), "application/json"
        )
        if sent.status_code != 422:
            yield f"API write: {sent.status_code}"
