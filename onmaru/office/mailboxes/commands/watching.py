"""Waiting at every mailbox whose server tells of new mail (IDLE), so that it is here within seconds.

One process of the house does, whichever holds the lock; where it ends, another takes over. What is watched is not read
by the minute; what cannot be is.
"""

from __future__ import annotations

import logging
import threading
import time

from django.db import connections

from onmaru.kernel import sql
from onmaru.office.letters.queries import mailbox
from onmaru.office.letters.queries.mailbox import Folder
from onmaru.office.mail.commands import accounts
from onmaru.office.mail.models import Account
from onmaru.office.mail.queries import known
from onmaru.office.mailboxes import rules
from onmaru.office.mailboxes.commands import reading

log = logging.getLogger(__name__)

ROUND = 10.0
BUSY = 1.0

# Each reader holds a connection to the database while it reads, and there are few of those.
_readers = threading.BoundedSemaphore(4)


class Watch:
    """A thread that waits at an account's folder until it is ended; ``waits`` while it would hear of new mail."""

    def __init__(self, account: Account) -> None:
        self.account_id, self.version = account.pk, account.version
        self.server, self.name = known.receiving(account), account.imap_folder
        self.folder: Folder | None = None
        self.waits = False
        self.ended = threading.Event()
        threading.Thread(target=self._keep, name=f"mailbox {account.pk}", daemon=True).start()

    def end(self) -> None:
        """Let go of the line, now."""
        self.ended.set()
        if self.folder is not None:
            self.folder.hang_up()

    def _keep(self) -> None:
        failures = 0
        while not self.ended.is_set():
            began = time.monotonic()
            try:
                self._stay()
                pause = rules.WITHOUT_WORDS
            except Exception as error:
                failures = rules.failures(failures, lasted=time.monotonic() - began)
                pause = rules.rest(failures)
                if not self.ended.is_set():
                    log.warning("mailbox %s, again in %.0f s: %r", self.account_id, pause, error)
            self.waits = False
            self.ended.wait(pause)

    def _stay(self) -> None:
        """Be at the folder for as long as the line holds; returns when its server does not tell of new mail."""
        with mailbox.opened(self.server, self.name) as folder:
            self.folder = folder
            while folder.tells and not self.ended.is_set():
                self.waits = self._is_caught_up(folder)
                if self.waits:
                    folder.wait(rules.PATIENCE)
                else:
                    self.ended.wait(BUSY)

    def _is_caught_up(self, folder: Folder) -> bool:
        with _readers:
            try:
                return reading.catch_up(self.account_id, folder)
            finally:
                connections.close_all()


def watch(stop: threading.Event) -> None:
    """Wait at all mailboxes until ``stop``; while another process of the house does, stand by."""
    watches: dict[int, Watch] = {}
    ours = False
    try:
        while not stop.is_set():
            # Held by this connection: without it, the next round fails, and another process may have it.
            ours = ours or sql.one("SELECT pg_try_advisory_lock(%s)", [reading.LOCK]) == (True,)
            if ours:
                _tend(watches)
            stop.wait(ROUND)
    finally:
        for one in watches.values():
            one.end()


def _tend(watches: dict[int, Watch]) -> None:
    """Begin to wait at new and changed accounts, and leave the others; those waited at need not be asked for."""
    found = {one.pk: one for one in known.received()}
    for key, one in list(watches.items()):
        if key not in found or found[key].version != one.version:
            watches.pop(key).end()
    for key in found.keys() - watches.keys():
        watches[key] = Watch(found[key])
    accounts.asked([key for key, one in watches.items() if one.waits])
