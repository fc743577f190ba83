"""The versions of print templates beside their own screen."""

from __future__ import annotations

from onmaru.office.papers import models
from onmaru.workbench.entity import Entity

print_templates = Entity(
    models.PaperTemplate,
    icon="printer",
    place=62,
    list="document company revision made_by made_at",
    detail=["document company revision made_by made_at options"],
    made_by="",
    search="document made_by",
    filters="document company",
    order="-made_at",
)
