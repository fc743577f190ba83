"""What an agent has to show before anything is done: that it saw what would happen."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

import orjson
from django.core import signing
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import refusals
from onmaru.kernel.refusals import Refused

CONFIRMATION_INVALID = refusals.reason(
    "confirmation_invalid",
    _("This confirmation is of another request, or older than {minutes} minutes; ask anew without it."),
)

SALT = "onmaru.agents.confirmation"
MINUTES = 10


def digest(*said: Any) -> str:
    """What stands for a request: the same words in any order of their names give the same."""
    return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS, default=str)).hexdigest()


def confirmation(asked: str, version: str) -> str:
    """A signed word that the effects of a request (its digest) were told, of a record in this version (its ETag)."""
    return signing.dumps([asked, version, secrets.token_hex(8)], salt=SALT)


def confirmed(said: str, asked: str) -> str:
    """The version that a confirmation of this request was given for. Raises Refused(confirmation_invalid)."""
    try:
        of, version, _once = signing.loads(said, salt=SALT, max_age=MINUTES * 60)
    except (signing.BadSignature, ValueError) as error:
        raise Refused(CONFIRMATION_INVALID("confirmation", minutes=MINUTES)) from error
    if of != asked:
        raise Refused(CONFIRMATION_INVALID("confirmation", minutes=MINUTES))
    return str(version)


def split(arguments: Mapping[str, Any], *names: str) -> tuple[list[Any], dict[str, Any]]:
    """The values under ``names`` ("" for none) and what is left of the arguments."""
    rest = {name: value for name, value in arguments.items() if name not in names}
    return [arguments.get(name, "") for name in names], rest
