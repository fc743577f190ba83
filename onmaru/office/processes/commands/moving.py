"""The worker moves instances on, each move one transaction: takes answers, makes calls, hears messages, ends timers."""

from __future__ import annotations

import dataclasses
import logging
from datetime import datetime
from typing import Any

from django.db import OperationalError, transaction
from django.utils import timezone, translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import identity, jobs, races, sql
from onmaru.kernel.models import AuditRow, User
from onmaru.kernel.refusals import Refused
from onmaru.office.automation.commands import doing
from onmaru.office.automation.commands.doing import Case
from onmaru.office.automation.models import Action, Rule
from onmaru.office.automation.queries import happenings
from onmaru.office.diagrams.rules import diagram, engine
from onmaru.office.diagrams.rules.diagram import Element
from onmaru.office.diagrams.rules.engine import Token, Walk
from onmaru.office.notices import ports
from onmaru.office.notices.commands import notices
from onmaru.office.processes.commands import instances
from onmaru.office.processes.models import Instance, Step

ports.declare("step_of_process", _("A step of a process is mine to do"))
ports.declare("process", _("A process of mine is stuck"))

log = logging.getLogger(__name__)
MOST_CALLS = 100

HEARD = """
SELECT i.id FROM processes_instance i WHERE i.state = 'running' AND cardinality(i.waits) > 0 AND EXISTS (
  SELECT FROM kernel_auditrow a WHERE a.subject_kind = i.subject_kind AND a.subject_id = i.subject_id
  AND a.id > i.heard_id AND (a.command = ANY(i.waits) OR split_part(a.command, '.', 3) = ANY(i.waits)))
"""


def move(key: int) -> None:
    """Move an instance on as far as it goes by itself."""
    races.retried(lambda: _move(key))


def due() -> int:
    """Queue the instances whose timer ended or whose message came; returns how many."""
    late = Instance.objects.filter(state="running", next_at__lte=timezone.now())
    timed = late.values_list("pk", flat=True)[:500]
    keys = {*timed, *(key for (key,) in sql.rows(HEARD))}
    for key in sorted(keys):
        with transaction.atomic():
            jobs.enqueue(instances.MOVE, instance_id=key)
            # So that it is not queued twice while the worker has not come to it; moving says what comes next.
            Instance.objects.filter(pk=key).update(next_at=None, waits=[])
    return len(keys)


def _move(key: int) -> None:
    with transaction.atomic():
        rows = Instance.objects.select_related("process__owner", "of_version")
        instance = rows.select_for_update(of=("self",)).filter(pk=key, state="running").first()
        if instance is not None:
            with translation.override(instance.process.owner.language):
                _Move(instance).go()


