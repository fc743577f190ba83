"""Who acts: a value carried by every command, built once per request and never looked up again below."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from django.utils.translation import gettext

from onmaru.kernel import sql
from onmaru.kernel.models import RecordRule, User

Hidden = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Rule:
    """What a role is narrowed to of one kind of record (see RecordRule)."""

    kind: str
    reads: str
    writes: str
    owner: str
    field: str
    values: tuple[str, ...]
    hidden: frozenset[str]
    fixed: frozenset[str]


@dataclass(frozen=True)
class Granted:
    """One role as given to a person: what it permits, in which companies (None: in all), narrowed by which rules."""

    permissions: frozenset[str]
    companies: frozenset[int] | None = None
    rules: tuple[Rule, ...] = ()

    def rule(self, kind: str) -> Rule | None:
        """What narrows this role for a kind of record, None when nothing does."""
        return next((one for one in self.rules if one.kind == kind), None)


@dataclass(frozen=True)
class Actor:
    """A person or program with what it may do. ``companies`` None means every company.

    ``grants`` say it role by role; an actor made without them has one role of all its permissions and companies.
    """

    user_id: int | None
    name: str
    permissions: frozenset[str]
    companies: frozenset[int] | None
    language: str = "ko"
    source: str = "screen"
    address: str | None = None
    team: str = ""
    grants: tuple[Granted, ...] = ()

    def may(self, permission: str) -> bool:
        """Whether a grant covers ``permission``; a grant may end in ``*`` at any dot."""
        return covers(self.permissions, permission)

    def of_company(self, company_id: int | None) -> bool:
        """Whether rows of this company are this actor's to see; rows without a company are everyone's."""
        return company_id is None or self.companies is None or company_id in self.companies

    def granting(self, permission: str) -> list[Granted]:
        """The grants that cover ``permission``."""
        held = self.grants or (Granted(self.permissions, self.companies),)
        return [one for one in held if covers(one.permissions, permission)]

    @cached_property
    def hidden(self) -> Hidden:
        """The fields, by kind of record, that no role through which this actor sees the kind shows."""
        return self._narrowed("hidden")

    @cached_property
    def fixed(self) -> Hidden:
        """The fields that this actor sees and may not write."""
        return self._narrowed("fixed")

    def _narrowed(self, word: str) -> Hidden:
        kinds = {rule.kind for one in self.grants for rule in one.rules}
        return frozenset((kind, name) for kind in kinds for name in self._in_every_role(word, kind))

    def _in_every_role(self, word: str, kind: str) -> frozenset[str]:
        """What each role that knows of the kind withholds: several roles together show what any of them shows."""
        # Lines are seen with the record they belong to, so their kind needs no permission of its own.
        seen_by = self.granting(f"{kind}.view") or [one for one in self.grants if one.rule(kind)]
        rules = [one.rule(kind) for one in seen_by]
        withheld = [getattr(rule, word) if rule else frozenset() for rule in rules]
        return frozenset.intersection(*withheld) if withheld else frozenset()


def covers(permissions: Collection[str], permission: str) -> bool:
    """Whether ``permission`` is among ``permissions``, of which one may end in ``*`` at any dot."""
    if permission in permissions or "*" in permissions:
        return True
    parts = permission.split(".")
    return any(".".join([*parts[:depth], "*"]) in permissions for depth in range(1, len(parts)))


def actor(
    user: User, *, source: str = "screen", address: str | None = None, roles: Collection[int] | None = None
) -> Actor:
    """The actor for a signed-in person: one query over roles and grants, one over what narrows them.

    ``roles`` (ids) are all that a token leaves of them.
    """
    held = sql.rows(
        "SELECT role.id, role.permissions, company_id FROM kernel_grant"
        " JOIN kernel_role AS role ON role.id = role_id WHERE role.is_active AND user_id = %s",
        [user.pk],
    )
    given = [one for one in held if roles is None or one[0] in roles]
    rules = _rules({role for role, _codes, _company in given})
    grants = tuple(
        Granted(frozenset(codes), None if company is None else frozenset({company}), tuple(rules[role]))
        for role, codes, company in given
    )
    if user.is_superuser and roles is None:
        grants = (Granted(frozenset({"*"})),)
    permissions = frozenset(code for one in grants for code in one.permissions)
    companies = _all_of(one.companies for one in grants)
    return Actor(
        user.pk, user.display_name, permissions, companies, user.language, source, address, user.team, grants
    )


def _rules(roles: set[int]) -> dict[int, list[Rule]]:
    found: dict[int, list[Rule]] = defaultdict(list)
    for one in RecordRule.objects.filter(role_id__in=roles) if roles else ():
        found[one.role_id].append(
            Rule(
                one.kind,
                one.reads,
                one.writes,
                one.owner,
                one.field,
                tuple(one.values),
                frozenset(one.hidden),
                frozenset(one.fixed),
            )
        )
    return found


def _all_of(companies: Iterable[frozenset[int] | None]) -> frozenset[int] | None:
    found: set[int] = set()
    for some in companies:
        if some is None:
            return None
        found |= some
    return frozenset(found)


def system(name: str, *, source: str = "system") -> Actor:
    """A trusted program of the house itself: a reaction, an import, a job."""
    return Actor(None, name, frozenset({"*"}), None, source=source)


def house(*, source: str = "system") -> Actor:
    """The program at work by itself, as people read it in a history."""
    return system(gettext("Onmaru"), source=source)


def only(by: Actor, *permissions: str) -> Actor:
    """The same actor with nothing but ``permissions``: for tests and for one's own affairs."""
    return replace(by, permissions=frozenset(permissions), grants=())


def also(by: Actor, *permissions: str) -> Actor:
    """The same actor with ``permissions`` more: for what is its own to stop or to take back."""
    more = (Granted(frozenset(permissions), by.companies),) if by.grants else ()
    return replace(by, permissions=by.permissions | set(permissions), grants=by.grants + more)
