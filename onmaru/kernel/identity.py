"""Who acts: a value carried by every command, built once per request and never looked up again below."""

from __future__ import annotations

from dataclasses import dataclass, replace

from onmaru.kernel.models import Grant, User


@dataclass(frozen=True)
class Actor:
    """A person or program with what it may do. ``companies`` None means every company."""

    user_id: int | None
    name: str
    permissions: frozenset[str]
    companies: frozenset[int] | None
    language: str = "ko"
    source: str = "screen"
    address: str | None = None

    def may(self, permission: str) -> bool:
        """Whether a grant covers ``permission``; a grant may end in ``*`` at any dot."""
        if permission in self.permissions or "*" in self.permissions:
            return True
        parts = permission.split(".")
        return any(".".join([*parts[:depth], "*"]) in self.permissions for depth in range(1, len(parts)))

    def of_company(self, company_id: int | None) -> bool:
        """Whether rows of this company are this actor's to see; rows without a company are everyone's."""
        return company_id is None or self.companies is None or company_id in self.companies


def actor(user: User, *, source: str = "screen", address: str | None = None) -> Actor:
    """The actor for a signed-in person: one query over roles and grants."""
    grants = list(
        Grant.objects.filter(user=user, role__is_active=True).values_list("role__permissions", "company_id")
    )
    permissions = frozenset(code for codes, _company in grants for code in codes)
    companies = (
        None if any(company is None for _codes, company in grants) else frozenset(c for _p, c in grants if c)
    )
    if user.is_superuser:
        permissions, companies = frozenset({"*"}), None
    return Actor(user.pk, user.display_name, permissions, companies, user.language, source, address)


def system(name: str, *, source: str = "system") -> Actor:
    """A trusted program of the house itself: a reaction, an import, a job."""
    return Actor(None, name, frozenset({"*"}), None, source=source)


def only(by: Actor, *permissions: str) -> Actor:
    """The same actor with nothing but ``permissions``: for tests and for narrowed tokens."""
    return replace(by, permissions=frozenset(permissions))


def also(by: Actor, *permissions: str) -> Actor:
    """The same actor with ``permissions`` more: for what is its own to stop or to take back."""
    return replace(by, permissions=by.permissions | set(permissions))
