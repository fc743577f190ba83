"""Taking in what is new in a mailbox, by one reader at a time."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import DatabaseError, OperationalError

from onmaru.kernel import identity, refusals, sql
from onmaru.office.letters.queries import mailbox
from onmaru.office.letters.queries.mailbox import Folder
from onmaru.office.mail.commands import accounts, inbox
from onmaru.office.mail.models import Account
from onmaru.office.mail.queries import known

log = logging.getLogger(__name__)

FIRST_DAYS = 7
LOCK = 0x6D61696C << 32
"""Added to the account that is read; by itself, the lock of the process that waits at all of them."""


def fetch(account_id: int) -> int:
    """Take in what is new in an account's folder; returns how many mails. An account that is being read is left alone.

    Each mail commits by itself with how far the folder was read, so that a reading cut off goes on where it stopped.
    Nothing changes at the server: no mail is marked as read.
    """
    with _held(account_id) as account:
        if account is None:
            return 0
        try:
            with mailbox.opened(known.receiving(account), account.imap_folder) as folder:
                count, trouble = _take_in(account, folder), ""
        except mailbox.Trouble as error:
            count, trouble = 0, str(error) or type(error).__name__
        accounts.looked(account, trouble=trouble)
        return count


def catch_up(account_id: int, folder: Folder) -> bool:
    """Take in all there is, so that ``folder.wait`` tells of the next mail; False, and nothing, while another reads.

    What the server tells of while it answers something else is heard by nobody: the folder is opened again until it is
    as it was before it was searched.
    """
    with _held(account_id) as account:
        if account is None:
            return False
        before = None
        while before != folder.reopen():
            before = folder.numbers
            while _take_in(account, folder):
                pass
        accounts.looked(account)
        return True


@contextmanager
def _held(account_id: int) -> Iterator[Account | None]:
    """An account that nobody else reads meanwhile; None when somebody does, or when it is read no more."""
    if sql.one("SELECT pg_try_advisory_lock(%s)", [LOCK + account_id]) != (True,):
        yield None
        return
    try:
        yield known.received().filter(pk=account_id).first()
    finally:
        sql.one("SELECT pg_advisory_unlock(%s)", [LOCK + account_id])


def _take_in(account: Account, folder: Folder) -> int:
    validity = folder.numbers.validity
    # Where the server numbers anew, all is looked at again, and known by its Message-ID.
    last = account.last_uid if validity == account.uid_validity else 0
    found = folder.new(last, account.created_at - timedelta(days=FIRST_DAYS))
    for uid in found:
        _take(account, folder.raw(uid))
        accounts.reached(account, validity=validity, uid=uid)
    return len(found)


def _take(account: Account, raw: bytes) -> None:
    """A mail that cannot be kept is told of, and does not keep those after it from coming in."""
    try:
        if raw:
            inbox.receive(account=account, raw=raw, by=identity.house())
    except OperationalError:
        raise  # no fault of the mail: the database is away, and the mail is read again when it is back
    except (refusals.Refused, DatabaseError):
        log.exception("a mail for %s could not be kept", account.address)
