"""What people see of runs and of the trash."""

from __future__ import annotations

from onmaru.kernel.models import Trash
from onmaru.office.batches.models import Run
from onmaru.workbench.entity import Entity

runs = Entity(
    Run,
    icon="stack-2",
    place=80,
    list="title kind state total done refused by_name started_at finished_at",
    search="title by_name",
    filters="kind state by started_at",
)

trash = Entity(
    Trash,
    icon="trash",
    place=81,
    list="title deleted_by deleted_at kept_until",
    search="title deleted_by",
    filters="deleted_at kept_until",
)
