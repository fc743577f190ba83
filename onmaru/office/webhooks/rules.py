"""How requests are signed and spaced, and which addresses are never called."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
from datetime import timedelta
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import refusals
from onmaru.kernel.refusals import Refusal

ADDRESS_FORBIDDEN = refusals.reason(
    "webhook_address_forbidden", _("“{host}” is not an address of the open internet.")
)
ADDRESS_UNUSABLE = refusals.reason("webhook_address_unusable", _("A webhook needs an http or https address."))
WEBHOOK_NEEDS_OWNER = refusals.reason("webhook_needs_owner", _("Somebody has to look after a webhook."))

# The pauses that Standard Webhooks proposes: ten tries in about three days.
PAUSES = [timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30)] + [
    timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)
]
OVERLAP = timedelta(hours=24)
PREFIX = "whsec_"
# What maps other addresses: NAT64 and 6to4, through which a private one could be reached.
_MAPPED = [ipaddress.ip_network(one) for one in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16")]


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
