"""Tokens for programs: made by their person, shown once, ended at once when something is wrong."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onmaru.kernel import commands, refusals, tokens
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import Grant, Role, Token

TOKEN_NEEDS_ROLES = refusals.reason(
    "token_needs_roles", gettext_lazy("A token needs at least one of its person's roles.")
)
TOKEN_END_INVALID = refusals.reason(
    "token_end_invalid", gettext_lazy("A token ends after today and within {days} days.")
)
TOKEN_REVOKED = refusals.reason("token_revoked", gettext_lazy("This token is revoked already."))

PREFIX = "onmaru_"
LONGEST_DAYS = 366
MOST_PER_MINUTE = 6000


@commands.command(label=gettext_lazy("New token"), model=Token, asks={"roles": gettext_lazy("Roles to use")})
def create(
    *, by: Actor, today: date, name: str, roles: Sequence[Role], expires_on: date, per_minute: int = 600
) -> Token:
    """A token for oneself with some of one's own roles. Its secret is told once (``told_once``)."""
    held = set(Grant.objects.filter(user=by.user_id, role__is_active=True).values_list("role_id", flat=True))
    mine = by.user_id is not None and (held.issuperset(one.pk for one in roles) or by.may("*"))
    refusals.check(
        [
            None if roles and mine else TOKEN_NEEDS_ROLES("roles"),
            None
            if today < expires_on <= today + timedelta(days=LONGEST_DAYS)
            else TOKEN_END_INVALID("expires_on", days=LONGEST_DAYS),
        ]
    )
    secret = PREFIX + secrets.token_urlsafe(32)
    token = Token(
        user_id=by.user_id or 0,
        name=name,
        digest=tokens.digest(secret),
        hint=secret[-4:],
        expires_on=expires_on,
    )
    token.role_ids = [one.pk for one in roles]
    token.per_minute = max(1, min(per_minute, MOST_PER_MINUTE))
    token.save()
    token.told_once = [_("Token, shown only now: {secret}").format(secret=secret)]  # type: ignore[attr-defined]
    return token


@commands.command(label=gettext_lazy("Revoke"), model=Token, danger=True)
def revoke(token: Token, *, by: Actor) -> Token:
    """End a token at once."""
    refusals.check([TOKEN_REVOKED() if token.revoked_at else None])
    token.revoked_at = timezone.now()
    return token
