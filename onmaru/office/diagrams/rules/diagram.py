"""A BPMN 2.0 diagram read: only elements that this house knows, and never a script."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from lxml import etree

from onmaru.kernel import refusals
from onmaru.kernel.refusals import Refusal, Refused

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
OWN = "urn:onmaru:bpmn"
LONGEST = 2**20

DIAGRAM_UNREADABLE = refusals.reason("diagram_unreadable", _("The diagram cannot be read: {problem}"))
DIAGRAM_ELEMENT = refusals.reason(
    "diagram_element", _("“{name}” ({tag}) is no element that this house carries out.")
)
DIAGRAM_LOOP = refusals.reason(
    "diagram_loop", _("“{name}” is to be repeated or carries a script, which is not carried out here.")
)
DIAGRAM_NO_ROLE = refusals.reason(
    "diagram_no_role", _("“{name}” needs a role: its own, or a lane called so.")
)
DIAGRAM_CALL = refusals.reason(
    "diagram_call", _("“{name}” calls “{command}”, which cannot be done with these records.")
)

PEOPLE = frozenset({"userTask", "manualTask", "task"})
CALLS = frozenset({"serviceTask"})
WAITS = frozenset({"intermediateCatchEvent", "boundaryEvent", "receiveTask"})
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"})
FLOW = frozenset({"startEvent", "endEvent", "sequenceFlow", "subProcess"})
SIDE = frozenset(
    {"laneSet", "textAnnotation", "association", "documentation", "extensionElements", "incoming", "outgoing"}
)
KNOWN = PEOPLE | CALLS | WAITS | GATEWAYS | FLOW | SIDE
EVENTS = frozenset({"timerEventDefinition", "messageEventDefinition"})
LOOPS = frozenset(
    {"standardLoopCharacteristics", "multiInstanceLoopCharacteristics", "script", "ioSpecification"}
)


@dataclass(frozen=True)
class Element:
    """A task, event or gateway: what it is, its name, and what our own attributes say."""

    id: str
    tag: str
    name: str
    role: str = ""
    command: str = ""
    values: str = ""

    @property
    def is_said(self) -> bool:
        """Whether it is a place that people know by a name."""
        return self.tag not in GATEWAYS and self.name != self.id


def read(xml: str) -> Any:
    """The document. Raises Refused(diagram_unreadable): too long, no XML, with a DTD, or without one process."""
    if len(xml) > LONGEST:
        raise Refused(DIAGRAM_UNREADABLE("xml", problem="> 1 MB"))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_pis=True)
    try:
        root = etree.fromstring(xml.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise Refused(DIAGRAM_UNREADABLE("xml", problem=str(error)[:120])) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refused(DIAGRAM_UNREADABLE("xml", problem="DOCTYPE"))
    if len(root.findall(f"{{{BPMN}}}process")) != 1:
        raise Refused(DIAGRAM_UNREADABLE("xml", problem=_("it holds just one process")))
    return root


def elements(root: Any) -> dict[str, Element]:
    """The tasks, events and gateways by their id; who has no role of their own has that of their lane."""
    lanes = {
        (reference.text or "").strip(): lane.get("name", "")
        for lane in root.iter(f"{{{BPMN}}}lane")
        for reference in lane.findall(f"{{{BPMN}}}flowNodeRef")
    }
    found = {}
    for node in _process(root).iter(
        *(f"{{{BPMN}}}{tag}" for tag in PEOPLE | CALLS | WAITS | GATEWAYS | {"startEvent", "endEvent"})
    ):
        key = node.get("id", "")
        said = {name: node.get(f"{{{OWN}}}{name}", "") for name in ("role", "command", "values")}
        said["role"] = said["role"] or lanes.get(key, "")
        found[key] = Element(key, _tag(node), node.get("name", "") or key, **said)
    return found


def problems(root: Any) -> list[Refusal]:
    """Every element that is not carried out here, and every step of people without a role."""
    found = []
    for node in _process(root).iter():
        if not isinstance(node.tag, str) or not node.tag.startswith(f"{{{BPMN}}}"):
            continue
        tag, name = _tag(node), node.get("name") or node.get("id") or ""
        above = _tag(node.getparent())
        if tag in LOOPS:
            found.append(DIAGRAM_LOOP("xml", name=node.getparent().get("name") or above))
        elif above in ("process", "subProcess") and tag not in KNOWN:
            found.append(DIAGRAM_ELEMENT("xml", name=name, tag=tag))
        elif tag.endswith("EventDefinition") and (tag not in EVENTS or above not in WAITS):
            found.append(DIAGRAM_ELEMENT("xml", name=node.getparent().get("name") or above, tag=tag))
    roleless = [one for one in elements(root).values() if one.tag in PEOPLE and not one.role]
    return found + [DIAGRAM_NO_ROLE("xml", name=one.name) for one in roleless]


def formulas(root: Any) -> list[str]:
    """The conditions of the diagram's flows."""
    return [(one.text or "").strip() for one in root.iter(f"{{{BPMN}}}conditionExpression")]


def _process(root: Any) -> Any:
    return root.find(f"{{{BPMN}}}process")


def _tag(node: Any) -> str:
    return str(etree.QName(node).localname)
