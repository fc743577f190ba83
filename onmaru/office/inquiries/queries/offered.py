"""All inquiries of the office, with what each asks."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import permissions
from onmaru.office.automation.models import Rule
from onmaru.office.inquiries import ports
from onmaru.office.inquiries.ports import Inquiry
from onmaru.office.inquiries.queries import about, days, finding
from onmaru.office.processes.models import Process
from onmaru.workbench.fields import Field, Text

LIST = Field("entity", _("The list, as ask_lists names it"), max_length=60)
WHERE = Field(
    "where", _("Filters as the list takes them: state=draft&total__gte=1000"), required=False, max_length=2000
)
KIND = Field("kind", _("The kind of record, as ask_lists names it"), max_length=100)
ID = Field("id", _("The id of the record"), "integer", limits=(1, 2**63 - 1))
BACK = Field("days", _("How many days back"), "integer", required=False, limits=(1, 366))
FORMS = tuple((one, one) for one in finding.TYPES)
SOURCES = tuple((one, one) for one in ("comments", "files", "changes", "system", "mails", "activities"))


def _words(name: str, label: Text) -> Field:
    return Field(name, label, required=False, many=True, max_length=60)


INQUIRIES: Sequence[Inquiry] = (
    Inquiry("me", _("Who I am"), _("Who asks, what they may do, their companies, the day there"), days.me),
    Inquiry("lists", _("Lists"), _("The lists there are, with the kind of record of each"), finding.lists),
    Inquiry(
        "search",
        _("Search"),
        _("Records of every kind by a text: names, numbers, initial consonants"),
        finding.search,
        (Field("q", _("What to look for"), max_length=100),),
    ),
    Inquiry(
        "pivot",
        _("Pivot"),
        _("Records of a list put together, with sums, counts and averages; unsaid, as the list declares it"),
        finding.pivot,
        (
            LIST,
            WHERE,
            _words("down", _("Columns to put together by, dates by a part: ordered_on.month")),
            _words("across", _("Columns that stand across")),
            _words("measure", _("count, or a column, or one of it: total.average")),
        ),
    ),
    Inquiry(
        "views",
        _("Saved views"),
        _("The saved views of one list or all, with what each asks"),
        finding.saved,
        (Field("entity", _("The list, as ask_lists names it"), required=False, max_length=60),),
    ),
    Inquiry("view", _("Saved view"), _("The first records of a saved view"), finding.view, (ID,)),
    Inquiry(
        "file",
        _("File"),
        _("The bytes of a file that hangs on a record, in base64"),
        about.file,
        (ID,),
    ),
    Inquiry(
        "sheet",
        _("List as a file"),
        _("A list as CSV, Excel or PDF, as it is filtered"),
        finding.sheet,
        (LIST, WHERE, Field("form", _("As"), "choice", choices=FORMS)),
    ),
    Inquiry(
        "document",
        _("Document"),
        _("A printed document of a record as PDF; unsaid which, those that it has"),
        finding.document,
        (
            LIST,
            ID,
            Field("document", _("Document"), required=False, max_length=60),
            Field(
                "language",
                _("Language"),
                "choice",
                required=False,
                choices=(("ko", "한국어"), ("en", "English")),
            ),
        ),
    ),
    Inquiry(
        "timeline",
        _("Timeline"),
        _("What happened to a record, newest first: changes, comments, files, mails, what was done"),
        about.timeline,
        (
            KIND,
            ID,
            Field("show", _("Only one source"), "choice", required=False, choices=SOURCES),
            Field("place", _("“more” of the page before"), required=False, max_length=500),
        ),
    ),
    Inquiry(
        "flow", _("Document flow"), _("What a record came from and what came of it"), about.flow, (LIST, ID)
    ),
    Inquiry("day", _("My day"), _("What is to be done, what waits, where one left off"), days.day),
    Inquiry(
        "inbox", _("Approvals to sign"), _("The documents that wait for one's own signature"), days.inbox
    ),
    Inquiry(
        "notices",
        _("Notifications"),
        _("What one was told, newest first"),
        days.told,
        (Field("unread", _("Unread alone"), "boolean", required=False),),
    ),
    Inquiry(
        "dashboard",
        _("Dashboard"),
        _("What the cards of a dashboard tell; unsaid, of one's first page"),
        days.dashboard,
        (
            Field("id", _("The id of the record"), "integer", required=False, limits=(1, 2**63 - 1)),
            Field("period", _("Days, in words: this month, last year"), required=False, max_length=40),
        ),
    ),
    Inquiry("calendar", _("Calendar"), _("One's activities as a calendar file (iCalendar)"), days.calendar),
    Inquiry(
        "trial",
        _("Trial of a rule"),
        _("What a rule of one's own would have done in the last days"),
        about.trial,
        (ID, BACK),
        permissions.code(Rule, "view"),
    ),
    Inquiry(
        "words",
        _("Words of a rule"),
        _("What a rule on a kind of record may wait for and do"),
        about.words,
        (KIND,),
        permissions.code(Rule, "view"),
    ),
    Inquiry(
        "simulation",
        _("Simulation"),
        _("Where the records of the last days would have gone by a process of one's own"),
        about.simulation,
        (ID, BACK),
        permissions.code(Process, "view"),
    ),
    Inquiry(
        "places",
        _("Where instances stand"),
        _("Where the instances of a process stand, and how long on average"),
        about.places,
        (ID,),
        permissions.code(Process, "view"),
    ),
)


def register() -> None:
    """Called once when the house starts."""
    for one in INQUIRIES:
        ports.add(one)
