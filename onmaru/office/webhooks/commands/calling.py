"""Connections to addresses that people name: never to one inside of the own network, unless it is allowed by name."""

from __future__ import annotations

import http.client
import socket
import ssl
from urllib.parse import urlsplit

from django.conf import settings

from onmaru.kernel.refusals import Refused
from onmaru.office.webhooks import rules

PATIENCE = 10


def connection(url: str) -> tuple[http.client.HTTPConnection, str]:
    """A connection to an address, and the path to ask it for. Redirects are not followed, proxies not asked.

    Raises Refused(webhook_address_forbidden) for what is not of the open internet, OSError where nobody answers.
    """
    parts = urlsplit(url)
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return _Pinned(host, port, _resolved(host, port), secure=secure), path


def _resolved(host: str, port: int) -> str:
    """The address to connect to: the name is resolved once, so that no second answer leads elsewhere."""
    addresses = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    allowed = host in settings.WEBHOOK_PRIVATE_HOSTS
    if not allowed and not all(rules.is_open(one) for one in addresses):
        raise Refused(rules.ADDRESS_FORBIDDEN("url", host=host))
    return addresses[0]


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was looked at before, under the name it was asked by."""

    def __init__(self, host: str, port: int, address: str, *, secure: bool) -> None:
        super().__init__(host, port, timeout=PATIENCE)
        self.address, self.secure = address, secure

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), self.timeout)
        if self.secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)
