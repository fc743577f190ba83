"""What people see of forms and papers."""

from __future__ import annotations

from onmaru.office.forms import models
from onmaru.workbench.entity import Entity, lines

proposals = Entity(
    models.Paper,
    area="approval",
    icon="file-text",
    list="title form drafter amount written_on",
    form=["form title values"],
    detail=["form drafter company amount written_on"],
    search="title form.name",
    filters="form drafter written_on",
    order="-written_on",
    edited_by="",
    actions="edit delete",
    offered={"edit": lambda paper, by: False},  # the form itself asks what it asks: see views
)
forms = Entity(
    models.Form,
    area="approval",
    icon="forms",
    place=60,
    list="place code name name_en is_active",
    form=[
        "code name name_en place guidance",
        lines(
            models.FormField,
            "label_ko label_en type required in_rows is_amount name choices target formula",
            name="fields",
            optional="name",
        ),
    ],
    order="place",
)
