"""Personal numbers kept encrypted in the database and shown by their last digits only.

The key is derived from SECRET_KEY, so a backup is of no use without the secret kept beside it; keys named in
SECRET_KEY_FALLBACKS still open what they sealed. Two-way, as the safeguards for account and resident numbers ask
(개인정보의 안전성 확보조치 기준 Art. 7).
"""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import Any, Self

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.encoding import force_bytes

SHOWN = 4
MASK = "●●●●"


class Sealed(str):
    """What a sealed field holds: as text the mask and the last characters; ``stored`` is what the column keeps."""

    __slots__ = ("stored",)
    stored: str

    def __new__(cls, stored: str) -> Self:
        shown, _bar, _token = stored.rpartition("|")
        sealed = super().__new__(cls, MASK + shown)
        sealed.stored = stored
        return sealed

    def open(self) -> str:
        """The number itself. Whoever calls this answers for showing it."""
        return _keys().decrypt(self.stored.rpartition("|")[2].encode()).decode()


def seal(plain: str) -> Sealed:
    """Encrypt ``plain``; the last four characters stay readable when they are at most half of it."""
    return Sealed(f"{_end(plain)}|{_keys().encrypt(plain.encode()).decode()}")


def mask(plain: str) -> str:
    """What ``plain`` looks like once it is sealed."""
    return MASK + _end(plain)


def _end(plain: str) -> str:
    return plain[-SHOWN:] if len(plain) >= 2 * SHOWN else ""


@lru_cache(maxsize=1)
def _keys() -> MultiFernet:
    return MultiFernet([_key(secret) for secret in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]])


def _key(secret: str | bytes) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=b"onmaru sealed fields").derive(force_bytes(secret))
    return Fernet(base64.urlsafe_b64encode(derived))


class _SealingAttribute(DeferredAttribute):
    """Seals at the moment of assignment, so that no copy, audit row or message ever holds the number."""

    def __set__(self, instance: models.Model, value: Any) -> None:
        name = self.field.attname
        before = instance.__dict__.get(name)
        if not isinstance(value, Sealed) and value:
            # A form that was not touched brings the mask back: the number stays what it was.
            value = before if before and str(before) == value else seal(value)
        instance.__dict__[name] = value


class SealedField(models.CharField):
    """A short text that the database keeps encrypted. It can be neither searched nor sorted."""

    descriptor_class = _SealingAttribute

    def db_type(self, connection: Any) -> str:
        """Text: a token is far longer than the number."""
        return "text"

    def from_db_value(self, value: str | None, *_context: Any) -> str | None:
        """The mask, with the token behind it."""
        return Sealed(value) if value else value

    def to_python(self, value: Any) -> Any:
        """As it is: already sealed by the assignment."""
        return value

    def get_prep_value(self, value: Any) -> str | None:
        """The token; a plain text is sealed here when it did not pass through an instance."""
        if not value:
            return value  # type: ignore[no-any-return]
        return value.stored if isinstance(value, Sealed) else seal(value).stored
