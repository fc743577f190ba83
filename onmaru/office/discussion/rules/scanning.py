"""Looking through files before they are kept, by a clamd where one is named (its INSTREAM command)."""

from __future__ import annotations

import socket
import struct

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import files, refusals
from onmaru.kernel.refusals import Refusal

FILE_INFECTED = refusals.reason("file_infected", _("“{name}” was not taken: {virus} was found in it."))
SCANNER_SILENT = refusals.reason(
    "scanner_silent", _("“{name}” was not taken: the virus scanner does not answer. Try again later.")
)

CHUNK = 64 * 1024
PATIENCE = 30.0


def register() -> None:
    """Have every file looked through, wherever it comes from."""
    files.inspections.append(inspect)


def inspect(name: str, content: bytes) -> Refusal | None:
    """Why a file is not taken: infected, or a scanner is named and does not answer. None without a scanner."""
    if not settings.CLAMD:
        return None
    try:
        said = _ask(content)
    except OSError:
        return SCANNER_SILENT("file", name=name)
    if said.endswith("FOUND"):
        virus = said.removeprefix("stream:").removesuffix("FOUND").strip()
        return FILE_INFECTED("file", name=name, virus=virus)
    return None if said.endswith("OK") else SCANNER_SILENT("file", name=name)


def _ask(content: bytes) -> str:
    """What clamd answers: ``stream: OK`` or ``stream: NAME FOUND``. Raises OSError."""
    host, _colon, port = settings.CLAMD.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as line:
        line.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), CHUNK):
            part = content[start : start + CHUNK]
            line.sendall(struct.pack("!L", len(part)) + part)
        line.sendall(struct.pack("!L", 0))
        answer = b""
        while (more := line.recv(4096)) and not answer.endswith(b"\0"):
            answer += more
    return answer.rstrip(b"\0").decode(errors="replace").strip()
