"""What this room puts into the pages of others: choosing many rows of a list, and the undo beside what was said."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from onmaru.office.batches.commands import reversal
from onmaru.office.batches.views import bulk, undo
from onmaru.workbench import ports


def register() -> None:
    """Called once when the house starts."""
    ports.slots["list.tools"].append(choosing)
    ports.slots["notice.tools"].append(taking_back)
    ports.edited.append(reversal.keep_lines)


def choosing(context: ports.Context) -> SafeString:
    """The bar that comes when rows are chosen; nothing where nothing may be done to many."""
    shown, by, request = context["entity"], context["by"], context["request"]
    verbs = [(one.__name__, one.label, one.danger) for one in bulk.verbs(shown, by)]
    edits = bool(bulk.editable(shown, by))
    if not verbs and not edits:
        return SafeString("")
    return _drawn("choosing", {"entity": shown, "verbs": verbs, "edits": edits}, request)


def taking_back(context: ports.Context) -> SafeString:
    """The button beside "saved" or "deleted", when the last thing this person did has a way back."""
    row = undo.last(context["by"])
    return _drawn("undo", {"row": row.pk}, context["request"]) if row else SafeString("")


def _drawn(name: str, context: dict[str, Any], request: Any) -> SafeString:
    return SafeString(render_to_string(f"batches/part/{name}.html", context, request))
