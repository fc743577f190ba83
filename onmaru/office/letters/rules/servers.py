"""Where mail goes and comes."""

from __future__ import annotations

from typing import NamedTuple

TLS, STARTTLS, NONE = "tls", "starttls", "none"
PATIENCE = 30.0


class Server(NamedTuple):
    """A mail server and how to sign in; ``security`` is one of the words above."""

    host: str
    port: int
    security: str
    login: str
    password: str
