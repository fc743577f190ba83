"""Processes, what is under way by them, and the steps: lists like any other."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onmaru.office.processes import models
from onmaru.office.processes.queries import seen
from onmaru.workbench.entity import Column, Entity, by
from onmaru.workbench.fields import Asked

processes = Entity(
    models.Process,
    icon="sitemap",
    place=45,
    list="name kind state owner",
    form=["name kind"],
    search="name",
    filters="state kind owner",
    actions="release retire take_over",
    exchange="",
    related=[("process-instances", "process")],
    order="name",
)

process_instances = Entity(
    models.Instance,
    icon="route",
    place=46,
    list="process of_version.number about state trouble created_at ended_at started_by",
    detail=["process of_version.number about state", "trouble created_at ended_at started_by"],
    columns={"of_version.number": Column(_("Version"), summed=False)},
    search="about",
    filters="state process created_at",
    actions="retry skip cancel",
    board=by("state"),
    order="-id",
)

process_steps = Entity(
    models.Step,
    icon="checklist",
    place=47,
    list="name instance kind role state entered_at left_at answer done_by",
    detail=["name instance kind role state", "entered_at left_at answer note done_by"],
    columns={"role": Column(choices=Asked(seen.roles_in_words))},
    search="name",
    filters="state kind role instance entered_at",
    actions="finish",
    board=by("state"),
    order="-id",
)
