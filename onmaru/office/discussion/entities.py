"""Comments and files of all records, for those who look for them; each is seen with its record."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onmaru.kernel.models import StoredFile
from onmaru.office.discussion.models import Comment
from onmaru.workbench.entity import Entity

comments = Entity(
    Comment,
    icon="notebook",
    place=70,
    list="created_at author_name text about",
    form=["subject_kind subject_id text"],
    detail=["text about author_name created_at edited_at"],
    search="text",
    filters="author created_at",
    made_by="write",
    edited_by="",
    actions="edit delete",
)

files = Entity(
    StoredFile,
    label=_("Files"),
    one=_("File"),
    icon="files",
    place=71,
    list="name media_type",
    search="name",
    filters="name",
    actions="",
    made_by="",
)
