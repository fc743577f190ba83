"""What the palette offers for what was typed, to this person, on this page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onmaru.kernel import search as folding
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.kernel.refusals import Refused
from onmaru.office.savedviews import queries as saved
from onmaru.workbench import detail, menu, registry, search, shown
from onmaru.workbench.entity import Entity
from onmaru.workbench.fields import Text

EACH = 7


@dataclass(frozen=True)
class Choice:
    """A line of the palette: ``href`` leads on, ``dialog`` opens a command's, ``post`` is sent to ``href``."""

    label: str
    icon: str
    href: str
    note: str = ""
    dialog: bool = False
    post: Mapping[str, str] = field(default_factory=dict)


Group = tuple[str, list[Choice]]
Fits = Callable[[str], bool]  # whether the words of a choice are what was typed


def offered(by: Actor, text: str, on: str) -> list[Group]:
    """Groups of choices: what can be done here, places, what can be made, settings, then records.

    ``on`` is the open record as ``orders/12``. With nothing typed, what the person touched last comes first.
    """
    fits = folding.matching(text)
    here = (_("On this page"), list(_here(by, on, fits)))
    others = [*_of_menu(by, fits), (_("Settings"), list(_settings(fits)))]
    if not text:
        return _filled([here, (_("Lately"), [_recent(one) for one in menu.recent(by)]), *others], EACH)
    return _filled([here, *others, *_records(by, text)], EACH)


def _filled(groups: Iterable[Group], most: int) -> list[Group]:
    return [(name, choices[:most]) for name, choices in groups if choices]


def _here(by: Actor, on: str, fits: Fits) -> Iterator[Choice]:
    """The commands that the open record allows this person now."""
    name, _slash, key = on.partition("/")
    entity = registry.get(name)
    if entity is None or not key.isdecimal():
        return
    try:
        record = detail.find(entity, by, int(key))
    except Refused:
        return
    if detail.may_edit(entity, by, record) and fits(_words("edit", gettext_lazy("Edit"))):
        yield Choice(_("Edit"), "edit", f"/{on}/edit", str(record))
    for one in detail.actions(entity, by, record):
        if fits(_words(one.command.name, one.label)):
            yield Choice(str(one.label), "bolt", f"/{on}/do/{one.name}", str(record), dialog=True)
    for part in entity.related_parts:
        other = registry.get(part.entity)
        if other is not None and not part.paired:
            yield from _making(other, by, fits, f"?{part.field}={key}", str(record))


def _making(entity: Entity, by: Actor, fits: Fits, given: str = "", note: str = "") -> Iterator[Choice]:
    """The form of a new record, if this person may make one; ``given`` fills fields in."""
    if entity.create is None or not by.may(entity.create.permission):
        return
    if fits(_words(f"{entity.name}+", entity.one)):
        label = _("New %(what)s") % {"what": shown.midway(entity.one)}
        yield Choice(label, "plus", f"/{entity.name}/new{given}", note)


def _of_menu(by: Actor, fits: Fits) -> list[Group]:
    places: list[Choice] = []
    made: list[Choice] = []
    for area in menu.areas(by):
        for entity in area.entities:
            if fits(_words(entity.name, entity.label)):
                places.append(Choice(str(entity.label), entity.icon, f"/{entity.name}/", str(area.label)))
            made += _making(entity, by, fits)
        for report in area.reports:
            if fits(_words(f"reports/{report.name}", report.label)):
                href = f"/reports/{report.name}/"
                places.append(Choice(str(report.label), report.icon, href, str(area.label)))
    return [(_("Saved views"), list(_views(by, fits))), (_("Go to"), places), (_("Make"), made)]


def _views(by: Actor, fits: Fits) -> Iterator[Choice]:
    for view in saved.seen(by).order_by("-pinned", "name"):
        entity = registry.get(view.entity)
        if entity is not None and menu.may_view(entity, by) and fits(folding.document(view.name)):
            yield Choice(view.name, "bookmark", view.address, str(entity.label))


@cache
def _words(name: str, label: Text) -> str:
    """What a place or verb is found by: its label in every language, and its address."""
    spoken = [name]
    for language in ("ko", "en"):
        with translation.override(language):
            spoken.append(str(label))
    return folding.document(*spoken)


def _settings(fits: Fits) -> Iterator[Choice]:
    for language, label in User.Language.choices:
        if fits(folding.document(str(label))):
            yield Choice(str(label), "language", "/language", _("Language"), post={"language": language})
    kinds = ((_("Theme"), "theme", User.Theme), (_("Text size"), "text_size", User.TextSize))
    for note, name, kind in (*kinds, (_("Contrast"), "contrast", User.Contrast)):
        for one in kind:
            if fits(_words(f"{name} {one.value}", one.label)):
                yield Choice(str(one.label), "moon", "/look", note, post={name: one.value})


def _recent(one: menu.Recent) -> Choice:
    return Choice(
        str(one.record), one.entity.icon, f"/{one.entity.name}/{one.record.pk}/", str(one.entity.one)
    )


def _records(by: Actor, text: str) -> Iterator[Group]:
    for found in search.everywhere(by, text):
        name = found.entity.name
        hits = [Choice(hit.text, found.entity.icon, f"/{name}/{hit.id}/", hit.note) for hit in found.hits]
        yield str(found.entity.label), hits
