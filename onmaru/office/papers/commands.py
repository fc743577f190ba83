"""The only writers of this room's tables: every change of a template is a new version, and going back is one too.

A list or report too long for one go is a run: each of its chunks draws the next pages.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import calendars, commands, permissions, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.masters.site.models import Company
from onmaru.office.batches import ports
from onmaru.office.batches import queries as batches
from onmaru.office.batches.commands import runs
from onmaru.office.batches.models import Chunk, Run
from onmaru.office.papers import queries, reports, rules
from onmaru.office.papers.models import PaperTemplate
from onmaru.workbench import exchange, listing, report
from onmaru.workbench.entity import Entity
from onmaru.workbench.report import Reading

PART = 2000  # records drawn at once: each takes a tenth of a megabyte while it is set
MOST_IN_PARTS = 100_000
KEPT = timedelta(days=7)


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
        raise Refused(refusals.NOT_PERMITTED(permission=permissions.in_words(arrange)))
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


@transaction.atomic
def start(entity: Entity, by: Actor, params: QueryDict) -> Run:
    """Begin the paper of a long list, of its records as they are now. Raises Refused: not_permitted, list_too_long."""
    seen, query, _columns = exchange.question(entity, by, params)
    rows = listing.order_of(seen, query).sort(listing.select(seen, by, query)).values_list("pk", flat=True)
    keys = list(rows[: MOST_IN_PARTS + 1])
    if len(keys) > MOST_IN_PARTS:
        raise Refused(reports.LIST_TOO_LONG(limit=f"{MOST_IN_PARTS:,}"))
    return _begun(entity.name, str(entity.label), by, keys, query=params.urlencode())


@transaction.atomic
def start_report(reading: Reading, by: Actor) -> Run:
    """Begin the paper of a long report as it was read just now. Raises Refused(list_too_long)."""
    declared, lines = reading.report, reports.lines_of(reading)
    if len(lines) > MOST_IN_PARTS:
        raise Refused(reports.LIST_TOO_LONG(limit=f"{MOST_IN_PARTS:,}"))
    asked = reports.asked_of(reading)
    return _begun(
        f"reports/{declared.name}", str(declared.label), by, lines, report=declared.name, asked=asked
    )


def _begun(address: str, label: str, by: Actor, items: Sequence[Any], **plan: Any) -> Run:
    run = runs.new(Run.Kind.PAPER, address, f"{label} {calendars.today():%Y-%m-%d}", by, **plan)
    for place, begin in enumerate(range(0, len(items), PART)):
        runs.lay(run, place, items[begin : begin + PART])
    run.total, run.language = len(items), translation.get_language()
    runs.begin(run, Run.Phase.APPLY)
    return run


def draw(run: Run, chunk: Chunk, by: Actor) -> dict[str, Any]:
    """Draw the pages of a chunk, which go on where those before ended; who left the list meanwhile is left out."""
    before = run.chunks.filter(place=chunk.place - 1).values_list("applied", flat=True).first()
    told = before["told"] if before else {"count": run.total}
    of = _of_report if "report" in run.plan else _of_list
    content, told = of(run, chunk, by, told)
    result: dict[str, Any] = {"made": [], "changed": [], "refused": [], "skipped": len(chunk.rows)}
    return result | {"told": told, "paper": base64.b64encode(content).decode()}


def _of_list(run: Run, chunk: Chunk, by: Actor, told: reports.Told) -> tuple[bytes, reports.Told]:
    entity = batches.entity_of(run)
    seen, query, columns = exchange.question(entity, by, QueryDict(run.plan["query"]))
    found = {one.pk: one for one in listing.select(seen, by, query).filter(pk__in=chunk.rows)}
    records = [found[key] for key in chunk.rows if key in found]
    last = not run.chunks.filter(place__gt=chunk.place).exists()
    return reports.part_of_list(seen, by, query, columns, records, told=told, last=last)


def _of_report(run: Run, chunk: Chunk, by: Actor, told: reports.Told) -> tuple[bytes, reports.Told]:
    declared = report.find(run.plan["report"], by)
    return reports.part_of_report(declared, by, run.plan["asked"], chunk.rows, told=told)


def forget() -> int:
    """Throw long papers away after a week: the list is there to be printed anew. Returns how many parts."""
    old = Chunk.objects.filter(run__kind=Run.Kind.PAPER, run__finished_at__lt=timezone.now() - KEPT)
    return old.delete()[0]


ports.works[Run.Kind.PAPER] = ports.Work(draw)
