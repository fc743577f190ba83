"""Following a record and pinning entries of its timeline: marks of people, no part of the record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models

from onmaru.kernel import refusals, work
from onmaru.kernel.identity import Actor
from onmaru.office.discussion import ports
from onmaru.office.discussion.models import Comment, Follow, Pin
from onmaru.office.discussion.rules import saying
from onmaru.office.notices.commands import live


def _named(record: models.Model) -> dict[str, Any]:
    """How a record is named by what hangs on it; a comment names its own record."""
    if isinstance(record, Comment):
        return {"subject_kind": record.subject_kind, "subject_id": record.subject_id}
    return {"subject_kind": work.kind_of(record), "subject_id": record.pk}


def follow(record: models.Model, person_ids: Iterable[int | None]) -> None:
    """Let people be told what is said about a record; who follows already still does."""
    named = _named(record)
    rows = [Follow(person_id=key, **named) for key in dict.fromkeys(person_ids) if key is not None]
    Follow.objects.bulk_create(rows, ignore_conflicts=True)


def unfollow(record: models.Model, person_id: int | None) -> None:
    """Let somebody be told no more."""
    Follow.objects.filter(person=person_id, **_named(record)).delete()


def pin(record: models.Model, source: str, entry_id: int, *, on: bool, by: Actor) -> None:
    """Put an entry above the others for everybody, or no longer. Raises Refused(no_such_entry).

    ``record`` is one that ``by`` sees.
    """
    known = ports.sources.get(source)
    if known is None or not known.find(record, by, [entry_id]):
        raise refusals.Refused(saying.NO_SUCH_ENTRY())
    named = {**_named(record), "source": source, "entry_id": entry_id}
    if on:
        Pin.objects.get_or_create(**named, defaults={"by_name": by.name})
    else:
        Pin.objects.filter(**named).delete()
    live.signal(f"{named['subject_kind']}:{named['subject_id']}", changed="pins")
