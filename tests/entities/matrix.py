"""One decision everywhere: for a kind of record and a role, every face says the same.

The roles are made by rule: one that sees nothing, one that sees all, one that sees a single record, one from whom a
field is hidden, one who may not write a field. The faces are asked for what they show, and must agree.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import pypdf
import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser

from onmaru.kernel import calendars, identity, permissions, tokens
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import Grant, RecordRule, Role, Token, User
from onmaru.kernel.refusals import Refused
from onmaru.office.agents.views import tools
from onmaru.office.dashboards.models import Card
from onmaru.office.dashboards.queries import answers
from onmaru.office.rest.views import document, telling
from onmaru.workbench import detail, exchange, forms, history, listing, references, search, sight
from onmaru.workbench.entity import Column, Entity
from onmaru.workbench.views import faces as pages

ROOM = 500
TOMORROW = date.today() + timedelta(days=1)
COUNT = re.compile(r"(?:Records|건수) (\d+)")
PART = {"HX-Request": "true"}
SHEET = re.compile(r'<script id="spreadsheet-config" type="application/json">(.*?)</script>')


def hired(entity: Entity, *verbs: str, **rule: Any) -> Actor:
    """A person whose only role has these verbs on the kind, narrowed by ``rule``."""
    place = User.objects.count()
    user = User.objects.create_user(f"m{place}")
    codes = [permissions.code(entity.model, verb) for verb in verbs]
    codes += [permissions.code(entity.model, "oversee")] if verbs else []
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
    seen = permissions.visible(entity.rows(), by)
    assert page.count == seen.count()
    for column in (one for one in page.columns if one.summed and one.path):
        told = sum(one.sums[column.name] for one in page.totals)
        assert told == sum(column.getter(one) or 0 for one in seen), column.name
    yield "detail", {key for key in keys if _is_shown(lambda key=key: detail.show(entity, by, key))}
    named = [one for one in records if references.word_of(one) != str(one.pk)]
    if entity.search_paths and len(named) == len(records):
        found = [search.choices(entity, by, references.word_of(one), limit=ROOM) for one in records]
        yield "choices", keys & {hit.id for hits in found for hit in hits} | _archived(records, by, entity)
    yield "included", {one["id"] for one in _included(entity, by, records) if one is not None}
    file = _exported(entity, by)
    yield "export", {key for key in keys if str(key) in file}
    asked = browser(by)
    answer = asked.get(f"/api/{entity.name}?limit={ROOM}&fields=id")
    rows = answer.json()["data"] if answer.status_code == 200 else []
    yield "API list", keys & {row["id"] for row in rows}
    yield "API record", {key for key in keys if asked.get(f"/api/{entity.name}/{key}").status_code == 200}
    yield "page", {key for key in keys if asked.get(f"/{entity.name}/{key}/").status_code < 400}


def drawn(entity: Entity, by: Actor, records: list[Any]) -> Iterator[tuple[str, set[int]]]:
    """Which of ``records`` the pages show to ``by``: every registered face, the search and the palette."""
    asked = browser(by)
    named = [one for one in records if references.word_of(one) != str(one.pk)]
    if entity.search_paths and len(named) == len(records):
        words = [quote(references.word_of(one)) for one in records]
        for address in ("search", "palette"):
            found = [_linked(entity, asked, f"/{address}?q={word}") for word in words]
            yield address, {one.pk for one in records} & set().union(*found)
    for face in pages.of(entity):
        yield from _drawn(entity, asked, records, face.name)
    yield from _carded(entity, by, records)


def agent(entity: Entity, by: Actor, records: list[Any]) -> Iterator[tuple[str, set[int]]]:
    """Which of ``records`` the tools of an agent tell ``by``, who signs in with a token of all their roles."""
    secret, stem = f"agent of {by.name}", entity.name.replace("-", "_")
    user = User.objects.get(pk=by.user_id or 0)
    roles = list(user.grants.values_list("role_id", flat=True))
    said = {"name": "agent", "digest": tokens.digest(secret), "expires_on": TOMORROW}
    Token.objects.create(user=user, role_ids=roles, **said)
    asked = Browser(headers={"Authorization": f"Bearer {secret}"})

    def told(name: str, **arguments: Any) -> dict[str, Any]:
        params = {"name": f"{name}_{stem}", "arguments": arguments}
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        found: dict[str, Any] = asked.post("/mcp", body, "application/json").json()["result"]
        return {} if found["isError"] else found["structuredContent"]

    keys = {one.pk for one in records}
    yield "agent's list", keys & {row["id"] for row in told("list", limit=ROOM, fields="id").get("data", ())}
    yield "agent's record", {key for key in keys if told("get", id=key).get("id") == key}


def printed(entity: Entity, by: Actor, records: list[Any]) -> Iterator[tuple[str, set[int]]]:
    """Which of ``records`` a printed list counts, asked for each of them."""
    asked, found = browser(by), set()
    for key in (one.pk for one in records):
        paper = asked.get(f"/{entity.name}/export.pdf?id={key}", headers={"Accept-Language": "en"})
        text = pypdf.PdfReader(io.BytesIO(paper.content)).pages[0].extract_text()
        found |= {key} if int(COUNT.search(text)[1]) else set()  # type: ignore[index]
    yield "printed list", found


def _carded(entity: Entity, by: Actor, records: list[Any]) -> Iterator[tuple[str, set[int]]]:
    """Which of ``records`` cards of a dashboard show to ``by``: a list's rows, and what a figure counts."""
    keys, today = [one.pk for one in records], calendars.today()
    asked = [Card(kind="list", source=entity.name, query=urlencode([("id", key) for key in keys]))]
    asked += [Card(kind="number", source=entity.name, query=f"id={key}") for key in keys]
    listed, *counted = [answers.of(card, by, {}, today) for card in asked]
    yield "card of a list", {row.id for row in listed.rows} if listed else set()
    figures = zip(keys, counted, strict=True)
    yield "card of a figure", {key for key, one in figures if one and one.figures[0].text != "0"}


