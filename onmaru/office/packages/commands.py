"""A shape as one file: taken out of one company, tried and brought into another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refusal, Refused
from onmaru.masters.site.models import Company
from onmaru.office.packages import ports
from onmaru.office.packages import queries as packages
from onmaru.office.shaping.commands import fields, layouts
from onmaru.office.shaping.models import CustomField, Layout
from onmaru.workbench import columns

LARGEST = 20 * 2**20

PACKAGE_UNREADABLE = refusals.reason(
    "package_unreadable", _("The file is not a shape that was taken out of Onmaru.")
)


@commands.command(label=_("Bring in"), name="shaping.layout.bring", model=Layout)
def bring(*, by: Actor, content: bytes) -> str:
    """Make fields and layouts as a file says (see ``queries.whole``): those there are changed, none is removed.

    All or nothing. Refuses with every reason at once, each at its entity or field. Answers how many it changed.
    """
    given = _read(content)
    found: list[Refusal] = []
    done = 0
    for place, one in enumerate(given["fields"]):
        done += _tried(found, f"fields.{place}.", lambda one=one: _field(by, one))
    for name, document in given["layouts"].items():
        done += _tried(
            found, f"layouts.{name}.", lambda n=name, d=document: layouts.arrange(by=by, entity=n, document=d)
        )
    for place, one in enumerate(given.get("company_layouts", ())):
        done += _tried(found, f"company_layouts.{place}.", lambda one=one: _of_company(by, one))
    for kind, part in ports.parts.items():
        for place, one in enumerate(given.get(kind, ())):
            done += _tried(found, f"{kind}.{place}.", lambda part=part, one=one: part.bring(by, one))
    refusals.check(found)
    return str(done)


def _tried(found: list[Refusal], prefix: str, attempt: Any) -> int:
    try:
        with transaction.atomic():
            attempt()
    except Refused as refused:
        found += refusals.at(prefix, refused.reasons)
        return 0
    return 1


def _read(content: bytes) -> dict[str, Any]:
    try:
        given = orjson.loads(content) if len(content) <= LARGEST else None
    except orjson.JSONDecodeError:
        given = None
    good = (
        isinstance(given, dict)
        and given.get("format") == packages.FORMAT
        and isinstance(given.get("fields"), list)
        and all(isinstance(one, dict) and one.keys() <= packages.NAMES for one in given["fields"])
        and isinstance(given.get("layouts"), dict)
        and all(_is_objects(given.get(name, [])) for name in ("company_layouts", *ports.parts))
    )
    if not good or not isinstance(given, dict):
        raise Refused(PACKAGE_UNREADABLE("file"))
    return given


def _is_objects(found: Any) -> bool:
    return isinstance(found, list) and all(isinstance(one, dict) for one in found)


def _of_company(by: Actor, given: Mapping[str, Any]) -> Layout:
    """The layout of a company, known by its code in the house that it is brought into."""
    company = Company.objects.filter(code=str(given.get("company", ""))).first()
    if company is None:
        raise Refused(refusals.NOT_FOUND("company"))
    made: Layout = layouts.arrange(
        by=by, entity=str(given.get("entity", "")), document=given.get("document"), company=company
    )
    return made


def _field(by: Actor, given: Mapping[str, Any]) -> CustomField:
    known = CustomField.objects.filter(kind=given.get("kind"), name=given.get("name")).first()
    if known is not None:
        changed: CustomField = fields.edit(known, by=by, **given)
        return changed
    needed = ("kind", "type", "label_ko")
    refusals.check(
        refusals.FIELD_REQUIRED(name, label=columns.follow(CustomField, name)[0].verbose_name)
        for name in needed
        if not given.get(name)
    )
    made: CustomField = fields.create(by=by, **given)
    return made
