"""Processes, instances and steps to try the entities with."""

from __future__ import annotations

from dataclasses import replace

from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.masters.party.commands import parties
from onmaru.office.processes.commands import drawing, instances, moving
from onmaru.office.processes.models import Instance, Process, Step
from onmaru.office.processes.tests.conftest import CHECKED


def process(by: Actor, place: int) -> Process:
    person = User.objects.get_or_create(
        username=f"drawer{place}", defaults={"full_name": f"공정 담당 {place}"}
    )[0]
    User.objects.filter(pk=person.pk).update(is_superuser=True)
    somebody = replace(by, user_id=person.pk, name=person.display_name)
    made = drawing.create(by=somebody, name=f"거래처 심사 {place}", kind="party.party")
    return drawing.release(drawing.draw(made, by=somebody, xml=CHECKED), by=somebody)


def instance(by: Actor, place: int) -> Instance:
    party = parties.create(by=by, name=f"심사 거래처 {place}", confirm_duplicate=True)
    found = instances.start(by=by, process=process(by, place), subject_id=party.pk)
    moving.move(found.pk)
    return found


def step(by: Actor, place: int) -> Step:
    return instance(by, place).steps.get()
