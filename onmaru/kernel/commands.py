"""Every intent of a person is one function; ``@command`` gives it all that a command must have.

In this order: transaction, idempotency, lock of the subject, permission and record rule, allowed move, the
body, the changed fields, the audit row, the outbox, the legal numbers, the commit. A command called by
another joins its transaction. A deadlock or a lost serialization race is retried here and never shown.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar, cast, get_type_hints

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.utils.functional import Promise

from onmaru.kernel import constraints, custom, duties, permissions, personal, races, refusals, sql, work
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import IdempotencyKey, Record
from onmaru.kernel.refusals import Refused

R = TypeVar("R")
Remedy = Callable[["Command[Any]", Any, Actor, Mapping[str, Any], Refused], Sequence[refusals.Refusal]]


@dataclass(frozen=True)
class Guard:
    """What a room above has to say before a command does anything to its subject, which is locked.

    ``question`` names a volatile function of the database, ``(kind text, id bigint, command text)``, which is asked
    by the statement that locks; ``against`` answers reasons, given what it said.
    """

    question: str
    against: Callable[[Command[Any], Any, Actor, Mapping[str, Any], Any], Sequence[refusals.Refusal]]


guards: list[Guard] = []
"""Filled by rooms above at start-up."""

remedies: list[Remedy] = []
"""What rooms above have to say when a command was refused: a reason more, which tells the way out."""

_UNTRACKED = {"version", "created_at", "changed_at", "number", "search_text"}


@dataclass(frozen=True)
class Preview:
    """What a dry run would have written; nothing of it was."""

    result: Any
    effects: Sequence[Mapping[str, Any]]


class _DryRun(Exception):
    def __init__(self, preview: Preview) -> None:
        self.preview = preview


@dataclass(eq=False)
class Command(Generic[R]):
    """A declared command: the function and what buttons, API, permissions and diagrams need of it."""

    function: Callable[..., R]
    name: str
    permission: str
    label: str | Promise
    model: type[models.Model] | None
    moves_from: frozenset[str] | None = None
    moves_to: str | None = None
    danger: bool = False
    primary: bool = False
    asks: Mapping[str, str | Promise] = field(default_factory=dict)
    fetch: Sequence[str] = ()
    apart_from: Sequence[str] = ()
    inner: str = ""
    has_subject: bool = field(init=False)
    takes_today: bool = field(init=False)

    def __post_init__(self) -> None:
        self.__doc__ = self.function.__doc__
        self.__name__ = self.function.__name__
        self.__wrapped__ = self.function
        found = inspect.signature(self.function).parameters
        first = next(iter(found.values()), None)
        self.has_subject = first is not None and first.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
        self.takes_today = "today" in found

    @cached_property
    def parameters(self) -> dict[str, inspect.Parameter]:
        """What the command asks for: its keyword parameters without ``by`` and ``today``, types resolved."""
        hints = get_type_hints(self.function)
        found = inspect.signature(self.function).parameters
        return {
            name: parameter.replace(annotation=hints.get(name, Any))
            for name, parameter in found.items()
            if parameter.kind is inspect.Parameter.KEYWORD_ONLY and name not in {"by", "today"}
        }

    @cached_property
    def makes(self) -> type[models.Model] | None:
        """The kind of record that it answers."""
        found = get_type_hints(self.function).get("return")
        return found if isinstance(found, type) and issubclass(found, models.Model) else None

    def fits(self, subject: models.Model) -> bool:
        """Whether the subject's state lets this command be tried; says nothing of its other rules."""
        return self.moves_from is None or getattr(subject, "state", None) in self.moves_from

    def judge(self, subject: models.Model, by: Actor, heard: Sequence[Any]) -> None:
        """Refuse, as a call would, to do it to a locked subject of which the guards ``heard`` what they asked."""
        _Call(self, subject, by, None, dry_run=False, expected_version=None, asked={}, heard=heard).check(
            subject
        )

    def __call__(
        self,
        subject: Any = None,
        /,
        *,
        by: Actor,
        idempotency_key: str | None = None,
        dry_run: bool = False,
        expected_version: int | None = None,
        custom: Mapping[str, Any] | None = None,
        **asked: Any,
    ) -> R:
        """Do it. Raises Refused with every reason. With ``dry_run`` returns a Preview and writes nothing.

        ``custom`` are values of fields that the company added; the subject, or the record made, keeps them.

        ``today`` (the day in the company's zone) is always given and handed on to bodies that ask for it.
        A command called by another can be neither tried nor keyed by itself: that raises RuntimeError.
        """
        if not self.takes_today:
            asked.pop("today", None)
        call = _Call(self, subject, by, idempotency_key, dry_run, expected_version, asked, custom or {})
        if work.current() is None:
            return call.outermost()
        if dry_run or idempotency_key is not None:
            raise RuntimeError(f"{self.name} is part of another command: try or key that one")
        return call.run()


