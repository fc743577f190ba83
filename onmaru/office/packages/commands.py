"""A shape as one file: taken out of one company, tried and brought into another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refusal, Refused
from onmaru.office.packages import ports, rules
from onmaru.office.shaping.commands import fields, layouts
from onmaru.office.shaping.models import CustomField, Layout
from onmaru.workbench import columns


@commands.command(label=_("Bring in"), name="shaping.layout.bring", model=Layout)
def bring(*, by: Actor, content: bytes) -> str:
    """Make fields and layouts as a file says (see ``queries.whole``): those there are changed, none is removed.

    All or nothing. Refuses with every reason at once, each at its entity or field. Answers how many it changed.
    """
    given = rules.read(content, ports.parts)
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


def _of_company(by: Actor, given: Mapping[str, Any]) -> Layout:
    """The layout of a company, known by its code in the house that it is brought into."""
    company = ports.company(given, by)
    entity = str(given.get("entity", ""))
    made: Layout = layouts.arrange(by=by, entity=entity, document=given.get("document"), company=company)
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
