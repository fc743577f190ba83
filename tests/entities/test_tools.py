"""Whatever a person may do by a command a program may do too, by the API and as an agent's tool."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
from django.urls import get_resolver

from onmaru.kernel import commands, identity
from onmaru.office.agents.views import tools
from onmaru.office.rest.views import asking, document, operations
from onmaru.workbench import registry

READ = {
    "": "ask_day",
    "search": "ask_search",
    "palette": "ask_search",
    "<slug:name>/": "list_orders",
    "<slug:name>/choices": "list_orders",
    "<slug:name>/<int:pk>/": "get_orders",
    "<slug:name>/<int:pk>/files/<int:file_pk>": "ask_file",
    "<slug:name>/<int:pk>/print/<slug:document>.pdf": "ask_document",
    "<slug:name>/<int:pk>/sheet.pdf": "get_orders",
    "<slug:name>/export.csv": "ask_sheet",
    "<slug:name>/export.xlsx": "ask_sheet",
    "<slug:name>/export.pdf": "ask_sheet",
    "<slug:name>/export-personal": "reveal",
    "reveal/<str:kind>/<int:pk>/<slug:field>": "reveal",
    "reports/<slug:name>/": "report_trial_balance",
    "reports/<slug:name>/export.csv": "report_trial_balance",
    "reports/<slug:name>/export.xlsx": "report_trial_balance",
    "reports/<slug:name>/export.pdf": "report_trial_balance",
    "pivot/<slug:name>/sheet.xlsx": "ask_pivot",
    "faces/<slug:name>/<int:pk>/flow": "ask_flow",
    "faces/<slug:name>/groups": "ask_pivot",
    "views/": "ask_views",
    "talk/<str:kind>/<int:pk>/": "ask_timeline",
    "talk/people/choices": "list_users",
    "talk/files/<int:pk>": "ask_file",
    "talk/files/<int:pk>/download": "ask_file",
    "mail/": "list_mails",
    "mail/<int:pk>/html": "get_mails",
    "day/": "ask_day",
    "calendar/<str:secret>.ics": "ask_calendar",
    "parties/cards.vcf": "ask_contacts",
    "parties/<int:key>/card.vcf": "ask_contacts",
    "inbox/": "ask_notices",
    "inbox/bell": "ask_notices",
    "inbox/unread": "ask_notices",
    "inbox/<int:pk>/said": "ask_notices",
    "live": "ask_notices",
    "approval/inbox/": "ask_inbox",
    "dashboard/home": "ask_dashboard",
    "dashboard/<int:key>/": "ask_dashboard",
    "dashboard/<int:key>/sheet.<slug:form>": "ask_dashboard",
    "rules/words": "ask_words",
    "rules/<int:pk>/trial": "ask_trial",
    "processes/<int:pk>/draw": "ask_places",
    "processes/<int:pk>/simulation": "ask_simulation",
    "runs/<int:pk>/": "get_runs",
}
"""The tool that answers what a page shows; of those of any list or report one stands for all."""

ACTS = {
    *("approvals/new", "proposals/new", "proposals/new/<int:form_pk>", "proposals/<int:pk>/edit"),
    *("approval/inbox/many", "approval/inbox/<int:pk>/<slug:verb>"),
    *("approval/draft/<slug:name>/<int:pk>", "talk/<str:kind>/<int:pk>/mail", "mail/<int:pk>/link"),
    *("processes/start/<str:kind>/<int:pk>", "talk/<str:kind>/<int:pk>/plan", "day/calendar"),
    *("talk/activities/<int:pk>/<slug:verb>", "talk/<str:kind>/<int:pk>/say"),
    *("talk/<str:kind>/<int:pk>/follow", "talk/<str:kind>/<int:pk>/pin/<slug:source>/<int:entry>"),
    *("talk/comments/<int:pk>/<slug:verb>", "inbox/<int:pk>/open", "inbox/<int:pk>/snooze", "inbox/read"),
    *("inbox/wishes", "inbox/devices", "parties/cards", "dashboard/card", "dashboard/card/of"),
    *("dashboard/card/<int:pk>/off", "dashboard/<int:key>/arrange", "roles/<int:pk>/permissions"),
    *("papers/", "papers/preview", "runs/<int:pk>/plan", "runs/<int:pk>/cell", "runs/<int:pk>/replace"),
    *("runs/<int:pk>/do/<slug:verb>", "<slug:name>/import", "<slug:name>/bulk", "undo/<int:row>"),
    *("shaping/", "shaping/bring", "shaping/files/<int:pk>", "shaping/<slug:name>/"),
    *(
        "shaping/<slug:name>/fields",
        "day/subscriptions",
        "views/<int:pk>/<slug:verb>",
        "pasting/<slug:name>/new",
    ),
    *(
        "pasting/<slug:name>/<int:pk>/edit",
        "language",
        "look",
        "<slug:name>/new",
        "<slug:name>/<int:pk>/edit",
    ),
    *("<slug:name>/<int:pk>/do/<slug:verb>", "<slug:name>/<int:pk>/files"),
}
"""What people do by a page is a command, which is a tool of its own."""

NEITHER = {
    "rules/filter": "the filter row of a rule's form: the words of a list, which its document names",
    "record-rules/names": "what a record rule's form offers of the fields that the list and its document name",
    "mcp": "the door of the agents",
    "worker.js": "a script",
    "keys": "how the keyboard is used",
    "mail/seen/<str:track>.gif": "a picture in a mail that went out",
    "papers/seen.png": "a paper as a picture, beside what is said of it",
    "runs/<int:pk>/paper.pdf": "the paper of a run that a page began",
    "runs/<int:pk>/refused": "the rows of a file that a page brought in",
    "approval/paper/<int:pk>": "a signed paper that tells personal data: a person takes it out, for a reason",
    "shaping/file": "the shape of a whole house, for another house",
    "shaping/<slug:name>/export.zip": "a list with all its files, for an import",
    "shaping/file/<str:kind>/<int:pk>/<slug:name>": "a file in a field, below get_… as its address",
}


def _addresses(resolver: Any, before: str = "") -> Iterator[str]:
    for one in resolver.url_patterns:
        route = f"{before}{one.pattern}"
        yield from _addresses(one, route) if hasattr(one, "url_patterns") else [route]


def test_every_page_that_people_read_has_its_tool() -> None:
    offered = tools.every(identity.system("robot")).keys()
    own = {one for one in _addresses(get_resolver()) if not one.startswith(("api/", "account/"))}

    assert own - READ.keys() - ACTS - NEITHER.keys() == set()
    assert {*READ, *ACTS, *NEITHER} - own == set()
    assert set(READ.values()) - offered == set()


def test_every_command_is_a_tool_and_an_operation_or_the_houses_own(db: None) -> None:
    offered = tools.every(identity.system("robot"))
    paths = document.of(registry.every())["paths"]
    called = set()
    for entity in registry.every():
        for command in filter(None, (entity.create, entity.edit, *asking.aside(entity), *entity.verbs)):
            address = f"/api/{entity.name}{operations.address(entity, command)}"
            method = "PATCH" if command is entity.edit else "POST"
            assert any((one.path, one.method) == (address, method) for one in offered.values()), address
            assert method.lower() in paths[address.replace("{id}", "{record_id}")], address
            called.add(command.name)
    names = [told["operationId"] for path in paths.values() for told in path.values()]
    inner = {one.name for one in commands.registry.values() if one.inner}

    # A deletion is declared by whoever asks for it first, and people's only where their list says so.
    deletions = {name for name in commands.registry if name.endswith(".delete")}
    assert commands.registry.keys() - called - inner - deletions == set()
    assert called & inner == set()
    assert [name for name, times in Counter(names).items() if times > 1] == []


def test_every_tool_says_what_it_takes_in_a_schema_that_holds(db: None) -> None:
    for one in tools.every(identity.system("robot")).values():
        told = one.as_dict()
        jsonschema_rs.meta.validate(told["inputSchema"])
        assert told["description"]
        assert all(said != {} for said in told["inputSchema"]["properties"].values()), one.name
