"""Who asks by the API: a person's session or a program's token, and how often they may."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja.errors import AuthenticationError
from ninja.security import HttpBearer

from onmaru.kernel import calendars, identity, limits, refusals, tokens
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import Token
from onmaru.kernel.refusals import Refused

TOO_MANY_REQUESTS = refusals.reason("too_many_requests", _("Too many requests; go on in {seconds} seconds."))


class Bearer(HttpBearer):
    """``Authorization: Bearer onmaru_…``; one that is not in force is refused whatever session stands beside it."""

    def authenticate(self, request: HttpRequest, token: str) -> Token:
        """The token of a secret. Raises AuthenticationError."""
        found = tokens.holder(token, today=calendars.today())
        if found is None:
            raise AuthenticationError
        return found


def actor(request: HttpRequest) -> Actor:
    """Who asks, as the sign-in of the request says; counted once, whatever else the house asks itself because of it.

    Raises Refused when they ask too often.
    """
    if not hasattr(request, "actor"):
        request.actor = _counted(request)  # type: ignore[attr-defined]
    found: Actor = request.actor  # type: ignore[attr-defined]
    return found


def _counted(request: HttpRequest) -> Actor:
    signed, address = request.auth, request.META.get("REMOTE_ADDR") or None  # type: ignore[attr-defined]
    by_token = isinstance(signed, Token)
    rate = signed.per_minute if by_token else settings.API_PER_MINUTE
    seconds = limits.wait(f"{'token' if by_token else 'person'}:{signed.pk}", per_minute=rate)
    if seconds:
        raise Refused(TOO_MANY_REQUESTS(seconds=seconds))
    if by_token:
        return tokens.actor(signed, address=address)
    return identity.actor(signed, source="api", address=address)