def _linked(entity: Entity, asked: Browser, address: str) -> set[int]:
    """The records of the kind to which a page leads."""
    text = asked.get(address, headers=PART).content.decode()
    return {int(key) for key in re.findall(rf'href="/{entity.name}/(\d+)/"', text)}


def _drawn(entity: Entity, asked: Browser, records: list[Any], face: str) -> Iterator[tuple[str, set[int]]]:
    """Which of ``records`` a registered face shows: those it leads to, asks for or counts."""
    keys = {one.pk for one in records}
    address = f"/{entity.name}/?" + urlencode([("face", face), *(("id", key) for key in sorted(keys))])
    if face == "pivot":
        one = f"/{entity.name}/?face=pivot&id="
        yield (
            face,
            {key for key in keys if "<tfoot>" in asked.get(f"{one}{key}", headers=PART).content.decode()},
        )
    elif face == "sheet":
        sheet = SHEET.search(asked.get(address, headers=PART).content.decode())
        query = urlencode([*map(tuple, json.loads(sheet[1])["query"])]) if sheet else "limit=0"
        answer = asked.get(f"/api/{entity.name}?{query}&fields=id").json()
        yield face, {row["id"] for row in answer.get("data", ())}
    elif face not in {"calendar", "timeline"}:
        yield face, _linked(entity, asked, address)
    else:
        known = [detail.find(entity, identity.system("tester"), one.pk) for one in records]
        column = _dated(entity, known)
        days = {_day(column.getter(one)).replace(day=1) for one in known} if column else set()
        found = [_linked(entity, asked, f"{address}&by={column.name}&on={day}") for day in days if column]
        yield from [(face, keys & set().union(*found))] if found else []


def _dated(entity: Entity, records: list[Any]) -> Column | None:
    """A date that all of ``records`` have, so that a calendar shows them when they are to be seen."""
    known = (one for one in entity.filter_columns.values() if one.kind in {"date", "datetime"} and one.path)
    return next((one for one in known if all(one.getter(record) for record in records)), None)


