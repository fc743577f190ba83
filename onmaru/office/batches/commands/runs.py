"""The life of a run: begun, stopped, taken back. What it does in each phase stands beside, a file for each kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import calendars, commands, identity, jobs, refusals, tokens
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.office.batches.models import Chunk, Run

WORK = "batches.work"
LOCK = 0x6F6E  # the first half of the advisory lock that says a worker has a run
HELPING = LOCK + 1  # and that another helps it
_QUIET = timedelta(seconds=8)
State, Phase = Run.State, Run.Phase

ROWS_GONE = refusals.reason(
    "rows_gone",
    _("What this run did was kept for 30 days and is gone: it cannot be taken back at once any more."),
)
NOTHING_CHOSEN = refusals.reason("nothing_chosen", _("Choose at least one record."))


def new(kind: str, entity: str, title: str, by: Actor, **plan: Any) -> Run:
    """A run that is being prepared, in the name of who asked for it."""
    return Run.objects.create(
        kind=kind,
        entity=entity,
        title=title[:200],
        by_id=by.user_id,
        by_name=by.name,
        language=by.language,
        plan=plan,
    )


def lay(run: Run, place: int, rows: Sequence[Any], *, sheet: int = 0) -> None:
    """Add a chunk to a run that is being prepared."""
    Chunk.objects.create(run=run, sheet=sheet, place=place, rows=list(rows))


def actor(run: Run) -> Actor:
    """Who a run acts for, with what that person may do now; the histories say which run it was."""
    if run.plan.get("token"):
        return _by_token(run)
    user = User.objects.filter(pk=run.by_id, is_active=True).first() if run.by_id else None
    if user is not None:
        return identity.actor(user, source=run.source)
    # A person who left may do nothing any more; a program of the house has no user.
    return identity.system(run.by_name, source=run.source) if run.by_id is None else _nobody(run)


def _by_token(run: Run) -> Actor:
    """A program may do no more by a run than by its token alone, and nothing when that is no longer in force."""
    token = tokens.known(run.plan["token"], today=calendars.today())
    return replace(tokens.actor(token, address=None), source=run.source) if token else _nobody(run)


def _nobody(run: Run) -> Actor:
    return Actor(run.by_id, run.by_name, frozenset(), frozenset(), run.language, run.source)


def begin(run: Run, phase: str) -> None:
    """Let the workers do a phase from its first chunk on."""
    run.state, run.phase, run.place = State.WAITING, phase, 0
    run.done = run.refused = 0
    run.trouble, run.started_at, run.finished_at = "", timezone.now(), None
    run.save()
    Run.objects.filter(pk=run.pk).update(beat_at=Now(), version=F("version") + 1)
    run.chunks.update(**{_column(phase): None})
    hand_over(run.pk)


def hand_over(run_id: int) -> None:
    """Queue a run for a worker, and for another that helps where it can be helped."""
    for _worker in range(2):
        jobs.enqueue(WORK, run_id=run_id)


def _column(phase: str) -> str:
    return {Phase.CHECK: "checked", Phase.APPLY: "applied", Phase.REVERT: "reverted"}[Phase(phase)]


def settle(run: Run, state: str, trouble: str = "") -> None:
    """End a phase; a run that somebody stopped meanwhile stays stopped."""
    working = Run.objects.filter(pk=run.pk, state__in=[State.WAITING, State.RUNNING])
    working.update(state=state, trouble=trouble, finished_at=Now(), version=F("version") + 1)


@commands.command(label=_("Stop"), model=Run, move=((State.WAITING, State.RUNNING), State.CANCELLED))
def cancel(run: Run, *, by: Actor) -> Run:
    """Stop a run after the chunk under way; what is done stays and can be taken back."""
    run.finished_at = timezone.now()
    return run


@commands.command(
    label=_("Take back"), model=Run, move=((State.DONE, State.CANCELLED, State.FAILED), None), danger=True
)
def revert(run: Run, *, by: Actor) -> Run:
    """Take back all that a run did, as far as nobody touched it since: what it made goes, what it changed returns.

    Refuses rows_gone when it is too long ago.
    """
    refusals.check([None if run.chunks.exists() else ROWS_GONE()])
    begin(run, Phase.REVERT)
    return run


def resume() -> int:
    """Hand runs to the workers again that none has touched for a while; returns how many."""
    stale = Run.objects.filter(state__in=[State.WAITING, State.RUNNING], beat_at__lt=Now() - _QUIET)
    found = list(stale.exclude(pk__in=_held()).values_list("pk", flat=True))
    Run.objects.filter(pk__in=found).update(beat_at=Now())
    for run_id in found:
        hand_over(run_id)
    return len(found)


@contextmanager
def hold(run_id: int, lock: int = LOCK) -> Iterator[bool]:
    """Whether no other worker has this run; the lock goes with the connection when the worker is killed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [lock, run_id])
        (mine,) = cursor.fetchone()
        try:
            yield mine
        finally:
            if mine:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [lock, run_id])


def _held() -> list[int]:
    """The runs that a worker has now, however long its chunk takes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT objid FROM pg_locks JOIN pg_database ON oid = database AND datname = current_database()"
            " WHERE locktype = 'advisory' AND classid = %s",
            [LOCK],
        )
        return [int(run_id) for (run_id,) in cursor.fetchall()]
