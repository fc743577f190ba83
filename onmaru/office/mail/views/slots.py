"""What the room puts into the pages of others: writing a mail on a record, and the way to unlinked mail."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from onmaru.kernel import permissions
from onmaru.office.counts import queries as counts
from onmaru.office.mail.commands import mails
from onmaru.office.mail.models import Template
from onmaru.office.mail.queries import entries, wording
from onmaru.workbench import ports
from onmaru.workbench.ports import Context

NOTHING = SafeString("")


def register() -> None:
    """Called once when the house starts."""
    counts.counted["to_link"] = entries.to_link
    ports.slots["talk.write"].append(writing)
    ports.slots["menu.above"].append(menu)
    ports.slots["record.below"].append(seen)


def writing(context: Context) -> SafeString:
    """Writing a mail, for those who may; what hangs on a record bears none itself."""
    if type(context["record"]) in permissions.hanging or not context["by"].may(mails.write.permission):
        return NOTHING
    return render_to_string("mail/part/writing.html", {"talk": context["talk"]}, context["request"])


def seen(context: Context) -> SafeString:
    """How a template reads over the newest record of its kind, in both languages."""
    record, by = context["detail"].record, context["by"]
    if not isinstance(record, Template):
        return NOTHING
    words = [one for code in ("ko", "en") if (one := wording.preview(record, by, code))]
    return render_to_string("mail/part/seen.html", {"words": dict.fromkeys(words)}) if words else NOTHING


def menu(context: Context) -> SafeString:
    """The way to the mails that stand on no record, while there are any."""
    by, request = context["by"], context["request"]
    count = counts.of(request, by)["to_link"] if by.may(mails.link.permission) else 0
    return render_to_string("mail/part/menu.html", {"count": count}, request) if count else NOTHING
