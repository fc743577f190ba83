"""A field of the company's own that people filter by often gets its index by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from onmaru.kernel import identity
from onmaru.kernel.custom import PREFIX
from onmaru.office.shaping.commands import fields
from onmaru.office.shaping.models import CustomField
from onmaru.workbench import registry
from onmaru.workbench.entity import Entity

OFTEN = 20  # lists filtered by a field, as one process counts since it was started
LARGE = 2_000  # records: the database looks through fewer at a glance

_asked: Counter[tuple[str, str]] = Counter()


def counted(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Count by which own fields lists are filtered, on the pages and over the API."""

    def middleware(request: HttpRequest) -> HttpResponse:
        found = answer(request)
        words = {one.partition("__")[0] for one in request.GET if one.startswith(PREFIX)}
        if words and found.status_code == 200:
            entity = registry.get(request.path.strip("/").removeprefix("api/"))
            for word in words:
                _count(entity, word)
        return found

    return middleware


def _count(entity: Entity | None, word: str) -> None:
    if entity is None:
        return
    key = (entity.model._meta.label_lower, word)
    _asked[key] += 1
    if _asked[key] % OFTEN:
        return
    field = CustomField.objects.filter(kind=key[0], name=word, is_active=True, is_indexed=False).first()
    rows = entity.model._default_manager.order_by().values("pk")
    if field is not None and fields.can_be_quick(field) and rows[LARGE : LARGE + 1].exists():
        fields.quicken(field, by=identity.system("shaping"))
