"""The stamp boxes (결재란) of a document: who signs in which order, and what they set there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from onmaru.kernel import calendars
from onmaru.office.approval.models import Approval, Step
from onmaru.office.signatories.models import SIGNING, Role

State = Step.State


@dataclass(frozen=True)
class Box:
    """``heading`` is the role or title, ``mark`` what stands below the name (전결, 대결), ``tone`` how it looks."""

    heading: str
    name: str
    mark: str
    day: str
    tone: str
    opinion: str = ""


@dataclass(frozen=True)
class Group:
    """People who are only told."""

    label: str
    names: Sequence[str]


def steps(approval: Approval) -> list[Step]:
    """The steps with their people, asked once a document."""
    known = getattr(approval, "_steps", None)
    if known is None:
        found = approval.steps.select_related("person", "signer").order_by("ordinal")
        known = approval._steps = list(found)  # type: ignore[attr-defined]
    return known


def boxes(approval: Approval) -> list[Box]:
    """The drafter first, then who signs."""
    drafted = f"{calendars.day_of(approval.drafted_at, approval):%m/%d}"
    first = Box(pgettext("stamp", "Drafts"), approval.drafter.display_name, "", drafted, "done")
    return [first, *(_box(one) for one in steps(approval) if one.role in SIGNING)]


def _box(step: Step) -> Box:
    heading = f"{_HEADINGS[Role(step.role)]()} {step.title}".strip()
    other = step.signer is not None and step.signer_id != step.person_id
    name = step.signer.display_name if other and step.signer else step.person.display_name
    day = f"{calendars.day_of(step.signed_at, step.approval):%m/%d}" if step.signed_at else ""
    return Box(
        heading, name, _mark(step, other=other), day, _TONES.get(State(step.state), "wait"), step.opinion
    )


def _mark(step: Step, *, other: bool) -> str:
    marks = [
        pgettext("stamp", "Final by delegation") if step.is_final else "",
        pgettext("stamp", "For {person}").format(person=step.person.display_name) if other else "",
        pgettext("stamp", "Afterwards") if step.signs_after else "",
        _against(step) if step.state == State.OBJECTED else "",
        _("Delegated") if step.state == State.COVERED else "",
    ]
    return " · ".join(mark for mark in marks if mark)


def _against(step: Step) -> str:
    """Who reviews or decides sends back; who consents, or signs afterwards, objects."""
    objects = step.role == Role.CONSENT or step.signs_after
    return _("Objected") if objects else pgettext("stamp", "Sent back")


_HEADINGS = {
    Role.REVIEW: lambda: pgettext("stamp", "Reviews"),
    Role.CONSENT: lambda: pgettext("stamp", "Consents"),
    Role.DECIDE: lambda: pgettext("stamp", "Decides"),
}
_TONES = {
    State.AGREED: "done",
    State.OBJECTED: "bad",
    State.OPEN: "now",
    State.COVERED: "void",
    State.DROPPED: "void",
}


def told(approval: Approval) -> list[Group]:
    """Who is copied in and who receives it; a tick stands behind who has read it."""
    labels = {Role.COPY: pgettext("stamp", "Copied in"), Role.RECEIVE: pgettext("stamp", "Receives")}
    found = []
    for role, label in labels.items():
        people = [one for one in steps(approval) if one.role == role]
        names = [f"{one.person}{' ✓' if one.state == State.READ else ''}" for one in people]
        found += [Group(label, names)] if names else []
    return found
