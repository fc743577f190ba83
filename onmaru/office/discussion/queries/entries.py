"""The sources of this room: comments, files, changes from the audit; each read from its own index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import work
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import AuditRow, StoredFile
from onmaru.office.discussion import ports
from onmaru.office.discussion.models import Comment
from onmaru.office.discussion.ports import Entry, Source
from onmaru.office.discussion.queries import people
from onmaru.office.discussion.rules import saying
from onmaru.workbench import history

OF_THE_HOUSE = ("system", "reaction")


def register() -> None:
    """Offer them, the newest kind of fact first."""
    ports.add(Source("comments", _("Comments"), _comments, _comments_by_key, order=10))
    ports.add(Source("files", _("Files"), _files, _files_by_key, order=30))
    ports.add(Source("changes", _("Changes"), _changes, _changes_by_key, order=80))
    ports.add(Source("system", _("By the house"), _by_the_house, _changes_by_key, in_all=False, order=90))


def hung_on(model: Any, record: Any) -> QuerySet[Any]:
    """The rows of a model that hang on a record which the asker sees."""
    found: QuerySet[Any] = model.objects.filter(subject_kind=work.kind_of(record), subject_id=record.pk)
    return found.filter(ports.together(model))


def _after(rows: QuerySet[Any], place: str) -> QuerySet[Any]:
    rows = rows.order_by("-id")
    return rows.filter(id__lt=int(place)) if place.isdigit() and len(place) < 19 else rows


def _comments(record: Any, by: Actor, place: str, most: int) -> list[Entry]:
    return _said(_after(hung_on(Comment, record), place)[:most], by)


def _comments_by_key(record: Any, by: Actor, keys: Sequence[int]) -> list[Entry]:
    return _said(hung_on(Comment, record).filter(pk__in=keys), by)


def _said(rows: QuerySet[Comment], by: Actor) -> list[Entry]:
    found = list(rows)
    names = people.names([key for one in found for key in one.mentions])
    return [_comment(one, names, by) for one in found]


def _comment(one: Comment, names: dict[int, str], by: Actor) -> Entry:
    text = saying.drawn(one.text, [names[key] for key in one.mentions if key in names])
    data = {"comment": one, "text": text, "mine": one.author_id == by.user_id}
    template = "discussion/part/comment.html"
    return Entry("comments", one.pk, one.created_at, one.author_name, data, template, str(one.pk))


def _changes(record: Any, by: Actor, place: str, most: int) -> list[Entry]:
    return _told(record, by, _after(hung_on(AuditRow, record), place)[:most])


def _by_the_house(record: Any, by: Actor, place: str, most: int) -> list[Entry]:
    return _told(record, by, _after(hung_on(AuditRow, record).filter(source__in=OF_THE_HOUSE), place)[:most])


def _changes_by_key(record: Any, by: Actor, keys: Sequence[int]) -> list[Entry]:
    return _told(record, by, hung_on(AuditRow, record).filter(pk__in=keys))


def _told(record: Any, by: Actor, rows: QuerySet[AuditRow]) -> list[Entry]:
    template = "discussion/part/change.html"
    return [
        Entry("changes", one.key, one.at, one.who, one, template, str(one.key))
        for one in history.told(type(record), rows, by)
    ]


def _files(record: Any, by: Actor, place: str, most: int) -> list[Entry]:
    return _versions(record, _after(hung_on(StoredFile, record), place).defer("content")[:most])


def _files_by_key(record: Any, by: Actor, keys: Sequence[int]) -> list[Entry]:
    return _versions(record, hung_on(StoredFile, record).filter(pk__in=keys).defer("content"))


def _versions(record: Any, rows: QuerySet[StoredFile]) -> list[Entry]:
    """A file of the same name is the next version of it; each is told which it is, and of how many."""
    found = list(rows)
    same = hung_on(StoredFile, record).filter(name__in={one.name for one in found})
    keys: dict[str, list[int]] = {}
    for name, key in same.order_by("id").values_list("name", "pk") if found else ():
        keys.setdefault(name, []).append(key)
    template = "discussion/part/file.html"
    return [
        Entry(
            "files",
            one.pk,
            one.added_at,
            one.added_by,
            {"file": one, "version": keys[one.name].index(one.pk) + 1, "of": len(keys[one.name])},
            template,
            str(one.pk),
        )
        for one in found
    ]
