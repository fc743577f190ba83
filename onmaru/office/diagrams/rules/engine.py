"""SpiffWorkflow as this house uses it: it walks the diagram, and runs nothing by itself.

Conditions are formulas of ``kernel.expressions`` over the record; tasks of every kind wait until somebody, or the
house for a call, says that they are done. Its state is JSON and holds the specification: a version lives in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.parser.BpmnParser import full_tag
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.specs.defaults import EventBasedGateway, IntermediateCatchEvent, UserTask
from SpiffWorkflow.bpmn.specs.event_definitions import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.util.task import TaskState

from onmaru.kernel import expressions
from onmaru.kernel.refusals import Refused
from onmaru.office.diagrams.rules import diagram, racing

_TIME = re.compile(r"(R\d*/)?(P[\dYMWDTHS.,]+|\d{4}-\d{2}-\d{2}[\dT:+.Z-]*)", re.ASCII)


class _Parser(BpmnParser):  # type: ignore[misc]
    """Calls wait like steps of people, so that they are made between the engine's moves and never inside of them."""

    OVERRIDE_PARSER_CLASSES = {
        **{full_tag(tag): (TaskParser, UserTask) for tag in ("serviceTask", "task", "manualTask")},
        full_tag("eventBasedGateway"): (racing.GatewayParser, EventBasedGateway),
        full_tag("intermediateCatchEvent"): (racing.CatchParser, IntermediateCatchEvent),
    }


class _Formulas(PythonScriptEngine):  # type: ignore[misc]
    """Evaluates formulas, and executes nothing."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        super().__init__()
        self.values = values

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Any:
        if _TIME.fullmatch(expression.strip()):
            return expression.strip()
        found = expressions.parse(expression.strip()).value({**self.values, **task.data})
        return found.isoformat() if isinstance(found, date) else found

    def execute(self, task: Any, script: str, external_context: Any = None) -> Any:
        raise NotImplementedError("nothing is executed here")


@dataclass(frozen=True)
class Token:
    """Where an instance stands: the engine's key, the element, and the messages or the time that it waits for."""

    key: str
    element: str
    is_ready: bool
    messages: Sequence[str] = ()
    due_at: datetime | None = None


class Walk:
    """A diagram being walked."""

    def __init__(self, workflow: Any, values: Mapping[str, Any]) -> None:
        self.workflow = workflow
        self.workflow.script_engine = _Formulas(values)

    def go(self) -> None:
        """Move on until only steps of people, calls and waits are left. Raises Refused for what the engine cannot."""
        try:
            self.workflow.refresh_timers()
            self.workflow.do_engine_steps()
        except SpiffWorkflowException as error:
            raise Refused(diagram.DIAGRAM_UNREADABLE("xml", problem=str(error)[:200])) from error

    def tokens(self) -> list[Token]:
        """Where it stands now."""
        return [_token(one) for one in self._standing()]

    def done(self, key: str, data: Mapping[str, Any]) -> bool:
        """Say that a step or call is done; False when the instance stands there no more."""
        task = next(
            (one for one in self._standing() if str(one.id) == key and one.state == TaskState.READY), None
        )
        if task is not None:
            task.data.update(data)
            task.run()
        return task is not None

    def hear(self, name: str) -> None:
        """A message came."""
        self.workflow.catch(BpmnEvent(MessageEventDefinition(name), payload={}))
        self.workflow.bpmn_events.clear()

    def pass_over(self, key: str) -> None:
        """End a wait at once, as a simulation does; of several waits in a race the first that was drawn."""
        for task in self._standing():
            if str(task.id) == key and task.state == TaskState.WAITING:
                first, *others = _events(task)
                fired = {"seen_events": [BpmnEvent(first)]} if others else {"event_fired": True}
                task._set_internal_data(**fired)
                task.task_spec._update(task)

    @property
    def is_over(self) -> bool:
        return bool(self.workflow.completed)

    def walked(self) -> list[str]:
        """The elements that were completed."""
        done = self.workflow.get_tasks(state=TaskState.COMPLETED)
        return [key for one in done if (key := getattr(one.task_spec, "bpmn_id", None))]

    def stored(self) -> dict[str, Any]:
        """Its state as JSON."""
        found: dict[str, Any] = json.loads(_serializer().serialize_json(self.workflow))
        return found

    def _standing(self) -> Iterator[Any]:
        for one in self.workflow.get_tasks(state=TaskState.READY | TaskState.WAITING):
            element = getattr(one.task_spec, "bpmn_id", None)
            if (
                element
                and not one.task_spec.name.endswith((".EndJoin", ".BoundaryEventSplit", ".BoundaryEventJoin"))
                and _is_place(one)
            ):
                yield one


def _is_place(task: Any) -> bool:
    """Whether somebody or something is waited for there; gateways and subprocesses wait for what is inside."""
    return bool(task.task_spec.manual) or hasattr(task.task_spec, "event_definition")


def _events(task: Any) -> list[Any]:
    """What is waited for there: an event, or the several of a gateway at which they race."""
    event = getattr(task.task_spec, "event_definition", None)
    return list(getattr(event, "event_definitions", [event]))


def _token(task: Any) -> Token:
    events = _events(task)
    messages = [one.name for one in events if isinstance(one, MessageEventDefinition)]
    is_timed = any(isinstance(one, TimerEventDefinition) for one in events)
    at = racing.due_at(task) if is_timed else None
    return Token(str(task.id), task.task_spec.bpmn_id, task.state == TaskState.READY, messages, at)


def _serializer() -> Any:
    return BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(racing.STORED))


def begin(xml: str, values: Mapping[str, Any]) -> Walk:
    """A new walk through a diagram. Raises Refused(diagram_unreadable)."""
    root = diagram.read(xml)
    parser = _Parser()
    try:
        parser.add_bpmn_xml(root)
        [name] = parser.get_process_ids()
        return Walk(BpmnWorkflow(parser.get_spec(name), parser.get_subprocess_specs(name)), values)
    except (SpiffWorkflowException, KeyError, ValueError, IndexError, AttributeError) as error:
        raise Refused(diagram.DIAGRAM_UNREADABLE("xml", problem=str(error)[:200])) from error


def resume(stored: Mapping[str, Any], values: Mapping[str, Any]) -> Walk:
    """Go on where a state says."""
    return Walk(_serializer().deserialize_json(json.dumps(stored)), values)
