"""What programs sign in with: kept as a digest, bound to roles and to an end."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, timedelta

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from onmaru.kernel import identity
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import Role, Token, User


def digest(secret: str) -> str:
    """What is kept of a secret: it is random and long, so a plain hash does not give it back."""
    return hashlib.sha256(secret.encode()).hexdigest()


def holder(secret: str, *, today: date) -> Token | None:
    """The token of a secret with its person, None when there is none in force; notes its use once a minute."""
    found = _in_force(today).filter(digest=digest(secret)).first()
    if found is not None:
        lately = Q(last_used_at__gte=Now() - timedelta(minutes=1))
        Token.objects.filter(pk=found.pk).exclude(lately).update(last_used_at=Now(), version=F("version"))
    return found


def known(token_id: int, *, today: date) -> Token | None:
    """The token by its id, None when it is no longer in force: for work that it began and others go on with."""
    return _in_force(today).filter(pk=token_id).first()


def _in_force(today: date) -> QuerySet[Token]:
    rows = Token.objects.filter(revoked_at=None, expires_on__gte=today, user__is_active=True)
    return rows.select_related("user")


def actor(token: Token, *, address: str | None) -> Actor:
    """Who acts by a token: its person, with what of the token's roles that person still holds."""
    user: User = token.user
    found = identity.actor(user, source="api", address=address, roles=token.role_ids)
    return _of_roles(found, token) if user.is_superuser and not found.grants else found


def _of_roles(by: Actor, token: Token) -> Actor:
    """One who may do everything is granted no role; the token's roles narrow even that."""
    roles = Role.objects.filter(pk__in=token.role_ids, is_active=True).values_list("permissions", flat=True)
    permissions = frozenset(code for codes in roles for code in codes)
    return replace(by, permissions=permissions, companies=None)
