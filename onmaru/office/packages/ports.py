"""What other rooms keep in the file of a house's shape; they register it at start-up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.masters.site.models import Company
from onmaru.workbench import registry

COMPANY_MISSING = refusals.reason(
    "company_missing",
    _("No company here has the code “{code}”. Give a company this code, or change the code in the file."),
)


class Part(NamedTuple):
    """``whole`` answers what is kept, one JSON object each; ``bring`` makes one so, or raises Refused."""

    whole: Callable[[], list[dict[str, Any]]]
    bring: Callable[[Actor, Mapping[str, Any]], Any]


parts: dict[str, Part] = {}
"""By their name in the file."""


def company(given: Mapping[str, Any], by: Actor) -> Company:
    """The company that a file names by its code, as it is in this house. Raises Refused (company_missing)."""
    code = str(given.get("company") or "")
    found: Company | None = registry.rows_for(Company, by).filter(code=code).first()
    if found is None:
        raise Refused(COMPANY_MISSING("company", code=code))
    return found
