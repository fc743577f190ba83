"""A process on customers: who has no note is checked by a seller, then archived when the answer is no."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest

from onmaru.kernel import identity
from onmaru.kernel.models import User
from onmaru.office.automation.tests.conftest import by, clerk, hire, mate, party, stranger
from onmaru.office.diagrams.rules.diagram import BPMN
from onmaru.office.processes.commands import drawing
from onmaru.office.processes.models import Process

__all__ = ["by", "clerk", "hire", "mate", "party", "stranger"]

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
    ' xmlns:di="http://www.omg.org/spec/DD/20100524/DI"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:onmaru="urn:onmaru:bpmn" id="d"'
    ' targetNamespace="urn:test">'
)


def flow(source: str, target: str, condition: str = "") -> str:
    """A sequence flow, with the formula on which it is taken."""
    formal = "bpmn:conditionExpression"
    inner = f'<{formal} xsi:type="bpmn:tFormalExpression">{condition}</{formal}>' if condition else ""
    ends = f'sourceRef="{source}" targetRef="{target}"'
    return f'<bpmn:sequenceFlow id="{source}-{target}" {ends}>{inner}</bpmn:sequenceFlow>'


def diagram(inside: str, *, before: str = "") -> str:
    """A document with one process."""
    return (
        f'{HEAD}{before}<bpmn:process id="p" isExecutable="true">{inside}</bpmn:process></bpmn:definitions>'
    )


CHECKED = diagram(
    '<bpmn:startEvent id="start"/>'
    '<bpmn:exclusiveGateway id="known" name="알려진 곳?" default="known-check"/>'
    '<bpmn:userTask id="check" name="거래처 확인" onmaru:role="checker"/>'
    '<bpmn:exclusiveGateway id="good" default="good-end"/>'
    '<bpmn:serviceTask id="archive" name="보관" onmaru:command="archive"/>'
    '<bpmn:endEvent id="end" name="끝"/>'
    + flow("start", "known")
    + flow("known", "end", 'coalesce(note, "") == "단골"')
    + flow("known", "check")
    + flow("check", "good")
    + flow("good", "archive", 'answer == "아니오"')
    + flow("good", "end")
    + flow("archive", "end")
)

WAITING = diagram(
    '<bpmn:startEvent id="start"/><bpmn:parallelGateway id="split"/><bpmn:parallelGateway id="join"/>'
    '<bpmn:intermediateCatchEvent id="pause" name="사흘 뒤"><bpmn:timerEventDefinition>'
    '<bpmn:timeDuration xsi:type="bpmn:tFormalExpression">P3D</bpmn:timeDuration>'
    "</bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>"
    '<bpmn:intermediateCatchEvent id="heard" name="수정되면"><bpmn:messageEventDefinition messageRef="m"/>'
    "</bpmn:intermediateCatchEvent>"
    '<bpmn:endEvent id="end"/>'
    + flow("start", "split")
    + flow("split", "pause")
    + flow("split", "heard")
    + flow("pause", "join")
    + flow("heard", "join")
    + flow("join", "end"),
    before='<bpmn:message id="m" name="edit"/>',
)


def shaped(xml: str) -> str:
    """The document with a shape for each element, in one row, and an edge for each flow: what an editor draws."""
    found = ElementTree.fromstring(xml)
    process = found.find(f"{{{BPMN}}}process")
    assert process is not None
    nodes = [one for one in process if one.get("id") and not one.tag.endswith("sequenceFlow")]
    place = {one.get("id"): 40 + 150 * number for number, one in enumerate(nodes)}
    shapes = "".join(
        f'<bpmndi:BPMNShape id="{key}_di" bpmnElement="{key}"><dc:Bounds x="{x}" y="100" width="100" height="80"/>'
        "</bpmndi:BPMNShape>"
        for key, x in place.items()
    )
    edges = "".join(
        f'<bpmndi:BPMNEdge id="{one.get("id")}_di" bpmnElement="{one.get("id")}">'
        f'<di:waypoint x="{place[one.get("sourceRef")] + 50}" y="100"/>'
        f'<di:waypoint x="{place[one.get("targetRef")] + 50}" y="100"/></bpmndi:BPMNEdge>'
        for one in process.findall(f"{{{BPMN}}}sequenceFlow")
    )
    plane = f'<bpmndi:BPMNPlane id="plane" bpmnElement="p">{shapes}{edges}</bpmndi:BPMNPlane>'
    drawn = f'<bpmndi:BPMNDiagram id="drawing">{plane}</bpmndi:BPMNDiagram>'
    return xml.replace("</bpmn:definitions>", f"{drawn}</bpmn:definitions>")


@pytest.fixture
def owner(db: Any) -> User:
    return hire("owner", "강대표", "party.party.*", "processes.*", "automation.*")


@pytest.fixture
def checker(db: Any) -> User:
    return hire("checker", "최민", "party.party.view", "processes.step.finish")


def drawn(person: User, xml: str, name: str = "거래처 심사") -> Process:
    """A process on customers with this diagram."""
    by = identity.actor(person)
    process = drawing.create(by=by, name=name, kind="party.party")
    return drawing.draw(process, by=by, xml=xml)


@pytest.fixture
def process(owner: User, checker: User) -> Process:
    return drawing.release(drawn(owner, CHECKED), by=identity.actor(owner))