registry: dict[str, Command[Any]] = {}


def command(
    *,
    label: str | Promise,
    model: type[models.Model] | None = None,
    move: tuple[str | Sequence[str], str | None] | None = None,
    name: str | None = None,
    permission: str | None = None,
    danger: bool = False,
    primary: bool = False,
    asks: Mapping[str, str | Promise] | None = None,
    fetch: Sequence[str] = (),
    apart_from: Sequence[str] = (),
    inner: str = "",
) -> Callable[[Callable[..., R]], Command[R]]:
    """Declare a command on ``model``.

    Its name, which is also its permission unless one is given, is ``room.noun.verb``. ``move`` is
    ``(from_state or states, to_state)``; the wrapper checks the one and sets the other after the body
    (None: the body decides).
    ``fetch`` names the subject's references that the body reads, fetched with it. ``apart_from`` names verbs whose
    doer may not do this one to the same record (segregation of duties, see ``duties``). ``inner`` says who in the
    house calls it, where no person and no program does.
    """

    def declare(function: Callable[..., R]) -> Command[R]:
        noun = (
            f"{model._meta.app_label}.{model._meta.model_name}"
            if model
            else function.__module__.split(".")[-2]
        )
        full_name = name or f"{noun}.{function.__name__}"
        sources = None
        if move is not None:
            sources = frozenset([move[0]] if isinstance(move[0], str) else move[0])
        declared = Command(
            function,
            full_name,
            permission or full_name,
            label,
            model,
            sources,
            move[1] if move else None,
            danger,
            primary,
            asks or {},
            fetch,
            apart_from,
            inner,
        )
        registry[full_name] = declared
        if apart_from:
            duties.declare(full_name, label)
        return declared

    return declare


