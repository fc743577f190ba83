"""Processes as people draw them: made, drawn, put in force as a version, retired."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, expressions, records, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.kernel.refusals import Refusal, Refused
from onmaru.office.automation import rules as limits
from onmaru.office.automation.commands import doing
from onmaru.office.automation.queries import happenings
from onmaru.office.diagrams.rules import diagram, engine
from onmaru.office.processes.models import Process, Version

BLANK = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
  xmlns:onmaru="urn:onmaru:bpmn" id="definitions" targetNamespace="urn:onmaru:process">
  <bpmn:process id="process" isExecutable="true"><bpmn:startEvent id="start" /></bpmn:process>
  <bpmndi:BPMNDiagram id="diagram"><bpmndi:BPMNPlane id="plane" bpmnElement="process">
    <bpmndi:BPMNShape id="start_di" bpmnElement="start">
      <dc:Bounds x="180" y="160" width="36" height="36" />
    </bpmndi:BPMNShape>
  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</bpmn:definitions>
"""
ANSWER = "answer"

PROCESS_OWNER_ONLY = refusals.reason(
    "process_owner_only", _("A process acts for the person who puts it in force: take it over first.")
)


@commands.command(label=_("New process"), model=Process)
def create(*, name: str, kind: str, by: Actor) -> Process:
    """A process of one's own, with an empty diagram. Refuses process_owner_only."""
    process = Process(owner=_oneself(by), xml=BLANK)
    records.fill(process, {"name": name, "kind": kind})
    process.save()
    return process


@commands.command(label=_("Rename"), model=Process)
def edit(process: Process, *, by: Actor, **values: Any) -> Process:
    """Give it another name. Refuses field_fixed: its kind stays."""
    refusals.check(records.fixed(process, values, "kind"))
    return records.fill(process, values)


@commands.command(label=_("Save the diagram"), model=Process)
def draw(process: Process, *, xml: str, by: Actor) -> Process:
    """Keep a diagram, finished or not; what is under way stays on its version. Refuses diagram_unreadable."""
    diagram.read(xml)
    process.xml = xml
    return process


@commands.command(
    label=_("Put in force"), model=Process, move=(("draft", "active", "retired"), "active"), primary=True
)
def release(process: Process, *, by: Actor) -> Process:
    """Make the diagram the next version: new instances go by it. Refuses whatever in it cannot be carried out."""
    refusals.check([None if by.user_id in (None, process.owner_id) else PROCESS_OWNER_ONLY()])
    check(process, by)
    last = process.versions.order_by("-number").first()
    if last is None or last.xml != process.xml:
        number = last.number + 1 if last else 1
        Version.objects.create(process=process, number=number, xml=process.xml, by_name=by.name)
    return process


@commands.command(label=_("Retire"), model=Process, move=("active", "retired"))
def retire(process: Process, *, by: Actor) -> Process:
    """Let nothing start by it any more; what is under way goes on."""
    return process


@commands.command(label=_("Take over"), model=Process, move=(("draft", "active", "retired"), "draft"))
def take_over(process: Process, *, by: Actor) -> Process:
    """Let it act for oneself; it is to be put in force anew."""
    process.owner = _oneself(by)
    return process


def check(process: Process, by: Actor) -> None:
    """Refuse with every reason why the diagram cannot be carried out."""
    root = diagram.read(process.xml)
    found: list[Refusal | None] = [*diagram.problems(root)]
    names = {**happenings.names_of(process.kind), ANSWER: "yes"}
    for formula in diagram.formulas(root):
        found += _wrong(formula, names)
    entity = happenings.entity_of(process.kind, by)
    for one in diagram.elements(root).values():
        if one.tag in diagram.CALLS:
            known = entity is not None and doing.verb(entity, one.command)
            found.append(None if known else diagram.DIAGRAM_CALL("xml", name=one.name, command=one.command))
            for formula in limits.assignments(one.values).values():
                found += _wrong(formula, names)
    refusals.check(found)
    engine.begin(process.xml, {})


def _wrong(formula: str, names: Any) -> list[Refusal]:
    try:
        expressions.check(formula, names, field="xml")
    except Refused as refused:
        return list(refused.reasons)
    return []


def _oneself(by: Actor) -> User:
    person = User.objects.filter(pk=by.user_id or 0).first()
    if person is None:
        raise Refused(PROCESS_OWNER_ONLY())
    return person
