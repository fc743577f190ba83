"""Waits in a race at an event-based gateway: the first that ends wins alone, and each timer has a time of its own.

The library keeps one due time for all timers of a gateway and leads on by every event that it saw.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from SpiffWorkflow.bpmn.parser.event_parsers import EventBasedGatewayParser, IntermediateCatchEventParser
from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from SpiffWorkflow.bpmn.serializer.default import MultipleEventDefinitionConverter
from SpiffWorkflow.bpmn.specs.event_definitions import MultipleEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.util.event import BpmnEvent

DUE = "due"


class Race(MultipleEventDefinition):  # type: ignore[misc]
    """The several waits of one gateway; when each of its timers ends stands in the task, by its place."""

    def has_fired(self, my_task: Any) -> bool:
        """Whether one of them ended; of timers that ended meanwhile the earliest."""
        data = my_task.internal_data
        ends, ended = data.setdefault(DUE, {}), list[tuple[datetime, str]]()
        for place, timer in self._timers():
            data["event_value"] = ends.get(place)
            is_over = timer.has_fired(my_task)
            ends[place] = data.pop("event_value")
            data.pop("event_fired", None)
            ended += [(_moment(ends[place]), place)] if is_over else []
        if ended and not data.get("seen_events"):
            data["seen_events"] = [BpmnEvent(self.event_definitions[int(min(ended)[1])])]
        return bool(data.get("seen_events"))

    def reset(self, my_task: Any) -> None:
        """Forget when its timers end."""
        my_task.internal_data.pop(DUE, None)
        super().reset(my_task)

    def _timers(self) -> list[tuple[str, Any]]:
        numbered = enumerate(self.event_definitions)
        return [(str(place), one) for place, one in numbered if isinstance(one, TimerEventDefinition)]


class GatewayParser(EventBasedGatewayParser):  # type: ignore[misc]
    """Reads a gateway of waits as a race."""

    def create_task(self) -> Any:
        return self._create_task(Race())


class CatchParser(IntermediateCatchEventParser):  # type: ignore[misc]
    """Knows timers by their id: two that people called the same are two."""

    def parse_timer_event(self, event: Any) -> Any:
        timer = super().parse_timer_event(event)
        timer.name = self.bpmn_id
        return timer


STORED = {**DEFAULT_CONFIG, Race: MultipleEventDefinitionConverter}
"""How walks are written as JSON."""


def due_at(task: Any) -> datetime | None:
    """When the next timer ends that a task waits for, in UTC."""
    ends = task.internal_data.get(DUE) or {"": task.internal_data.get("event_value")}
    return min((_moment(one) for one in ends.values() if isinstance(one, str)), default=None)


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