@dataclass
class _Call(Generic[R]):
    command: Command[R]
    subject: Any
    by: Actor
    key: str | None
    dry_run: bool
    expected_version: int | None
    asked: dict[str, Any]
    custom: Mapping[str, Any] = field(default_factory=dict)
    outside: bool = False
    """Whether a person or program asks, and no other command."""
    heard: Sequence[Any] = ()
    """What the guards' questions were answered when the subject was locked."""

    def outermost(self) -> R:
        try:
            return races.retried(self.transact)
        except _DryRun as done:
            return cast("R", done.preview)
        except IntegrityError as error:
            raise Refused(constraints.refusal(error)) from error
        except Refused as refused:
            told = (tell(self.command, self.subject, self.by, self.asked, refused) for tell in remedies)
            raise Refused(*refused.reasons, *(reason for found in told for reason in found)) from refused

    def transact(self) -> R:
        with work.begin(self.by, dry=self.dry_run) as unit, transaction.atomic():
            self.outside = True
            if self.key is not None and not self.dry_run and not self.takes(self.key):
                return self.answered_before(self.key)
            result = self.run()
            if self.dry_run:
                work.judge()
                raise _DryRun(Preview(result, list(unit.effects)))
            work.flush(unit, key=self.key, result=result)
            return result

    def run(self) -> R:
        subject = self.lock()
        self.check(subject)
        before = _values(subject)
        result = self.body(subject)
        if subject is not None:
            if self.command.moves_to is not None and hasattr(subject, "state"):
                subject.state = self.command.moves_to
            changes = custom.spread(_write_changes(subject, before))
            changes |= work.required().lined.get((work.kind_of(subject), subject.pk), {})
            told = personal.veiled(type(subject), changes)
            work.audit(self.command.name, subject, {**told, **self.said()})
        elif isinstance(result, models.Model):
            if isinstance(result, self.command.model or ()):
                refusals.check([permissions.withheld(result, self.by, self.command.permission)])
            work.audit(self.command.name, result, self.said())
        return result

    def body(self, subject: models.Model | None) -> R:
        """The function itself, and the company's own fields on what it concerns; the reasons of both at once."""
        function = self.command.function
        own = personal.untouched(subject, self.custom)
        ((stored, problems),) = custom.read(self.command.model, [own])
        asked = personal.untouched(subject, self.asked)
        try:
            result = function(*([] if subject is None else [subject]), by=self.by, **asked)
        except Refused as refused:
            raise Refused(*refused.reasons, *problems) from refused
        refusals.check(problems)
        if stored:
            custom.keep(result if subject is None else subject, stored, made=subject is None)
        return result

    def lock(self) -> models.Model | None:
        model = self.command.model
        if not self.command.has_subject or model is None:
            return None
        key = self.subject.pk if isinstance(self.subject, models.Model) else self.subject
        questions = [guard.question for guard in guards]
        asked = (work.kind_of(model), key, self.command.name)
        found, self.heard = sql.lock_asking(model, key, self.command.fetch, questions, asked)
        if found is None:
            raise Refused(refusals.NOT_FOUND())
        return found

    def check(self, subject: models.Model | None) -> None:
        company_id = (
            getattr(subject, "company_id", None)
            if subject
            else getattr(self.asked.get("company"), "pk", None)
        )
        if not self.by.of_company(company_id):
            raise Refused(refusals.NOT_FOUND())
        if not self.by.may(self.command.permission):
            raise Refused(refusals.NOT_PERMITTED(permission=permissions.in_words(self.command)))
        if subject is not None:
            self.check_subject(subject)
        if self.outside:
            refusals.check(permissions.unwritable(self.command, self.by, {**self.asked, **self.custom}))

    def check_subject(self, subject: models.Model) -> None:
        refusals.check([permissions.withheld(subject, self.by, self.command.permission)])
        behind = (
            self.expected_version is not None and getattr(subject, "version", None) != self.expected_version
        )
        refusals.check(
            [
                refusals.CHANGED_MEANWHILE() if behind else None,
                None
                if self.command.fits(subject)
                else refusals.MOVE_NOT_ALLOWED(state=getattr(subject, "get_state_display", str)()),
                duties.same_person(self.command, subject, self.by),
            ]
        )
        for guard, heard in zip(guards, self.heard, strict=True):
            refusals.check(guard.against(self.command, subject, self.by, self.asked, heard))

    def said(self) -> dict[str, Any]:
        asked = personal.veiled(self.command.model, self.asked)
        plain = {
            k: v for k, v in asked.items() if k != "today" and isinstance(v, str | int | bool) and v != ""
        }
        return {"asked": plain} if plain else {}

    def takes(self, key: str) -> bool:
        """Whether this request is the first with its key, which it has from now on.

        The insert waits for a concurrent twin on the primary key, then sees what the twin did.
        """
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO kernel_idempotencykey (key, command, digest, result_kind) VALUES (%s, %s, %s, '')"
                " ON CONFLICT (key) DO NOTHING",
                [key, self.command.name, self.digest()],
            )
            return bool(cursor.rowcount)

    def answered_before(self, key: str) -> R:
        """The record that the first request with this key returned; its subject when that was no record."""
        stored = IdempotencyKey.objects.get(pk=key)
        if stored.digest != self.digest():
            raise Refused(refusals.KEY_REUSED())
        if not stored.result_kind:
            return cast("R", self.subject)
        return cast("R", apps.get_model(stored.result_kind)._default_manager.get(pk=stored.result_id))

    def digest(self) -> str:
        subject_id = self.subject.pk if isinstance(self.subject, models.Model) else self.subject
        # A request repeated after midnight is still the same request.
        asked = {name: value for name, value in {**self.asked, **self.custom}.items() if name != "today"}
        said = work.to_json([self.command.name, subject_id, self.by.user_id, asked])
        return hashlib.sha256(said.encode()).hexdigest()


def _values(subject: models.Model | None) -> dict[str, Any]:
    if subject is None:
        return {}
    names = [field.attname for field in subject._meta.concrete_fields]
    return {name: subject.__dict__[name] for name in names if name in subject.__dict__}


def _write_changes(subject: models.Model, before: Mapping[str, Any]) -> dict[str, Any]:
    """Write the fields the body changed with one UPDATE and a version counted up; return old and new."""
    after = _values(subject)
    changed = {name: value for name, value in after.items() if before.get(name, value) != value}
    if not changed:
        return {}
    if isinstance(subject, Record):
        subject.version = before["version"] + 1
        names = [*(changed.keys() - {"version", "changed_at"}), "version"]
        sql.update(subject, names, "changed_at = statement_timestamp()")
    else:
        sql.update(subject, list(changed))
    return {name: [before[name], value] for name, value in changed.items() if name not in _UNTRACKED}


def touch(subject: Record) -> None:
    """Count the version up though no field of the row itself changed (its lines did)."""
    subject.version += 1
