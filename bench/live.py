"""A word reaches 300 open pages at once, and a record of 10,000 entries opens like one of ten."""

import select
import socket
import statistics
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from typing import Any

from bench.frame import Report, progress, timed

PAGES = 300
ROUNDS = 20
LIMIT_MS = 200
FEW, MANY = 10, 10_000
LIMIT_RATIO = 2.0
OPENED = 15
DAY = date(2026, 11, 27)


def main() -> Report:
    """Tell and open, on one server process."""
    report = Report("live")
    with served() as address:
        _tell(report, address)
    _open(report)
    return report


@contextmanager
def served() -> Iterator[str]:
    """The address of one web process as `up` starts it."""
    from onmaru.app import processes

    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port = probe.getsockname()[1]
    child = processes.start("serve", "127.0.0.1", str(port), "1")
    try:
        deadline = time.monotonic() + 60
        while not _answers(port) and time.monotonic() < deadline:
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        processes.stop([child])


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def _tell(report: Report, address: str) -> None:
    """Three hundred people are told something, each of whom has a page open; from the commit to the last of them."""
    from django.db import transaction

    from onmaru.kernel import identity
    from onmaru.office.notices import commands, ports

    ports.declare("bench", "bench", mail=False, push=False)
    by, people = identity.system("bench"), _people()
    progress(f"{PAGES} pages open")
    pages = _pages(address, people)
    taken: list[float] = []
    for turn in range(ROUNDS):
        progress(f"round {turn + 1}")
        with transaction.atomic():
            commands.notices.tell(people, "bench", None, f"round {turn}", by=by)
            started = time.perf_counter()
        taken += _arrivals(pages, started)
    with timed() as span:
        commands.notices.tell(people[:1], "bench", None, "alone", by=by)
        pages[0].until("notices")
    for one in pages:
        one.close()
    taken.sort()
    report.figures["one notice, from telling to its page (ms)"] = round(span.seconds * 1000, 1)
    report.figures |= {"open pages": PAGES, "median (ms)": round(statistics.median(taken), 1)}
    report.figures["slowest (ms)"] = round(taken[-1], 1)
    report.at_most("p95 of delivery to all pages, ms", round(taken[int(len(taken) * 0.95)], 1), LIMIT_MS)


def _people() -> list[Any]:
    from onmaru.kernel.models import User

    return [User.objects.create_user(f"bench{place}") for place in range(PAGES)]


def _pages(address: str, people: list[Any]) -> list[Any]:
    from django.conf import settings
    from django.test import Client

    from tests.serving import Page

    pages = []
    for person in people:
        browser = Client()
        browser.force_login(person)
        pages.append(Page(address, browser.cookies[settings.SESSION_COOKIE_NAME].value))
        pages[-1].until("hello")
    # The process listens from its first page on, and says so.
    pages[0].until("again")
    return pages


def _arrivals(pages: list[Any], started: float) -> list[float]:
    """When each page heard it, in milliseconds."""
    taken = []
    waiting = {one.line.sock: one for one in pages}
    while waiting:
        for sock in select.select(list(waiting), [], [], 30)[0]:
            taken.append((time.perf_counter() - started) * 1000)
            waiting.pop(sock).until("notices")
    return taken


def _open(report: Report) -> None:
    """The page of a record, median of fifteen, with few entries and with many."""
    from django.test import Client

    from onmaru.kernel.models import User

    browser = Client()
    browser.force_login(User.objects.create_superuser("opener"))
    records = [_record(count) for count in (FEW, MANY)]
    _vacuum()
    few, many = [_median(browser, record) for record in records]
    report.figures |= {f"page with {FEW} entries (ms)": few, f"page with {MANY:,} entries (ms)": many}
    report.at_most(f"{MANY:,} entries against {FEW}, times", round(many / few, 2), LIMIT_RATIO)


def _record(entries: int) -> Any:
    """A customer with comments, files, activities and changes, a quarter of each."""
    from onmaru.kernel import files, identity
    from onmaru.kernel.models import AuditRow, StoredFile, User
    from onmaru.masters.party.commands import parties
    from onmaru.office.activities.commands import activities
    from onmaru.office.activities.models import Activity
    from onmaru.office.discussion.commands import comments
    from onmaru.office.discussion.models import Comment

    progress(f"{entries:,} entries")
    by, each = identity.system("bench"), entries // 4
    party = parties.create(by=by, name=f"손님 {entries}", confirm_duplicate=True)
    said: dict[str, Any] = {"subject_kind": "party.party", "subject_id": party.pk, "by": by}
    comment = comments.write(text="한 마디", **said)
    file = files.attach(record=party, name="a.txt", content=b"x", by=by)
    whose = User.objects.order_by("id").first()
    activity = activities.create(title="전화", person=whose, today=DAY, **said)
    activities.finish(activity, by=by, today=DAY)
    changed = AuditRow.objects.filter(subject_kind="party.party", subject_id=party.pk).latest("id")
    for model, one, fresh in (
        (Comment, comment, {}),
        (StoredFile, file, {"name": "'a' || i || '.txt'"}),
        (
            Activity,
            activity,
            {"uid": "'u' || i || '-' || id", "done_at": "done_at + i * interval '1 second'"},
        ),
        (AuditRow, changed, {}),
    ):
        _multiply(model, one.pk, each - 1, fresh)
    return party


def _multiply(model: Any, key: int, count: int, fresh: dict[str, str]) -> None:
    from django.db import connection

    columns = [field.column for field in model._meta.concrete_fields if not field.primary_key]
    values = ", ".join(fresh.get(name, f'"{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {values} FROM {table}, generate_series(1, %s) i WHERE id = %s",
            [count, key],
        )


def _vacuum() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _median(browser: Any, record: Any) -> float:
    taken = []
    for _turn in range(OPENED):
        with timed() as span:
            answer = browser.get(f"/parties/{record.pk}/")
        assert answer.status_code == 200
        taken.append(span.seconds * 1000)
    return round(statistics.median(taken), 1)
