"""A rule can start a process: the way that this room adds to what rules do."""

from __future__ import annotations

from onmaru.kernel import identity
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import AuditRow
from onmaru.kernel.refusals import Refusal, Refused
from onmaru.office.automation import rules
from onmaru.office.automation.commands import doing
from onmaru.office.automation.commands.doing import Case, Way
from onmaru.office.automation.models import Action, Rule
from onmaru.office.automation.queries import happenings
from onmaru.office.processes.commands import instances
from onmaru.office.processes.models import Process
from onmaru.workbench.entity import Entity


def register() -> None:
    """Called once when the house starts."""
    doing.ways[Action.Does.PROCESS] = Way(_wrong, _do)
    happenings.causes["process"] = _began_by


def _began_by(key: int) -> str:
    """What began an instance, as its history says: a rule that is led back to itself by a process is known by it."""
    begun = AuditRow.objects.filter(subject_kind="processes.instance", subject_id=key)
    row = begun.filter(command=instances.start.name).first()
    return row.source if row is not None else ""


def _wrong(action: Action, rule: Rule, entity: Entity, by: Actor) -> list[Refusal | None]:
    known = Process.objects.filter(name=action.what, kind=rule.kind).exists()
    return [None if known else rules.ACTION_UNKNOWN("what", what=action.what)]


def _do(action: Action, case: Case) -> str:
    process = Process.objects.filter(name=action.what).first()
    if process is None:
        raise Refused(rules.ACTION_UNKNOWN("what", what=action.what))
    by = identity.also(case.by, instances.start.permission)
    return str(instances.begin(process, case.record, by).process)
