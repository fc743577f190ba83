"""What the room puts into the pages of others."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from onmaru.kernel import calendars, personal
from onmaru.kernel.models import AccessLog, Role
from onmaru.office.access import queries, reports
from onmaru.office.access.commands import passwords
from onmaru.office.access.views import naming
from onmaru.workbench import ports
from onmaru.workbench.ports import Context

NOTHING = SafeString("")


def _drawn(name: str, **context: Any) -> SafeString:
    return render_to_string(f"access/part/{name}.html", context)


def list_tools(context: Context) -> SafeString:
    """The way out for a list with personal data."""
    entity, by = context["entity"], context["by"]
    may = context.get("may_export") and by.may(personal.permission(entity.model))
    return _drawn("export", entity=entity) if may and reports.personal_fields(entity) else NOTHING


def record_tools(context: Context) -> SafeString:
    """From a role to its permissions; from a person's record to who saw its data."""
    record, by = context["detail"].record, context["by"]
    if isinstance(record, Role):
        return _drawn("permissions", role=record)
    model: Any = type(record)
    seen = personal.has_any(model) and by.may(f"{AccessLog._meta.label_lower}.view")
    return _drawn("seen", record=record) if seen else NOTHING


def person_menu(context: Context) -> SafeString:
    """The sessions of the person who is signed in, and a word when their password is old."""
    user = context["request"].user
    return _drawn("person", is_old=passwords.is_old(user.password_set_at, on=calendars.today()))


def register() -> None:
    """Put them into the pages, and what a role was given and lost into its history."""
    ports.slots["list.tools"].append(list_tools)
    ports.slots["record.tools"].append(record_tools)
    ports.slots["person.menu"].append(person_menu)
    ports.slots["page.end"].append(naming.script)
    ports.differences["kernel.role", "permissions"] = queries.difference
