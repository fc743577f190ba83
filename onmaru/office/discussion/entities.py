"""Comments, files and activities of all records, for those who look for them; each is seen with its record."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onmaru.kernel.models import StoredFile
from onmaru.office.discussion.models import Activity, Comment
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
        section(_("Belongs to"), "subject_kind subject_id"),
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

comments = Entity(
    Comment,
    icon="message",
    area="settings",
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
    area="settings",
    place=71,
    list="name media_type",
    search="name",
    filters="name",
    actions="",
    made_by="",
)
