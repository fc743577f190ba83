"""Who is called, what is shown of a text, and what a scanner says of a file."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from onmaru.office.discussion.rules import saying, scanning

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
