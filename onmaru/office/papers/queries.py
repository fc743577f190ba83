"""What holds for a paper: the newest template of its company and kind, filled up from the wider ones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from onmaru.kernel.printing import Letterhead
from onmaru.office.papers.models import PaperTemplate
from onmaru.workbench import registry
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


def worded(options: dict[str, Any]) -> dict[str, Any]:
    """Options as a letterhead takes them: texts in the language active now, else in the one they were given in."""
    first, other = ("ko", "en") if get_language() == "ko" else ("en", "ko")
    texts = {
        name: options.get(f"{name}_{first}") or options.get(f"{name}_{other}", "")
        for name in ("header", "footer", "terms")
    }
    plain = {name: options.get(name, "") for name in ("paper", "bank")}
    return texts | plain | {"hides": tuple(options.get("hides", ()))}


