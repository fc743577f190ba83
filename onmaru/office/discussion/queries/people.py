"""Who can be called, and who follows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from onmaru.kernel import search, work
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.office.discussion.models import Follow
from onmaru.office.discussion.rules import saying

MOST = 8


def everybody() -> dict[int, tuple[str, str]]:
    """Every person in service by id: name and sign-in."""
    rows = User.objects.filter(is_active=True).order_by("full_name", "username")
    return {
        key: (name or login, login) for key, name, login in rows.values_list("pk", "full_name", "username")
    }


def called(text: str) -> list[int]:
    """Those whom a text calls by an @."""
    return saying.called(text, everybody()) if "@" in text else []


def choices(typed: str) -> list[tuple[int, str, str]]:
    """People as an @ offers them: by syllables, initial consonants, a wrong keyboard or the sign-in."""
    fits = search.matching(typed)
    fitting = (
        (key, name, login) for key, (name, login) in everybody().items() if fits(search.document(name, login))
    )
    return [found for found, _place in zip(fitting, range(MOST), strict=False)]


def names(ids: list[int]) -> dict[int, str]:
    """The names of people by id."""
    return {one.pk: one.display_name for one in User.objects.filter(pk__in=ids)} if ids else {}


def following(record: Any, until: datetime | None = None) -> list[int]:
    """The ids of those who follow a record, or did so at a moment already."""
    rows = Follow.objects.filter(subject_kind=work.kind_of(record), subject_id=record.pk)
    rows = rows.filter(since__lte=until) if until else rows
    return list(rows.values_list("person_id", flat=True))


def speaker(person_id: int | None, name: str) -> Actor:
    """Who is named as the one who did it, and told nothing of it."""
    person = User.objects.filter(pk=person_id).first() if person_id else None
    return Actor(person_id, person.display_name if person else name, frozenset({"*"}), None)
