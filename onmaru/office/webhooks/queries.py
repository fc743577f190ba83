"""How webhooks fare, counted where their list is read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Count, DateTimeField, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from onmaru.office.webhooks.models import Message

LATELY = timedelta(days=7)


def counted(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Webhooks with what was taken in seven days, what waits, what was given up, and what was answered last."""
    found: QuerySet[Any] = rows.annotate(
        taken=_count(state="sent", created_at__gt=timezone.now() - LATELY),
        waiting=_count(state="waiting"),
        given_up=_count(state="failed"),
        last_taken=Subquery(
            _of().order_by("-sent_at").filter(sent_at__isnull=False).values("sent_at")[:1],
            output_field=DateTimeField(),
        ),
        last_answer=Subquery(_of().exclude(answered="").order_by("-changed_at").values("answered")[:1]),
    )
    return found


def _of() -> QuerySet[Any]:
    return Message.objects.filter(webhook=OuterRef("pk"))


def _count(**which: Any) -> Coalesce:
    found = _of().filter(**which).order_by().values("webhook").annotate(found=Count("pk")).values("found")
    return Coalesce(Subquery(found, output_field=IntegerField()), 0)
