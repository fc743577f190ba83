"""Who is called, what is shown of a text, when an activity comes again, and what a scanner says of a file."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from onmaru.office.discussion.rules import planning, saying, scanning

PEOPLE = {1: ("김하늘", "kim"), 2: ("김하", "ha"), 3: ("Ann Lee", "ann"), 4: ("김하늘", "sky")}


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("@김하늘님 확인", [1, 4]),
        ("@김하 확인", [2]),
        ("보세요 @sky", [4]),
        ("@ANN: see", [3]),
        ("@Ann Lee, @김하", [3, 2]),
        ("mail kim@ann.example", []),
        ("@nobody @", []),
    ],
)
def test_the_longest_name_after_an_at_is_meant(text: str, called: list[int]) -> None:
    assert saying.called(text, PEOPLE) == called


def test_a_text_is_escaped_linked_and_its_people_marked() -> None:
    drawn = saying.drawn("<b>@김하늘</b> https://example.com/?a=1&b=2 javascript:alert(1)", ["김하늘"])
    assert "<b>@" not in drawn and '<b class="called">@김하늘</b>' in drawn
    assert 'href="https://example.com/?a=1&amp;b=2"' in drawn and "javascript:alert(1)" in drawn
    assert 'href="javascript' not in drawn
    assert saying.short("a\n\n b " + "c" * 200).startswith("a b cc") and len(saying.short("x" * 500)) == 140


@pytest.mark.parametrize(
    ("anchor", "repeats", "after", "expected"),
    [
        (date(2026, 1, 31), "monthly", date(2026, 1, 31), date(2026, 2, 28)),
        (date(2026, 1, 31), "monthly", date(2026, 2, 28), date(2026, 3, 31)),
        (date(2024, 2, 29), "yearly", date(2026, 11, 27), date(2027, 2, 28)),
        (date(2024, 2, 29), "yearly", date(2027, 2, 28), date(2028, 2, 29)),
        (date(2026, 11, 2), "weekly", date(2026, 11, 27), date(2026, 11, 30)),
        (date(2026, 11, 2), "daily", date(2026, 11, 27), date(2026, 11, 28)),
        (date(2026, 11, 2), "workdays", date(2026, 11, 27), date(2026, 11, 30)),
        (date(2026, 9, 1), "workdays", date(2026, 9, 23), date(2026, 9, 28)),  # 추석 2026-09-24 to 26
        (date(2026, 12, 31), "monthly", date(2026, 11, 1), date(2027, 1, 31)),
    ],
)
def test_a_series_keeps_the_day_of_its_anchor(
    anchor: date, repeats: str, after: date, expected: date
) -> None:
    assert planning.next_due(anchor, repeats, after) == expected


def test_reminders_come_before_the_moment_or_before_nine_in_the_morning() -> None:
    seoul = ZoneInfo("Asia/Seoul")
    moment = datetime(2026, 11, 27, 5, 0, tzinfo=UTC)
    assert planning.remind_at(date(2026, 11, 27), moment, "10", seoul) == datetime(
        2026, 11, 27, 4, 50, tzinfo=UTC
    )
    assert planning.remind_at(date(2026, 11, 27), None, "1440", seoul) == datetime(
        2026, 11, 26, 0, 0, tzinfo=UTC
    )
    assert planning.remind_at(date(2026, 11, 27), None, "", seoul) is None


EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def _clamd(listening: socket.socket) -> None:
    """What clamd does for INSTREAM: chunks with their length, an empty one at the end, an answer that ends in zero."""
    while True:
        try:
            line, _peer = listening.accept()
        except OSError:
            return
        with line, line.makefile("rb") as said:
            assert said.read(10) == b"zINSTREAM\0"
            content = b""
            while length := struct.unpack("!L", said.read(4))[0]:
                content += said.read(length)
            line.sendall(b"stream: Eicar-Signature FOUND\0" if EICAR in content else b"stream: OK\0")


@pytest.fixture
def clamd(settings: Any) -> Iterator[socket.socket]:
    listening = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_clamd, args=(listening,), daemon=True).start()
    settings.CLAMD = f"127.0.0.1:{listening.getsockname()[1]}"
    yield listening
    listening.close()


def test_a_scanner_looks_through_the_whole_file(clamd: socket.socket) -> None:
    assert scanning.inspect("a.txt", b"fine" * 50_000) is None
    found = scanning.inspect("b.txt", b"x" * 100_000 + EICAR)
    assert found is not None and found.code == "file_infected" and "Eicar-Signature" in found.message


def test_a_scanner_that_does_not_answer_lets_nothing_in(settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        settings.CLAMD = f"127.0.0.1:{free.getsockname()[1]}"
    found = scanning.inspect("a.txt", b"x")
    assert found is not None and found.code == "scanner_silent"
    settings.CLAMD = ""
    assert scanning.inspect("a.txt", EICAR) is None
