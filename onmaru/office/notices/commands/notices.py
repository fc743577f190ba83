"""The one way to tell somebody something, and what people do with it: read it, put it off."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models, transaction
from django.utils import timezone, translation

from onmaru.kernel import identity, jobs, sql, work
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.office.notices import ports, queries, rules
from onmaru.office.notices.commands import live
from onmaru.office.notices.models import Notice
from onmaru.office.notices.queries import Chosen
from onmaru.workbench.fields import Text

TOLD = """
INSERT INTO notices_notice (person_id, kind, words, excerpt, subject_kind, subject_id, by_name, on_screen, mail_due,
                            push_due_at, once)
VALUES (%s, %s, %s, %s, %s, %s::bigint, %s, %s, %s, %s::timestamptz, %s)
ON CONFLICT (person_id, once) WHERE NOT once = '' DO NOTHING RETURNING id
"""


def tell(
    people: Iterable[User],
    kind: str,
    record: models.Model | None,
    words: Text,
    *,
    by: Actor,
    excerpt: str = "",
    once: str = "",
) -> list[int]:
    """Tell people something about ``record``, each in their language, by the ways they chose; the ids of the notices.

    Who may not see the record, and who did it, is told nothing. The same ``once`` is told a person once. Nothing is
    sent here: what is to be pushed is queued, and exists exactly when the transaction commits.
    """
    heard = {one.pk: one for one in people if one.pk != by.user_id}
    chosen = queries.choices(heard, ports.kinds[kind])
    with transaction.atomic():
        made = [
            _told(actor, chosen[key], record, words, by, excerpt, once)
            for key, person in sorted(heard.items())
            if person.is_active and _concerns(actor := identity.actor(person), record)
        ]
        if any(due for _key, due in made):
            jobs.enqueue("notices.push")
    return [key for key, _due in made if key]


def _concerns(person: Actor, record: models.Model | None) -> bool:
    return record is None or queries.sees(person, record)


def _told(
    person: Actor, ways: Chosen, record: Any, words: Text, by: Actor, excerpt: str, once: str
) -> tuple[int, bool]:
    """The id of the notice, 0 when it was told before or is not wanted; and whether it is to be pushed by now."""
    if not (ways.screen or ways.mail or ways.push):
        return 0, False
    now = queries.clock(person)
    hours = queries.hours(person.user_id)
    due = rules.heard_at(now, hours.quiet_from, hours.quiet_until) if ways.push else None
    with translation.override(person.language):
        said = str(words)[:300]
    subject = ("", None) if record is None else (work.kind_of(record), record.pk)
    row = [person.user_id, ways.kind.name, said, excerpt[:300], *subject, by.name]
    found = sql.one(TOLD, [*row, ways.screen, ways.mail, due, once])
    if found is not None and ways.screen:
        live.signal(f"person:{person.user_id}", notice=found[0], quiet=due is not None and due > now)
    return (found[0] if found else 0), found is not None and due == now


def read(by: Actor, *, upto: int | None = None, pk: int | None = None, subject: Any = None) -> int:
    """Mark as read one notice, all of a person's up to one, or those about a record; returns how many."""
    rows = Notice.objects.filter(person=by.user_id, read_at=None)
    if pk is not None:
        rows = rows.filter(pk=pk)
    if upto is not None:
        rows = rows.filter(pk__lte=upto, snoozed_until=None)
    if subject is not None:
        rows = rows.filter(subject_kind=work.kind_of(subject), subject_id=subject.pk)
    with transaction.atomic():
        count = rows.update(read_at=timezone.now(), snoozed_until=None, mail_due=False, push_due_at=None)
        if count:
            live.signal(f"person:{by.user_id}")
    return count


def snooze(notice: Notice, *, until: str, by: Actor) -> None:
    """Put a notice off: unread again, out of sight until then. Raises Refused(snooze_unknown)."""
    back = rules.snoozed_until(until, queries.clock(by))
    with transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(
            snoozed_until=back, read_at=None, mail_due=False, push_due_at=None
        )
        live.signal(f"person:{notice.person_id}")


def wake() -> int:
    """Bring back what was put off until now, with a push where that is wanted; returns how many."""
    with transaction.atomic():
        due = Notice.objects.filter(snoozed_until__lte=timezone.now()).select_for_update(skip_locked=True)
        woken = list(due)
        for one in woken:
            ways = queries.choices([one.person_id], ports.kinds[one.kind])[one.person_id]
            pushed = timezone.now() if ways.push else None
            Notice.objects.filter(pk=one.pk).update(snoozed_until=None, push_due_at=pushed)
            live.signal(f"person:{one.person_id}", notice=one.pk)
    return len(woken)
