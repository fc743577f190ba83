"""Accounts and templates, writing and sending, taking in and linking."""

from onmaru.office.mail.commands import accounts, addresses, inbox, mails, openings, outbox, templates

__all__ = ["accounts", "addresses", "inbox", "mails", "openings", "outbox", "templates"]