def _day(value: date) -> date:
    return calendars.day_of(value) if isinstance(value, datetime) else value


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


def _included(entity: Entity, by: Actor, records: list[Any]) -> list[dict[str, Any] | None]:
    """What an API's answer that includes these records tells of each; nothing where it stays a reference."""
    itself = Column(name="it", getter=lambda record: record)
    told: list[dict[str, Any]] = [{"it": None} for _one in records]
    telling.embed([telling.Branch("it", None, itself, sight.of(entity, by))], by, records, told)
    return [one["it"] for one in told]


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
    for params in ({"sort": name}, {f"{name}__empty": "1"}, {"fields": name}, {"group": name}):
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
    yield from _offering(entity, by, record, name)
    asked = browser(by)
    answers = [asked.get(f"/api/{entity.name}{path}") for path in ("?limit=1", f"/{record.pk}")]
    if any(f'"{name}":' in answer.content.decode() for answer in answers):
        yield "API"
    if entity.edit is not None and detail.may_edit(entity, by, record):
        if name in {one.name for one in forms.edit(entity, by, record).fields}:
            yield "form"
        sent = asked.patch(f"/api/{entity.name}/{record.pk}", json.dumps({name: None}), "application/json")
        if sent.status_code != 422:
            yield f"API write: {sent.status_code}"


def _offering(entity: Entity, by: Actor, record: Any, name: str) -> Iterator[str]:
    """The faces that would go by a column, or put it among their own, the API's includes and its document."""
    if name in (_included(entity, by, [record])[0] or {}):
        yield "API include"
    described = document.of([sight.of(entity, by)])["paths"][f"/api/{entity.name}"]["get"]["parameters"]
    if name in {one["name"].partition("__")[0] for one in described}:
        yield "API document"
    for tool in tools.of(sight.of(entity, by)):
        of_form = tool.name.startswith(("list_", "create_", "edit_"))
        if of_form and name in {one.partition("__")[0] for one in tool.asks["properties"]}:
            yield f"agent's {tool.name}"
    ways = '(?:by|down|across|measure|sort)=|data-(?:word|column|field)="|"name": "'
    offers, asked = re.compile(f'(?:{ways}){re.escape(name)}["&.]'), browser(by)
    for face in pages.of(entity):
        if offers.search(asked.get(f"/{entity.name}/?face={face.name}", headers=PART).content.decode()):
            yield f"face {face.name}"


def owners(entity: Entity) -> list[str]:
    """The paths from a record to a person by which a rule may say whose it is: its own, or of what it refers to."""
    fields = entity.model._meta.concrete_fields
    near = [(one.name, one.related_model) for one in fields if one.related_model]
    found = [name for name, model in near if model is User]
    far = ((name, more) for name, model in near for more in model._meta.concrete_fields)
    return found + [f"{name}.{more.name}" for name, more in far if more.related_model is User]


def owning(entity: Entity, records: list[Any], path: str, reads: str) -> tuple[Actor, set[int]]:
    """A person who sees by rule what is theirs (``mine``) or their team's, and what that is of ``records``.

    The first record is given to them, or to a mate of the same team; the second to a stranger.
    """
    role = hired(entity, "view", "export", reads=reads, owner=path)
    me = User.objects.get(pk=role.user_id or 0)
    mate, stranger = (User.objects.create_user(f"{me.username}{word}", team=word) for word in ("a", "b"))
    first = me if reads == "mine" else mate
    User.objects.filter(pk=me.pk).update(team="a" if reads == "team" else "")
    *way, name = path.split(".")
    for record, person in zip(records, (first, stranger), strict=True):
        held = getattr(record, way[0]) if way else record
        try:
            with transaction.atomic():
                type(held)._base_manager.filter(pk=held.pk).update(**{name: person})
        except IntegrityError:
            pytest.skip("is sealed: nobody gives it to another")
    keys = entity.model._base_manager.filter(**{path.replace(".", "__"): first})
    me.refresh_from_db()
    return identity.actor(me), {one.pk for one in records} & set(keys.values_list("pk", flat=True))