class _Move:
    """One move of an instance, under the permissions of the process's owner."""

    def __init__(self, instance: Instance) -> None:
        self.instance, self.calling = instance, ""
        source = f"process:{instance.pk}"[:20]
        self.by = dataclasses.replace(identity.actor(instance.process.owner), source=source)
        self.elements = diagram.elements(diagram.read(instance.of_version.xml))

    def go(self) -> None:
        """Move on; a call that is refused leaves the instance before it, stuck."""
        case = self.case()
        if case is None:
            self.stick(str(_("The record is gone, or the process's owner may not see it.")))
            return
        walk = self.walk(case)
        self.hear(walk)
        self.take_answers(walk)
        self.instance.engine = walk.stored()
        try:
            walk = self.carry_on(walk)
        except OperationalError:
            raise  # a race that was lost, or a database that went away: the whole move is made again
        except Exception as error:
            reasons = error.reasons if isinstance(error, Refused) else []
            if not reasons:
                log.exception("a process failed")
            self.note(engine.resume(self.instance.engine, case.values))
            self.instance.steps.filter(token=self.calling).update(state=Step.State.STUCK)
            self.stick("; ".join(one.message for one in reasons) or f"{type(error).__name__}: {error}")
            return
        self.keep(walk)

    def case(self) -> Case | None:
        """The record as the owner sees it now, with what formulas may name."""
        kind = self.instance.subject_kind
        entity = happenings.entity_of(kind, self.by)
        rule = Rule(name=self.instance.process.name, kind=kind, owner=self.instance.process.owner)
        record = happenings.rows_of(rule, self.by).filter(pk=self.instance.subject_id).first()
        if record is None or entity is None:
            return None
        return Case(rule, record, entity, happenings.values(entity, record, {}, self.by), self.by)

    def walk(self, case: Case) -> Walk:
        if self.instance.engine:
            return engine.resume(self.instance.engine, case.values)
        return engine.begin(self.instance.of_version.xml, case.values)

    def hear(self, walk: Walk) -> None:
        """Messages are what happened to the record since: a command, by its verb or whole name."""
        rows = AuditRow.objects.filter(
            subject_kind=self.instance.subject_kind, subject_id=self.instance.subject_id
        )
        for row in rows.filter(pk__gt=self.instance.heard_id).order_by("id")[:1000]:
            if self.instance.engine:
                for name in (row.command, row.command.rpartition(".")[2]):
                    walk.hear(name)
            self.instance.heard_id = row.pk

    def take_answers(self, walk: Walk) -> None:
        for step in self.instance.steps.filter(state="answered").order_by("left_at"):
            walk.done(step.token, {"answer": step.answer} if step.kind == Step.Kind.PERSON else {})
            Step.objects.filter(pk=step.pk).update(state="done")

    def carry_on(self, walk: Walk) -> Walk:
        """Let the engine go on and make the calls it comes to, until only people and waits are left."""
        walk.go()
        for _turn in range(MOST_CALLS):
            self.instance.engine = walk.stored()
            call = next((one for one in walk.tokens() if one.is_ready and self.is_call(one)), None)
            if call is None:
                return walk
            self.enter(call)
            self.calling = call.key
            with transaction.atomic():
                self.call(self.elements[call.element])
            self.calling = ""
            walk = self.after(walk, call)
            # Whatever comes of what follows, this call was made: it is not made again when the instance goes on.
            self.instance.engine = walk.stored()
            walk.go()
        raise Refused(diagram.DIAGRAM_LOOP("xml", name=self.instance.process.name))

    def after(self, walk: Walk, call: Token) -> Walk:
        """The walk with a call done, and with the record as the call left it."""
        walk.done(call.key, {})
        case = self.case()
        return engine.resume(walk.stored(), case.values) if case is not None else walk

    def is_call(self, token: Token) -> bool:
        return self.elements[token.element].tag in diagram.CALLS

    def call(self, element: Element) -> None:
        case = self.case()
        if case is not None:
            doing.do(Action(does="command", what=element.command, said=element.values), case)

    def enter(self, token: Token) -> Step | None:
        """Note that the instance stands here; None when that is known."""
        element = self.elements.get(token.element) or Element(token.element, "", token.element)
        instance = self.instance
        kind = (
            Step.Kind.CALL
            if element.tag in diagram.CALLS
            else Step.Kind.PERSON
            if element.tag in diagram.PEOPLE
            else Step.Kind.WAIT
        )
        named = {"element": element.id, "name": element.name, "kind": kind, "role": element.role}
        about: dict[str, Any] = {"subject_kind": instance.subject_kind, "subject_id": instance.subject_id}
        about["company_id"] = instance.company_id
        found = Step.objects.get_or_create(instance=instance, token=token.key, defaults=named | about)
        return found[0] if found[1] else None

    def keep(self, walk: Walk) -> None:
        """Write where it stands and what wakes it."""
        tokens = self.note(walk)
        self.instance.waits = [name for one in tokens for name in one.messages]
        self.instance.next_at = _first(one.due_at for one in tokens)
        if walk.is_over:
            self.instance.state, self.instance.ended_at = Instance.State.DONE, timezone.now()
        self.save()

    def note(self, walk: Walk) -> list[Token]:
        """New steps are told to their roles, left ones end."""
        tokens = walk.tokens()
        for token in tokens:
            step = self.enter(token)
            if step is not None and step.kind == Step.Kind.PERSON:
                self.tell(step)
        gone = self.instance.steps.exclude(token__in=[one.key for one in tokens])
        gone.filter(left_at=None).update(left_at=timezone.now())
        gone.exclude(state="done").update(state="done")
        return tokens

    def tell(self, step: Step) -> None:
        """Those who have the step's role find it in their inbox and on their first page."""
        people = User.objects.filter(
            grants__role__code=step.role, grants__role__is_active=True, is_active=True
        ).distinct()
        words = format_lazy(
            _("{process}: {step} – {record}"),
            process=self.instance.process.name,
            step=step.name,
            record=self.instance.about,
        )
        by = identity.system(self.instance.process.name)
        notices.tell(people, "step_of_process", step, words, by=by, once=f"step:{step.pk}:process")

    def stick(self, trouble: str) -> None:
        self.instance.state, self.instance.trouble = Instance.State.STUCK, trouble[:300]
        owner, name = self.instance.process.owner, self.instance.process.name
        words = format_lazy(
            _("“{process}” is stuck at {record}: {trouble}"),
            process=name,
            record=self.instance.about,
            trouble=trouble,
        )
        notices.tell([owner], "process", self.instance, words, by=identity.system(name))
        self.save()

    def save(self) -> None:
        self.instance.changed_at = timezone.now()
        self.instance.save()


def _first(moments: Any) -> datetime | None:
    return min((one for one in moments if one is not None), default=None)
