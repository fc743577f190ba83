"""What a rule may say, how requests are signed and spaced, and which addresses are never called."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import refusals
from onmaru.kernel.refusals import Refusal

RULE_WORD_UNKNOWN = refusals.reason(
    "rule_word_unknown", _("“{word}” is no field, state, action or event there.")
)
RULE_KIND_UNKNOWN = refusals.reason(
    "rule_kind_unknown", _("Records of this kind have no list that a rule could watch.")
)
RULE_EMPTY = refusals.reason("rule_empty", _("Say at least one thing that the rule does."))
RULE_UNTRIED = refusals.reason("rule_untried", _("Try the rule, as it stands now, on past events first."))
RULE_OWNER_ONLY = refusals.reason(
    "rule_owner_only", _("Only the person it acts for may change it or switch it on.")
)
ACTION_UNKNOWN = refusals.reason(
    "rule_action_unknown", _("“{what}” cannot be done with records of this kind.")
)
ACTION_NEEDS = refusals.reason("rule_action_needs", _("“{label}” is needed for this."))
PERSON_UNKNOWN = refusals.reason(
    "rule_person_unknown", _("“{word}” is no person, role or field with a person.")
)
MAIL_MISSING = refusals.reason("rule_mail_missing", _("This house sends no mail from rules."))
CONDITION_NOT_YES = refusals.reason("rule_condition_not_yes", _("A condition must come to yes or no."))
ADDRESS_FORBIDDEN = refusals.reason(
    "webhook_address_forbidden", _("“{host}” is not an address of the open internet.")
)
ADDRESS_UNUSABLE = refusals.reason("webhook_address_unusable", _("A webhook needs an http or https address."))

DEEPEST = 5
# The pauses that Standard Webhooks proposes: ten tries in about three days.
PAUSES = [timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30)] + [
    timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)
]
OVERLAP = timedelta(hours=24)
PREFIX = "whsec_"
_PLACE = re.compile(r"\{(\w+)\}")
# What maps other addresses: NAT64 and 6to4, through which a private one could be reached.
_MAPPED = [ipaddress.ip_network(one) for one in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16")]


def filled(text: str, value_of: Callable[[str], str]) -> str:
    """A text with each ``{name}`` in it replaced; nothing else in it is read as anything."""
    return _PLACE.sub(lambda found: value_of(found[1]), text)


def names_in(text: str) -> set[str]:
    """The names that stand in braces."""
    return set(_PLACE.findall(text))


def assignments(said: str) -> dict[str, str]:
    """``reason = "late"; note = "x"``, by name, each a formula; what has no name is under ""."""
    found = {}
    for part in re.split(r";(?=\s*\w+\s*=[^=])", said):
        name, equals, formula = part.partition("=")
        is_named = bool(equals) and name.strip().isidentifier() and not formula.startswith("=")
        if part.strip():
            found[name.strip() if is_named else ""] = (formula if is_named else part).strip()
    return found


def digest(rule: Mapping[str, Any], actions: list[Mapping[str, Any]]) -> str:
    """What a rule says, so that a trial counts for just this."""
    return hashlib.sha256(
        repr((sorted(rule.items()), [sorted(one.items()) for one in actions])).encode()
    ).hexdigest()


def pause(tries: int) -> timedelta | None:
    """How long to wait after so many tries; None when it is given up."""
    return PAUSES[tries - 1] if tries <= len(PAUSES) else None


def signature(secret: str, uid: str, timestamp: int, body: str) -> str:
    """What the header ``webhook-signature`` says by one secret (Standard Webhooks, symmetric, v1)."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    made = hmac.new(key, f"{uid}.{timestamp}.{body}".encode(), hashlib.sha256).digest()
    return f"v1,{base64.b64encode(made).decode()}"


def is_open(address: str) -> bool:
    """Whether an IP address is one of the open internet: no private, local, mapped or reserved one."""
    found = ipaddress.ip_address(address.partition("%")[0])
    found = getattr(found, "ipv4_mapped", None) or found
    mapped = any(found in one for one in _MAPPED if one.version == found.version)
    return found.is_global and not found.is_multicast and not mapped


def of_address(url: str) -> Refusal | None:
    """Why a webhook cannot have this address, as far as its text tells: webhook_address_unusable."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
        _port = parts.port
    except ValueError:
        usable = False
    return None if usable else ADDRESS_UNUSABLE("url")
