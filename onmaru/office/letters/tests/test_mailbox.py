"""A folder at a real IMAP server: opened, read and waited at."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from onmaru.office.letters.queries import mailbox
from onmaru.office.letters.queries.mailbox import Folder
from onmaru.office.letters.rules import servers as places
from onmaru.office.letters.rules.servers import Server
from onmaru.office.letters.tests import servers
from onmaru.office.letters.tests.servers import Box


@pytest.fixture
def box() -> Iterator[Box]:
    with servers.imap() as found:
        yield found


@pytest.fixture
def server(box: Box) -> Server:
    return Server("127.0.0.1", box.port, places.NONE, "", box.password)


@pytest.fixture
def folder(server: Server) -> Iterator[Folder]:
    with mailbox.opened(server, "INBOX") as found:
        yield found


def test_a_folder_with_a_korean_name_is_opened_under_it(server: Server, box: Box) -> None:
    with mailbox.opened(server, "받은편지함") as folder:
        assert folder.numbers.validity == 7
    assert 'EXAMINE "&vBvHQNO4ycDVaA-"' in box.said


def test_the_time_ends_a_waiting_whatever_else_is_said(folder: Folder, box: Box) -> None:
    box.murmurs = True
    for _time in range(2):
        folder.wait(0.1)
    assert box.said.count("IDLE") == 2 and folder.reopen().mails == 0


def test_what_was_told_with_the_answer_is_heard(folder: Folder, box: Box) -> None:
    box.during = [("IDLE", b"Subject: one")]
    began = time.monotonic()
    folder.wait(60)
    assert folder.reopen().mails == 1 and time.monotonic() - began < 30


def test_who_waits_is_ended_by_another_and_by_the_server(folder: Folder, server: Server, box: Box) -> None:
    for end in (folder.hang_up, box.cut):
        threading.Timer(0.1, end).start()
        with pytest.raises(mailbox.Trouble), mailbox.opened(server, "INBOX") as other:
            (folder if end == folder.hang_up else other).wait(60)
