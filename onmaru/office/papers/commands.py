"""The only writers of this room's tables: every change of a template is a new version, and going back is one too."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.masters.site.models import Company
from onmaru.office.papers import queries, rules
from onmaru.office.papers.models import PaperTemplate


@commands.command(label=_("Set up paper"), model=PaperTemplate)
def arrange(
    *,
    by: Actor,
    options: dict[str, Any],
    document: str = "",
    company: Company | None = None,
    logo: bytes | None = None,
    seal: bytes | None = None,
) -> PaperTemplate:
    """Say how a kind of paper looks, for one company or for all, at once: a new version. Refuses with every reason.

    ``options`` are those of ``rules.check``; of ``logo`` and ``seal`` None keeps the picture, and none takes it away.
    """
    if company is None and by.companies is not None:
        raise Refused(refusals.NOT_PERMITTED(permission=arrange.permission))
    last = queries.newest(document, company.pk if company else None)
    logo = logo if logo is not None else bytes(last.logo) if last else b""
    seal = seal if seal is not None else bytes(last.seal) if last else b""
    unknown = [] if document in queries.kinds() else [rules.PAPER_UNKNOWN("document", name=document[:60])]
    refusals.check(
        [
            *unknown,
            *rules.check(options),
            *rules.check_picture("logo", logo),
            *rules.check_picture("seal", seal),
        ]
    )
    return PaperTemplate.objects.create(
        document=document,
        company=company,
        revision=last.revision + 1 if last else 1,
        options={name: value for name, value in options.items() if value},
        logo=logo,
        seal=seal,
        made_by=by.name,
    )


@commands.command(label=_("Go back to this"), model=PaperTemplate)
def go_back(template: PaperTemplate, *, by: Actor) -> PaperTemplate:
    """Print again as an older version said: a new version that says the same. Refuses as ``arrange``."""
    made: PaperTemplate = arrange(
        by=by,
        document=template.document,
        company=template.company,
        options=template.options,
        logo=bytes(template.logo),
        seal=bytes(template.seal),
    )
    return made
