"""Writing a mail on a record: the form, begun from a template or as an answer, and what it says."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, override

from onmaru.kernel import files, work
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import StoredFile
from onmaru.kernel.refusals import Refused
from onmaru.office.discussion.queries import reach
from onmaru.office.discussion.views import talk
from onmaru.office.letters.rules import addressing
from onmaru.office.mail.commands import mails
from onmaru.office.mail.models import Audience, Mail, Template
from onmaru.office.mail.queries import known, wording
from onmaru.workbench import calls, registry
from onmaru.workbench.views.page import page, show

LANGUAGES = {"ko": "한국어", "en": "English"}
KEPT = ("to", "cc", "title", "text")


@page
def compose(request: HttpRequest, by: Actor, kind: str, pk: int) -> HttpResponse:
    """The form; posted, the mail. A template chosen in it begins the words anew and leaves the rest."""
    record = reach.record(kind, pk, by)
    if request.method == "POST":
        key = request.POST.get("key", "")[:60] or None
        return talk.done(
            request,
            by,
            record,
            lambda: calls.do(mails.write, by, _said(request, by, record), key=key),
        )
    return show(request, by, "mail/part/compose.html", _form(request, by, record))


def _form(request: HttpRequest, by: Actor, record: Any) -> dict[str, Any]:
    asked = request.GET
    language = asked.get("language", getattr(record, "language", "") or get_language() or "ko")[:2]
    language = language if language in LANGUAGES else "ko"
    answered = _answered(by, record, asked.get("answers", ""))
    said = {"to": known.address_for(record), "cc": "", "title": str(record), "text": ""}
    said |= _answer(answered) if answered is not None else {}
    said |= {name: asked[name] for name in KEPT if asked.get(name)}
    template = Template.objects.filter(pk=_number(asked.get("template", ""))).first()
    if template is not None:
        said["title"], said["text"] = wording.filled(template, record, by, language)
    return {
        "said": said,
        "record": record,
        "address": f"/talk/{work.kind_of(record)}/{record.pk}/mail",
        "accounts": known.accounts(by),
        "templates": wording.templates(work.kind_of(record)),
        "template": template,
        "language": language,
        "languages": LANGUAGES.items(),
        "answers": answered,
        "audiences": Audience.choices,
        "papers": _papers(record),
        "files": files.of(record),
        "key": uuid4(),
    }


def _number(typed: str) -> int:
    return int(typed) if typed.isdigit() and len(typed) < 19 else 0


def _answered(by: Actor, record: Any, key: str) -> Mail | None:
    return registry.rows_for(Mail, by).filter(pk=_number(key), subject_id=record.pk).first()


def _answer(mail: Mail) -> dict[str, str]:
    title = mail.title if mail.title.lower().startswith("re:") else f"Re: {mail.title}"
    quoted = "\n".join(f"> {line}" for line in mail.text.splitlines())
    to = mail.sender if mail.state == Mail.State.RECEIVED else ", ".join(mail.to)
    return {"to": to, "cc": ", ".join(mail.cc), "title": title, "text": f"\n\n{mail.sender}:\n{quoted}"}


def _papers(record: Any) -> Any:
    return getattr(registry.of_model(record), "printed", ())


def _said(request: HttpRequest, by: Actor, record: Any) -> dict[str, Any]:
    said = request.POST
    found: dict[str, Any] = {name: said.get(name, "") for name in KEPT}
    found |= {"subject_kind": work.kind_of(record), "subject_id": record.pk}
    found["account"] = known.accounts(by).filter(pk=_number(said.get("account", ""))).first()
    if found["account"] is None:
        raise Refused(addressing.ACCOUNT_NOT_YOURS("account"))
    found["audience"] = (
        Audience(said["audience"]) if said.get("audience") in Audience.values else Audience.ALL
    )
    found["track"] = "track" in said
    found["answers"] = _answered(by, record, said.get("answers", ""))
    found["attached"] = [*_printed(said, record), *_own(said, record), *_chosen(request)]
    return found


def _printed(said: Any, record: Any) -> list[tuple[str, bytes]]:
    """The papers that were ticked, printed now: what the mail carries does not change while it waits."""
    language = said.get("language") if said.get("language") in LANGUAGES else "ko"
    found = []
    with override(language):
        for one in _papers(record):
            if one.name in said.getlist("paper"):
                found.append((f"{one.label} {record}.pdf", one.render(record, language)))
    return found


def _own(said: Any, record: Any) -> list[tuple[str, bytes]]:
    keys = [_number(one) for one in said.getlist("own")]
    rows = StoredFile.objects.filter(subject_kind=work.kind_of(record), subject_id=record.pk, pk__in=keys)
    return [(one.name, bytes(one.content)) for one in rows.order_by("id")]


def _chosen(request: HttpRequest) -> list[tuple[str, bytes]]:
    """What comes from the writer's machine; more than a mail carries is not read into memory, and refused."""
    found = request.FILES.getlist("file")
    small = sum(one.size or 0 for one in found) <= files.LARGEST
    return [(one.name or "file", one.read() if small else bytes(files.LARGEST + 1)) for one in found]
