"""What this room puts into the pages of others: choosing many rows of a list."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from onmaru.office.batches.views import bulk
from onmaru.workbench import ports


def register() -> None:
    """Called once when the house starts."""
    ports.slots["list.tools"].append(choosing)


def choosing(context: ports.Context) -> SafeString:
    """The bar that comes when rows are chosen; nothing where nothing may be done to many."""
    shown, by, request = context["entity"], context["by"], context["request"]
    verbs = [(one.__name__, one.label, one.danger) for one in bulk.verbs(shown, by)]
    edits = bool(bulk.editable(shown, by))
    if not verbs and not edits:
        return SafeString("")
    told = {"entity": shown, "verbs": verbs, "edits": edits}
    return SafeString(render_to_string("batches/part/choosing.html", told, request))
