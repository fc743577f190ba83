"""Handing a letter to a server (RFC 5321), so that it is always known whether it may have been taken."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext as _

from onmaru.office.letters.rules import servers
from onmaru.office.letters.rules.bounces import Report
from onmaru.office.letters.rules.servers import Server

SENT, WAITING, FAILED, UNKNOWN = "sent", "waiting", "failed", "unknown"


class Outcome(NamedTuple):
    """What became of it; ``refused`` are addresses that the server will not have."""

    state: str
    trouble: str = ""
    refused: tuple[Report, ...] = ()


def hand_over(
    server: Server, raw: bytes, *, sender: str, whom: Iterable[str], message_id: str = ""
) -> Outcome:
    """Give a letter (CRLF at its line ends) to a server for some bare addresses."""
    try:
        line = _connected(server)
    except (OSError, smtplib.SMTPException) as error:
        return _not_taken(error)
    try:
        return _handed_over(line, raw, sender, list(dict.fromkeys(whom)), message_id)
    finally:
        line.close()


def _connected(server: Server) -> smtplib.SMTP:
    secure = ssl.create_default_context()
    if server.security == servers.TLS:
        line: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=servers.PATIENCE, context=secure
        )
    else:
        line = smtplib.SMTP(server.host, server.port, timeout=servers.PATIENCE)
    if server.security == servers.STARTTLS:
        line.starttls(context=secure)
    if server.login and server.password:
        line.login(server.login, server.password)
    return line


def _handed_over(line: smtplib.SMTP, raw: bytes, sender: str, whom: list[str], message_id: str) -> Outcome:
    """Its three steps. Only in the last one can it be unknown whether the server took the letter."""
    refused: list[Report] = []
    try:
        line.ehlo_or_helo_if_needed()
        _must(line.mail(sender))
        for address in whom:
            code, said = line.rcpt(address)
            if code not in (250, 251):
                refused.append(_report(address, code, said, message_id))
        if len(refused) == len(whom):
            _must((min(int(one.status) for one in refused), refused[0].reason.encode()))
    except (OSError, smtplib.SMTPException) as error:
        return _not_taken(error)._replace(refused=_final(refused))
    try:
        _must(line.data(raw))
    except smtplib.SMTPResponseException as error:
        return _not_taken(error)
    except (OSError, smtplib.SMTPException) as error:
        words = _("The server fell silent while it took the mail: {error}")
        return Outcome(UNKNOWN, words.format(error=error or type(error).__name__))
    some = ", ".join(f"{one.address}: {one.reason}" for one in refused)
    return Outcome(SENT, some, _final(refused))


def _final(refused: Iterable[Report]) -> tuple[Report, ...]:
    return tuple(one for one in refused if one.is_final)


def _must(answer: tuple[int, bytes]) -> None:
    code, said = answer
    if not 200 <= code < 300:
        raise smtplib.SMTPResponseException(code, said)


def _report(address: str, code: int, said: bytes, message_id: str) -> Report:
    return Report(address, str(code), said.decode("utf-8", "replace")[:500], code >= 500, message_id)


def _not_taken(error: Exception) -> Outcome:
    """The server surely has not got it: tried again after what passes (4yz, no line), given up after what does not."""
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        final = error.smtp_code >= 500
        return Outcome(FAILED if final else WAITING, f"{error.smtp_code} {words}")
    words = _("The mail server cannot be reached: {error}")
    return Outcome(
        WAITING, words.format(error=getattr(error, "strerror", None) or error or type(error).__name__)
    )
