"""What a run keeps of people's data ends: the rows of its file, what a program sent, old values, files beside them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from onmaru.office.batches import ports
from onmaru.office.batches.models import Run

KEPT = timedelta(days=30)  # as long as the trash: for the rows that were refused, and for second thoughts
State = Run.State
ENDED = (State.DONE, State.REFUSED, State.CANCELLED, State.FAILED, State.REVERTED)


def until(run: Run) -> datetime:
    """When the rows of a run will be thrown away."""
    return (run.finished_at or run.beat_at) + KEPT


def forget() -> int:
    """Throw away what runs kept, long after they ended or were laid aside; returns of how many. They themselves stay.

    The papers of long lists have a term of their own (``office/papers``).
    """
    before = timezone.now() - KEPT
    over = Q(state__in=ENDED, finished_at__lt=before) | Q(state=State.DRAFT, beat_at__lt=before)
    held = Run.objects.filter(over, chunks__isnull=False).exclude(kind=Run.Kind.PAPER)
    found = list(held.distinct().order_by("pk")[:100])
    for run in found:
        _forget(run)
    return len(found)


@transaction.atomic
def _forget(run: Run) -> None:
    ports.works[run.kind].forget(run)
    run.chunks.all().delete()
    Run.objects.filter(pk=run.pk, state=State.DRAFT).update(state=State.CANCELLED, finished_at=Now())
