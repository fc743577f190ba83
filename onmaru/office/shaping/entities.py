"""What an administrator sees of the shape beside its own screen."""

from __future__ import annotations

from onmaru.kernel import kinds
from onmaru.office.shaping import models
from onmaru.workbench.entity import Column, Entity
from onmaru.workbench.fields import Asked

KINDS = Asked(kinds.named)

custom_fields = Entity(
    models.CustomField,
    icon="forms",
    place=60,
    list="kind label_ko label_en name type required listed searched privacy is_active",
    form=[
        "kind name type label_ko label_en choices target digits formula required default listed searched privacy"
    ],
    columns={"kind": Column(choices=KINDS), "target": Column(choices=KINDS)},
    filters="type privacy is_active",
    search="name label_ko label_en kind",
    order="kind",
    key="kind name",
)

layouts = Entity(
    models.Layout,
    icon="layout",
    place=61,
    list="entity company revision made_by made_at",
    detail=["entity company revision made_by made_at"],
    made_by="",
    search="entity made_by",
    filters="entity company",
    order="-made_at",
)
