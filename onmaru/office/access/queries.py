"""What a role may, as a table that a person can read and tick: a row a kind of record, a column a verb."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, identity, permissions, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import AccessLog, Role
from onmaru.workbench import fields, menu, registry
from onmaru.workbench.entity import Entity
from onmaru.workbench.fields import Text

READING: tuple[tuple[str, Text], ...] = (
    ("view", _("See")),
    ("export", _("Take out")),
    ("import", _("Bring in")),
    ("reveal", _("Open personal data")),
)


@dataclass(frozen=True)
class Tick:
    """One permission; ``whole`` when a wider one already covers it."""

    code: str
    label: Text
    is_on: bool
    whole: bool


@dataclass(frozen=True)
class Kind:
    """A kind of record with what may be done to it."""

    label: Text
    reading: list[Tick]
    verbs: list[Tick]


@dataclass(frozen=True)
class Room:
    """The kinds of one room; ``whole`` gives all of them at once."""

    label: Text
    whole: Tick
    kinds: list[Kind]


def of(role: Role) -> list[Room]:
    """Every room with what the role may in it."""
    by_room: dict[str, list[Entity]] = defaultdict(list)
    for entity in registry.every():
        if registry.of_model(entity.model) is entity:
            by_room[entity.model._meta.app_label].append(entity)
    held = set(role.permissions)
    return [
        Room(
            _area(entities[0]),
            _tick(f"{label}.*", _("Everything here"), held),
            [_kind(one, held) for one in entities],
        )
        for label, entities in by_room.items()
    ]


def _area(entity: Entity) -> str:
    """Several rooms share an area of the menu, so the first of a room's kinds stands beside it."""
    return f"{dict(menu.AREAS).get(entity.area, entity.area)} · {entity.label}"


def _kind(entity: Entity, held: Collection[str]) -> Kind:
    reading = [_tick(permissions.code(entity.model, verb), label, held) for verb, label in READING]
    known = {one.code for one in reading}
    verbs = {code: label for code, label in _verbs(entity) if code not in known}
    return Kind(entity.label, reading, [_tick(code, label, held) for code, label in verbs.items()])


def _verbs(entity: Entity) -> Iterator[tuple[str, Text]]:
    for command in commands.registry.values():
        if command.model is entity.model:
            yield command.permission, command.label
    for waiver in refusals.waivers.values():
        if waiver.permission.startswith(f"{entity.model._meta.label_lower}."):
            yield waiver.permission, waiver.label
    if entity.model in permissions.concerned:
        yield permissions.code(entity.model, "oversee"), _("See all, not only what concerns oneself")


def _tick(code: str, label: Text, held: Collection[str]) -> Tick:
    wider = [one for one in held if one != code and one.endswith("*")]
    return Tick(code, label, identity.covers(held, code), identity.covers(wider, code))


def offered() -> set[str]:
    """Every permission that the table shows."""
    rooms = of(Role())
    return {room.whole.code for room in rooms} | {
        tick.code for room in rooms for kind in room.kinds for tick in (*kind.reading, *kind.verbs)
    }


def difference(old: list[str] | None, new: list[str] | None) -> list[tuple[Text, str, str]]:
    """What a role was given and what was taken from it, for the history: label, before, after."""
    before, after = set(old or ()), set(new or ())
    given, taken = in_words(after - before), in_words(before - after)
    found: list[tuple[Text, str, str]] = [(_("Permissions given"), "", given)] if given else []
    return [*found, (_("Permissions taken away"), taken, "")] if taken else found


def in_words(codes: Collection[str]) -> str:
    """Permissions by the kinds they are for, as the table calls them; a code that it does not show as it is."""
    rooms = of(Role())
    found = [str(_("Everything, now and later"))] if "*" in codes else []
    found += [f"{room.label}: {room.whole.label}" for room in rooms if room.whole.code in codes]
    for kind in (kind for room in rooms for kind in room.kinds):
        verbs = [str(one.label) for one in (*kind.reading, *kind.verbs) if one.code in codes]
        found += [f"{kind.label}: {', '.join(dict.fromkeys(verbs))}"] if verbs else []
    return "; ".join([*found, *sorted(set(codes) - offered() - {"*"})])


def called(row: AccessLog) -> str:
    """The fields that an entry of the access log names, as people call them."""
    return ", ".join(field_called(row.kind, name) for name in row.fields)


CAME_BY: dict[str, Text] = {
    "screen": _("On a screen"),
    "api": _("By a program (API)"),
    "import": _("By an import"),
    "system": _("By the house"),
    "reaction": _("By the house"),
}


def came_by(row: AccessLog) -> str:
    """Which way a deed came, in words; one of which nothing is known as it is."""
    return str(CAME_BY.get(row.source, row.source))


def field_called(kind: str, name: str) -> str:
    """What people call a field, the company's own too; a dotted way, or a name of which nothing is known, as it is."""
    try:
        model = apps.get_model(kind)
        entity = registry.of_model(model)
        own = entity.own.get(name) if entity else None
        return str(own.label if own else fields.label_of(model._meta.get_field(name)))
    except (LookupError, ValueError, FieldDoesNotExist):
        return name


def named(kind: str, pk: int, by: Actor) -> Model | None:
    """A record, or a line of one, by the name of its kind (party.contact); None when ``by`` does not see it."""
    try:
        found: Model | None = registry.rows_for(apps.get_model(kind), by).filter(pk=pk).first()
    except (LookupError, ValueError):
        return None
    return found
