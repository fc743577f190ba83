"""What holds for a paper: the newest template of its company and kind, filled up from the wider ones."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from onmaru.kernel.identity import Actor
from onmaru.kernel.printing import Letterhead
from onmaru.masters.site.models import Company
from onmaru.office.batches.models import Run
from onmaru.office.papers.models import PaperTemplate
from onmaru.workbench import filters, registry
from onmaru.workbench.entity import Entity
from onmaru.workbench.fields import Text

SHEET = "sheet"


def kinds() -> dict[str, Text]:
    """Every kind of paper, by what templates call it: all, lists, and the documents that the rooms declare."""
    found: dict[str, Text] = {"": _("Every paper"), SHEET: _("Lists and plain records")}
    for entity in registry.every():
        found |= {f"{entity.name}.{one.name}": one.label for one in entity.printed}
    return found


def newest(document: str, company: int | None) -> PaperTemplate | None:
    """The version that holds of exactly this kind and company."""
    return PaperTemplate.objects.filter(document=document, company=company).order_by("-revision").first()


def templates(document: str, company: int | None) -> list[PaperTemplate]:
    """The versions that hold for a paper, the narrowest first."""
    for_it = Q(document__in=["", document]) & (Q(company=None) | Q(company=company))
    found = PaperTemplate.objects.filter(for_it).order_by("document", "company", "-revision")
    last = list(found.distinct("document", "company"))
    return sorted(last, key=lambda one: (one.company_id is not None, one.document), reverse=True)


def letterhead(document: str, company: int | None) -> Letterhead:
    """What holds for a paper in the language active now."""
    return merged(templates(document, company))


def merged(found: Iterable[PaperTemplate]) -> Letterhead:
    """One letterhead of several templates: what the first leaves empty, a later one says."""
    said: dict[str, Any] = {}
    for one in found:
        own = worded(one.options) | {"logo": bytes(one.logo), "seal": bytes(one.seal)}
        said |= {name: value for name, value in own.items() if value and name not in said}
    return Letterhead(**said)


def language(document: str, company: int | None) -> str:
    """The language a paper is printed in unless somebody asks for the other; "" for the reader's own."""
    said = (one.options.get("language") for one in templates(document, company))
    return next(filter(None, said), "")


def sample(document: str, company: Company | None, by: Actor) -> tuple[Entity, Any] | None:
    """The newest record that ``by`` sees of those that print such a paper, or any paper where all are meant."""
    of_company = {"company": company} if company else {}
    own = document.partition(".")[0]
    for entity in registry.every():
        if entity.printed and (entity.name == own or document in ("", SHEET)):
            found = filters.visible(entity, by).filter(**of_company).order_by("-pk").first()
            if found is not None:
                return entity, found
    return None


def whole() -> list[dict[str, Any]]:
    """Every template that holds, as the file of the house's shape keeps it: companies by code, pictures as text."""
    found = PaperTemplate.objects.order_by("document", "company", "-revision").distinct("document", "company")
    return [
        {
            "document": one.document,
            "company": one.company.code if one.company else None,
            "options": one.options,
            "logo": base64.b64encode(one.logo).decode(),
            "seal": base64.b64encode(one.seal).decode(),
        }
        for one in found.select_related("company")
    ]


def parts_of(run: Run) -> list[bytes]:
    """The parts of a long paper in their order; none when it is not ready, or was thrown away."""
    drawn = run.chunks.order_by("place").values_list("applied__paper", flat=True)
    return [base64.b64decode(one) for one in drawn] if run.state == Run.State.DONE else []


def worded(options: dict[str, Any]) -> dict[str, Any]:
    """Options as a letterhead takes them: texts in the language active now, else in the one they were given in."""
    first, other = ("ko", "en") if get_language() == "ko" else ("en", "ko")
    texts = {
        name: options.get(f"{name}_{first}") or options.get(f"{name}_{other}", "")
        for name in ("header", "footer", "terms")
    }
    plain = {name: options.get(name, "") for name in ("paper", "bank")}
    return texts | plain | {"hides": tuple(options.get("hides", ()))}
