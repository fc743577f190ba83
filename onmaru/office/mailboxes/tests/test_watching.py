"""Mail within seconds, by a real IMAP server: through cut lines, second processes and servers that tell nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from onmaru.kernel import identity, jobs, sql
from onmaru.office.letters.tests.servers import Box
from onmaru.office.letters.tests.test_reading import korean
from onmaru.office.mail import commands
from onmaru.office.mail.models import Account, Mail
from onmaru.office.mailboxes import jobs as rounds
from onmaru.office.mailboxes.commands import reading, watching

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("soon"),
]

SYSTEM = identity.system("x")
MIDST = ["UID SEARCH", "UID FETCH", "EXAMINE", "IDLE"]


@contextmanager
def watching_on(name: str = "watch") -> Iterator[None]:
    """A worker's thread that waits at the mailboxes."""
    stop = threading.Event()
    thread = threading.Thread(target=jobs.stay, args=(name, watching.watch, stop))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(15)
        assert not thread.is_alive()


def until(true: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 15
    while not true():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.02)


def letter(number: int) -> bytes:
    return korean().replace(b"one@hanbit", b"%d@hanbit" % number)


def received() -> int:
    return Mail.objects.filter(state="received").count()


def logins(box: Box) -> int:
    return sum(one.startswith("LOGIN") for one in box.said)


def test_what_comes_is_here_by_itself_whenever_it_comes_and_is_asked_for_by_nobody_else(
    account: Account, box: Box
) -> None:
    box.put(letter(1))
    box.during = [(verb, letter(9 + place)) for place, verb in enumerate(MIDST)]
    with watching_on():
        until(lambda: received() == 1 + len(MIDST) and box.waiting == 1)
        box.put(letter(2))
        until(lambda: received() == 2 + len(MIDST) and box.waiting == 1)
        until(lambda: Account.objects.get().asked_at is not None)
        assert rounds.look() == 0 and logins(box) == 1
        account.refresh_from_db()
        commands.accounts.edit(account, name="새 이름", by=SYSTEM)
        until(lambda: logins(box) == 2 and box.waiting == 1)
        account.refresh_from_db()
        commands.accounts.edit(account, is_active=False, by=SYSTEM)
        until(lambda: box.waiting == 0)
    assert Account.objects.get().last_uid == 2 + len(MIDST) and Account.objects.get().trouble == ""


def test_a_line_that_is_cut_is_taken_up_again_and_a_server_that_numbers_anew_brings_nothing_twice(
    account: Account, box: Box
) -> None:
    box.put(letter(1))
    with watching_on():
        until(lambda: received() == 1 and box.waiting == 1)
        box.cut()
        box.validity += 1
        box.mails = {70: letter(1), 71: letter(2)}
        until(lambda: received() == 2 and box.waiting == 1)
    found = Account.objects.get()
    assert (found.uid_validity, found.last_uid) == (8, 71)


def test_what_cannot_be_waited_at_is_read_by_the_minute_and_by_one_at_a_time(
    account: Account, box: Box
) -> None:
    box.tells = False
    box.put(letter(1))
    with watching_on():
        until(lambda: box.said.count("LOGOUT") == 1)
        assert received() == 0 and rounds.look() == 1
        assert reading.fetch(account.pk) == 1
    box.tells, box.password, right = True, "other", box.password
    Account.objects.update(asked_at=None)
    with watching_on(), reading._held(account.pk):
        until(lambda: logins(box) > 4)
        assert rounds.look() == 1
        box.password = right
        box.put(letter(2))
        until(lambda: any(one.startswith("EXAMINE") for one in box.said[-1:]))
        assert received() == 1
    with watching_on():
        until(lambda: received() == 2)


def test_of_two_processes_one_waits_and_the_other_takes_over(account: Account, box: Box) -> None:
    with watching_on("first"):
        until(lambda: box.waiting == 1)
        with watching_on("second"):
            for number in range(3):
                box.put(letter(number))
                until(lambda number=number: received() == number + 1)  # type: ignore[misc]
            assert logins(box) == 1
            # The connection that holds the lock is killed, and with it the right to wait.
            sql.one("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
            until(lambda: logins(box) > 1)
            box.put(letter(9))
            until(lambda: received() == 4)
    assert Mail.objects.values("message_id").distinct().count() == 4
