"""Rules and runs to try the entities with."""

from __future__ import annotations

from dataclasses import replace

from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.office.automation.commands import rules
from onmaru.office.automation.models import Rule, Run


def _of_somebody(by: Actor, place: int) -> Actor:
    person = User.objects.get_or_create(
        username=f"ruler{place}", defaults={"full_name": f"규칙 담당 {place}"}
    )[0]
    return replace(by, user_id=person.pk, name=person.display_name)


def rule(by: Actor, place: int) -> Rule:
    notice = {"does": "notice", "said": "{name} 확인"}
    return rules.create(
        by=_of_somebody(by, place),
        name=f"신규 거래처 알림 {place}",
        kind="party.party",
        happening=Rule.Happening.CREATED,
        actions=[notice],
    )


def run(by: Actor, place: int) -> Run:
    return Run.objects.create(
        rule=rule(by, place), subject_kind="party.party", subject_id=1, about=f"거래처 {place}", told="알림"
    )
