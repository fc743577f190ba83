"""Mails as a source of a record's timeline, and who may read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import files, permissions, work
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import StoredFile
from onmaru.office.discussion import ports
from onmaru.office.discussion.ports import Entry, Source
from onmaru.office.discussion.queries import reach
from onmaru.office.discussion.queries.entries import hung_on
from onmaru.office.letters.rules import html
from onmaru.office.mail.models import Audience, Mail
from onmaru.office.mail.queries import known
from onmaru.office.notices.ports import carriers

FIRST = datetime(1970, 1, 1, tzinfo=UTC)
LINK = "mail.mail.link"
MOST_COUNTED = 100
OF_THE_COMPANY = Q(subject_kind="", account__owner=None)
"""Mails on no record yet that came to a mailbox of all."""


def register() -> None:
    """Let mails be seen with their record by whom they are for, have files, and stand in timelines."""
    with_record = reach.with_its_record(Mail)

    def seen(by: Actor) -> Q:
        return (with_record(by) & _audience(by)) | _unlinked(by)

    permissions.hanging[Mail] = seen
    ports.bearing.add(Mail)
    ports.add(Source("mails", _("Mails"), _mails, _by_key))
    carriers.append(known.carrier)


def _audience(by: Actor) -> Q:
    """Of those who see the record: everyone, the team of whose it is, or only that person; and the house itself."""
    if by.user_id is None:
        return Q()
    found = Q(audience=Audience.ALL) | Q(person=by.user_id)
    return found | Q(audience=Audience.TEAM, person__team=by.team) if by.team else found


def _unlinked(by: Actor) -> Q:
    """What stands on no record yet: one's own, and the company's for those who link it."""
    own = Q(subject_kind="", person=by.user_id or 0)
    if not by.may(LINK):
        return own
    return Q(subject_kind="") if by.user_id is None else own | OF_THE_COMPANY


def unlinked(by: Actor) -> QuerySet[Mail]:
    """The mails on no record that somebody may read, newest first."""
    return Mail.objects.filter(_unlinked(by)).order_by("-at")


def to_link(person_id: Any) -> QuerySet[Any, Any]:
    """Those that wait for somebody who links mails, a hundred at most, to be counted."""
    found = Mail.objects.filter(Q(subject_kind="", person=person_id) | OF_THE_COMPANY)
    return found.order_by().values_list("pk")[:MOST_COUNTED]


def _read(record: Any, by: Actor) -> QuerySet[Mail]:
    opened = Count("openings", filter=Q(openings__by_machine=False))
    machines = Count("openings", filter=Q(openings__by_machine=True))
    rows: QuerySet[Mail] = hung_on(Mail, record).annotate(opened=opened, machines=machines)
    return rows.filter(_audience(by))


def _mails(record: Any, by: Actor, place: str, most: int) -> list[Entry]:
    rows = _read(record, by).order_by("-at", "-id")
    if place.isdigit() and len(place) < 19:
        rows = rows.filter(at__lt=FIRST + timedelta(microseconds=int(place)))
    return _entries(rows[:most])


def _by_key(record: Any, by: Actor, keys: Sequence[int]) -> list[Entry]:
    return _entries(_read(record, by).filter(pk__in=keys))


def _entries(rows: QuerySet[Mail]) -> list[Entry]:
    found = list(rows)
    kept: dict[int, list[StoredFile]] = {one.pk: [] for one in found}
    named = {"subject_kind": work.kind_of(Mail()), "subject_id__in": kept}
    for file in StoredFile.objects.filter(**named).defer("content").order_by("id"):
        kept[file.subject_id].append(file)
    return [_entry(one, kept[one.pk]) for one in found]


def _entry(mail: Mail, attached: list[StoredFile]) -> Entry:
    place = str((mail.at - FIRST) // timedelta(microseconds=1))
    data = {"mail": mail, "files": attached, "remote": html.has_remote(mail.html)}
    return Entry("mails", mail.pk, mail.at, mail.sender, data, "mail/part/mail.html", place)


def safe_html(mail: Mail, *, remote: bool) -> str:
    """A mail's HTML, made harmless, its own pictures by their addresses."""
    named = {one.name: f"/talk/files/{one.pk}" for one in files.of(mail)}
    pictures = {cid: named[name] for cid, name in mail.pictures.items() if name in named}
    return html.safe(mail.html, pictures, remote=remote)
