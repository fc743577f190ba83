"""What the room puts into the pages of others, and into the file of a house's shape."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.office.packages import ports as packages
from onmaru.office.papers import commands, queries, reports, rules
from onmaru.office.papers.models import PaperTemplate
from onmaru.workbench import ports


def register() -> None:
    """Take the room's places."""
    ports.slots["record.tools"].append(_record_tool)
    ports.slots["list.tools"].append(_list_tool)
    ports.printed.append(reports.printed)
    packages.parts["papers"] = packages.Part(queries.whole, bring)


def _record_tool(context: Mapping[str, Any]) -> SafeString:
    """Print for a record that has no paper of its own."""
    found = context["detail"]
    return SafeString("") if found.documents else render_to_string("papers/tool.html", {"detail": found})


def _list_tool(context: Mapping[str, Any]) -> SafeString:
    """From the versions of templates to the screen that makes them."""
    may = context["by"].may(commands.arrange.permission)
    shown = may and context["entity"].model is PaperTemplate
    return render_to_string("papers/setup_tool.html") if shown else SafeString("")


def bring(by: Actor, given: Mapping[str, Any]) -> PaperTemplate:
    """Set a paper up as a file says. Raises Refused; a company that is not there is not found."""
    options = given.get("options")
    company = packages.company(given, by) if given.get("company") else None
    try:
        pictures: dict[str, Any] = {
            name: base64.b64decode(str(given.get(name) or "")) for name in ("logo", "seal")
        }
    except (binascii.Error, ValueError) as error:
        raise Refused(rules.PICTURE_UNREADABLE("logo", limit=rules.LARGEST // 1024)) from error
    made: PaperTemplate = commands.arrange(
        by=by,
        document=str(given.get("document") or ""),
        company=company,
        options=options if isinstance(options, dict) else {},
        **pictures,
    )
    return made
