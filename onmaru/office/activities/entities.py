"""The activities of all records: a list, a board, a calendar; each is seen with its record."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onmaru.office.activities.models import Activity
from onmaru.workbench.entity import Entity, by, section

activities = Entity(
    Activity,
    icon="checklist",
    place=10,
    list="due_on title kind about person state repeats",
    form=[
        "title kind person due_on starts_at minutes",
        section(_("Again, and reminders"), "repeats repeats_until remind"),
        "note",
    ],
    detail=[
        "title kind about person due_on starts_at minutes repeats repeats_until remind",
        "note state outcome done_at done_by",
    ],
    search="title about",
    filters="state person kind due_on repeats",
    actions="finish drop reopen",
    board=by("state"),
    calendar="due_on",
    order="due_on",
    exchange="uid title kind person.username due_on starts_at minutes repeats repeats_until remind note",
    key="uid",
)
