"""What a view may be called and ask."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import refusals
from onmaru.kernel.refusals import Refusal

LIST_UNKNOWN = refusals.reason("list_unknown", _("There is no list “{name}”."))
ROLE_NEEDED = refusals.reason("role_needed", _("Say with which role it is shared."))

# Where one stands in a list is not what one asks of it.
PASSING = {"view", "after", "before", "count"}


def asked(query: str) -> str:
    """A query string without the place in the list, without what is empty."""
    return urlencode([(name, value) for name, value in parse_qsl(query.lstrip("?")) if name not in PASSING])


def of_audience(audience: str, role: object) -> list[Refusal]:
    """Why a view cannot be shared so: role_needed."""
    return [ROLE_NEEDED("role")] if audience == "role" and role is None else []
