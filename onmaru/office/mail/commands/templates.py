"""Words to begin a mail with."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, records, refusals
from onmaru.kernel.identity import Actor
from onmaru.office.letters.rules import filling
from onmaru.office.mail.models import Template
from onmaru.office.mail.queries import wording


@commands.command(label=_("New template"), model=Template)
def create(*, by: Actor, **values: Any) -> Template:
    """Keep words for a kind of record, or for every kind. Refuses formulas that cannot be read or name no field."""
    template = _filled(Template(), values)
    template.save()
    return template


@commands.command(label=_("Edit"), model=Template)
def edit(template: Template, *, by: Actor, **values: Any) -> Template:
    """Change the words; mails that were written with them stay as they are."""
    return _filled(template, values)


def _filled(template: Template, values: dict[str, Any]) -> Template:
    records.fill(template, values)
    found: list[refusals.Refusal] = []
    for field in ("title_ko", "text_ko", "title_en", "text_en"):
        try:
            text = getattr(template, field)
            filling.check(text, wording.samples(template.kind, text), field=field)
        except refusals.Refused as refused:
            found += refused.reasons
    refusals.check(found)
    return template
