"""The views of everyone, for those who look after them."""

from __future__ import annotations

from onmaru.office.savedviews import models
from onmaru.workbench.entity import Entity

saved_views = Entity(
    models.SavedView,
    icon="bookmark",
    place=60,
    list="name entity owner audience role",
    detail=["name query entity owner audience role"],
    search="name entity",
    actions="share delete",
    made_by="",
    edited_by="",
)
