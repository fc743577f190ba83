"""What stands in the rail and on the home page: the entities a person may see, by area of work."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

from django.apps import apps
from django.db.models import Count, Model
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import people, permissions
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import AuditRow
from onmaru.workbench import ports, registry, report
from onmaru.workbench.entity import Entity
from onmaru.workbench.fields import Text
from onmaru.workbench.report import Report

AREAS: tuple[tuple[str, Text], ...] = (
    ("crm", _("Customers")),
    ("sales", _("Sales")),
    ("purchasing", _("Purchasing")),
    ("stock", _("Stock")),
    ("production", _("Production")),
    ("quality", _("Quality")),
    ("accounting", _("Accounting")),
    ("people", _("People")),
    ("knowledge", _("Knowledge")),
    ("insight", _("Insight")),
    ("approval", _("Approval")),
    ("work", _("Working together")),
    ("masters", _("Master data")),
    ("settings", _("Settings")),
    ("shaping", _("Screens and papers")),
    ("automation", _("Automation")),
    ("access", _("People and access")),
)
PLACES = {name: place for place, (name, _label) in enumerate(AREAS)}
SETTINGS = {"settings", "shaping", "automation", "access"}  # what is set up once, not entered day by day
RECENT = 8
OF_ONESELF = (people.choose_language.name, people.choose_look.name)
LOOKED_BACK = 50_000
MOST_ENTERED = 8
MOST_OPEN = 14
FINISHED = {"closed", "done", "completed", "cancelled", "posted", "paid"}


class Area(NamedTuple):
    """A heading of the rail and what stands below it."""

    name: str
    label: Text
    entities: list[Entity]
    reports: list[Report]
    open: bool = True


@dataclass(frozen=True)
class Waiting:
    """Records in one state that this person may move on."""

    entity: Entity
    state: str
    label: Text
    count: int


class Recent(NamedTuple):
    """A record this person worked on lately."""

    entity: Entity
    record: Model


def may_view(entity: Entity, by: Actor) -> bool:
    """Whether the person may see records of this entity."""
    return by.may(permissions.code(entity.model, "view"))


def areas(by: Actor) -> list[Area]:
    """The menu of this person; areas in which nothing may be seen are left out."""
    labels = dict(AREAS)
    found: dict[str, tuple[list[Entity], list[Report]]] = defaultdict(lambda: ([], []))
    for entity in registry.every():
        if may_view(entity, by):
            found[entity.area][0].append(entity)
    for one in report.every(by):
        found[one.area][1].append(one)
    ordered = sorted(found, key=lambda name: (PLACES.get(name, len(PLACES)), name))
    return [Area(name, labels.get(name, name), *found[name]) for name in ordered]


def rail(by: Actor, here: str, opened: str | None) -> list[Area]:
    """The menu as the rail shows it: a short one open, of a long one the area at work and those last left open."""
    found = areas(by)
    many = sum(len(one.entities) + len(one.reports) for one in found) > MOST_OPEN
    first = {one.name for one in (found[:1] if many else found)}
    wanted = first if opened is None else set(opened.split("."))
    return [one._replace(open=one.name in wanted or here in _addresses(one)) for one in found]


def _addresses(area: Area) -> list[str]:
    return [one.name for one in area.entities] + [f"reports/{one.name}" for one in area.reports]


def companies(by: Actor) -> list[ports.Company]:
    """The companies this person works for."""
    return [company for source in ports.companies for company in source(by)]


def creatable(by: Actor) -> list[Entity]:
    """What this person may enter day by day, in the order of the menu."""
    offered = [entity for area in areas(by) if area.name not in SETTINGS for entity in area.entities]
    return [one for one in offered if one.create is not None and by.may(one.create.permission)][:MOST_ENTERED]


def waiting(by: Actor) -> list[Waiting]:
    """What waits for this person: per kind of document and unfinished state, how many its first verbs could move on."""
    documents = [e for area in areas(by) for e in area.entities if e.create is not None or e.printed]
    return [one for entity in documents for one in _waiting_of(entity, by) if one.state not in FINISHED]


def _waiting_of(entity: Entity, by: Actor) -> list[Waiting]:
    verbs = [one for one in entity.verbs if one.primary and by.may(one.permission)]
    states = {state for verb in verbs for state in verb.moves_from or ()}
    if not states:
        return []
    rows = permissions.visible(entity.model._default_manager.all(), by).order_by()
    counts = dict(rows.filter(state__in=states).values_list("state").annotate(Count("pk")))
    labels = dict(entity.model._meta.get_field("state").flatchoices)  # type: ignore[union-attr]
    return [
        Waiting(entity, one, label or one, counts[one]) for one, label in labels.items() if counts.get(one)
    ]


def recent(by: Actor) -> list[Recent]:
    """The records this person touched last, newest first, each once."""
    found: dict[tuple[str, int], Recent] = {}
    for kind, key in _touched(by):
        entity = registry.of_model(apps.get_model(kind))
        # Who wrote or attached something worked on the record it hangs on.
        if entity is None or entity.model in permissions.hanging or len(found) == RECENT:
            continue
        record = permissions.visible(entity.model._default_manager.filter(pk=key), by).first()
        if record is not None:
            found[kind, key] = Recent(entity, record)
    return list(found.values())


def _touched(by: Actor) -> list[tuple[str, int]]:
    # Bounded, because the history is long and a person may not have been here for years.
    newest = AuditRow.objects.order_by("-id").values_list("id", flat=True).first() or 0
    mine = AuditRow.objects.filter(id__gt=newest - LOOKED_BACK, by_id=by.user_id)
    mine = mine.exclude(command__in=OF_ONESELF).order_by("-id")
    return list(dict.fromkeys(mine.values_list("subject_kind", "subject_id")[: RECENT * 6]))
