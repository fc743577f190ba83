"""People who sign in: an account is for one person, given by an administrator and closed when they leave."""

from __future__ import annotations

import secrets
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onmaru.kernel import commands, records, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import Token, User
from onmaru.office.access.commands import tokens

OWN_SECOND_STEP = refusals.reason(
    "own_second_step",
    gettext_lazy("Your own second step you change under “Two-step sign-in”, or have another do it."),
)
NO_SECOND_STEP = refusals.reason("no_second_step", gettext_lazy("This account has no second step."))
NOT_YOURSELF = refusals.reason("not_yourself", gettext_lazy("You cannot close the account you work with."))

LETTERS = "abcdefghkmnpqrstuvwxyz"
SIZE = 14


@commands.command(label=gettext_lazy("New user"), model=User)
def create(*, by: Actor, username: str, full_name: str, **values: Any) -> User:
    """An account with a first password, which is told once (``told_once``) and is for its person to change."""
    user = User()
    given = {"username": username, "full_name": full_name, **values}
    refusals.check(records.problems(user, given, exclude=["password"]))
    return _with_password(user)


@commands.command(label=gettext_lazy("Edit"), model=User)
def edit(user: User, *, by: Actor, **values: Any) -> User:
    """Change what is known of a person."""
    return records.fill(user, values, exclude=["password"])


@commands.command(label=gettext_lazy("New password"), model=User)
def reset_password(user: User, *, by: Actor) -> User:
    """A first password again, for who forgot theirs; told once."""
    return _with_password(user)


@commands.command(label=gettext_lazy("Take the second step away"), model=User, danger=True)
def drop_second_step(user: User, *, by: Actor, reason: str) -> User:
    """Let a person sign in by password alone who lost phone, passkeys and codes; whoever found them is signed out.

    ``reason`` says how it was made sure who asks. Refuses one's own, and an account without a second step.
    """
    found = Authenticator.objects.filter(user=user)
    own = OWN_SECOND_STEP() if user.pk == by.user_id else None
    refusals.check([own, None if found.exists() else NO_SECOND_STEP()])
    found.delete()
    for session in UserSession.objects.filter(user=user):
        session.end()
    return user


@commands.command(label=gettext_lazy("Close the account"), model=User, danger=True)
def archive(user: User, *, by: Actor) -> User:
    """End an account: its sign-in and its tokens. What its person did stays theirs."""
    refusals.check([NOT_YOURSELF() if user.pk == by.user_id else None])
    user.is_active = False
    for token in Token.objects.filter(user=user, revoked_at=None):
        tokens.revoke(token, by=by)
    return user


@commands.command(label=gettext_lazy("Open the account again"), model=User)
def restore(user: User, *, by: Actor) -> User:
    """Let a person sign in again."""
    user.is_active = True
    return user


def _with_password(user: User) -> User:
    password = first_password(user)
    user.set_password(password)
    user.save()
    user.told_once = [  # type: ignore[attr-defined]
        _("First password of {name}, shown only now: {password}").format(
            name=user.display_name, password=password
        )
    ]
    return user


def first_password(user: User) -> str:
    """A password that the rules let pass: letters, digits and a sign at random."""
    while True:
        drawn = [secrets.choice(LETTERS) for _place in range(SIZE)]
        drawn[4] = drawn[9] = "-"
        drawn[5] = secrets.choice("23456789")
        try:
            password_validation.validate_password("".join(drawn), user)
        except ValidationError:
            continue
        return "".join(drawn)
