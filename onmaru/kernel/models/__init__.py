"""Rows of the kernel. No business noun: a company is only a number here."""

from onmaru.kernel.models.access import (
    AccessLog,
    DatedSetting,
    FormerPassword,
    RecordRule,
    RetentionRule,
    Token,
)
from onmaru.kernel.models.events import Delivery, Event
from onmaru.kernel.models.files import StoredFile
from onmaru.kernel.models.history import AuditRow, IdempotencyKey
from onmaru.kernel.models.identity import Grant, Role, User
from onmaru.kernel.models.numbering import Counter, LegalNumber, NumberFormat
from onmaru.kernel.models.records import Extended, Record
from onmaru.kernel.models.shares import Share
from onmaru.kernel.models.trash import Trash

__all__ = [
    "AccessLog",
    "AuditRow",
    "Counter",
    "DatedSetting",
    "Delivery",
    "Event",
    "Extended",
    "FormerPassword",
    "Grant",
    "IdempotencyKey",
    "LegalNumber",
    "NumberFormat",
    "Record",
    "RecordRule",
    "RetentionRule",
    "Role",
    "Share",
    "StoredFile",
    "Token",
    "Trash",
    "User",
]
