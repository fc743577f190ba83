"""Facts in the past tense, and what higher rooms do because of them.

An event is written in the transaction that made it true and relayed after the commit: once for each
reaction, in the order of the outbox, at least once and (by the reaction's own delivery row) never twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from django.db import models, transaction
from django.db.models.functions import Now

from onmaru.kernel import identity, races, work
from onmaru.kernel.models import Delivery, Event


@dataclass(frozen=True)
class Fact:
    """Base of every event class; subclasses add plain fields and are frozen dataclasses."""

    kind: ClassVar[str]

    def payload(self) -> dict[str, Any]:
        """The fact's fields as stored in the outbox."""
        return dict(vars(self))


F = TypeVar("F", bound=Fact)
Reaction = Callable[..., Any]

registry: dict[str, type[Fact]] = {}
reactions: dict[str, dict[str, Reaction]] = defaultdict(dict)


def event(kind: str) -> Callable[[type[F]], type[F]]:
    """Declare an event class under its stable name, ``sales.order.confirmed``."""

    def declare(cls: type[F]) -> type[F]:
        cls.kind = kind
        registry[kind] = cls
        return cls

    return declare


def emit(fact: Fact, subject: models.Model) -> None:
    """Put a fact about ``subject`` into the outbox of the command under way; one without reactions needs no relay."""
    work.required().events.append(
        {
            "kind": fact.kind,
            "subject_kind": work.kind_of(subject),
            "subject_id": subject.pk,
            "company_id": getattr(subject, "company_id", None),
            "payload": fact.payload(),
            "heard": fact.kind in reactions,
        }
    )


def reacts_to(*facts: type[Fact]) -> Callable[[Reaction], Reaction]:
    """Register ``reaction(fact, *, by)``: one idempotent command call because a fact happened below."""

    def declare(reaction: Reaction) -> Reaction:
        name = f"{reaction.__module__}.{reaction.__qualname__}"
        for fact in facts:
            reactions[fact.kind][name] = reaction
        return reaction

    return declare


def react(event_id: int, reaction_name: str) -> bool:
    """Run one reaction to one event; False when it was delivered before.

    The delivery row is inserted first: a second worker with the same event waits on its unique key,
    then finds it taken. It commits or rolls back together with what the reaction did.
    """
    stored = Event.objects.get(pk=event_id)
    return races.retried(lambda: _react(stored, reaction_name))


def _react(stored: Event, reaction_name: str) -> bool:
    fact = registry[stored.kind](**stored.payload)
    with transaction.atomic():
        _row, first = Delivery.objects.get_or_create(event=stored, reaction=reaction_name)
        if first:
            reactions[stored.kind][reaction_name](fact, by=identity.house(source="reaction"))
    return first


def relay(send: Callable[[int, str], Any], *, limit: int = 500) -> int:
    """Hand events not yet relayed to ``send(event_id, reaction_name)``; returns how many events were taken.

    Rows are skipped while another relay holds them. ``send`` must join this transaction (a job queue in the
    same database), so that an event is marked relayed exactly when its jobs exist.
    """
    with transaction.atomic():
        taken = waiting(limit=limit)
        for event_id, names in taken:
            for name in names:
                send(event_id, name)
        mark([event_id for event_id, _names in taken])
    return len(taken)


def waiting(*, limit: int = 500) -> list[tuple[int, list[str]]]:
    """Events not yet relayed, in their order, with the reactions to each; those another relay holds are left out."""
    with transaction.atomic():
        rows = (
            Event.objects.filter(relayed_at=None).order_by("id").select_for_update(skip_locked=True)[:limit]
        )
        return [
            (event_id, list(reactions.get(kind, ()))) for event_id, kind in rows.values_list("id", "kind")
        ]


def mark(event_ids: Sequence[int]) -> None:
    """Note that these events need no relaying any more."""
    Event.objects.filter(id__in=event_ids).update(relayed_at=Now())
