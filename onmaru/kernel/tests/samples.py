"""Records of the kernel that types alone do not make."""

from __future__ import annotations

from datetime import date

from onmaru.kernel import files
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import (
    AccessLog,
    DatedSetting,
    Grant,
    NumberFormat,
    RecordRule,
    RetentionRule,
    Role,
    StoredFile,
    Token,
    User,
)

DAY = date(2026, 11, 22)


def user(by: Actor, place: int) -> User:
    return User.objects.create_user(f"sample{place}", full_name=f"표본 {place}")


def role(by: Actor, place: int) -> Role:
    return Role.objects.create(code=f"sample{place}", name_ko=f"표본 {place}", name_en=f"Sample {place}")


def storedfile(by: Actor, place: int) -> StoredFile:
    return files.attach(record=user(by, 400 + place), name=f"sample{place}.txt", content=b"sample", by=by)


def grant(by: Actor, place: int) -> Grant:
    return Grant.objects.create(user=user(by, 100 + place), role=role(by, 100 + place))


def recordrule(by: Actor, place: int) -> RecordRule:
    return RecordRule.objects.create(role=role(by, 200 + place), kind="party.party", hidden=["note"])


def token(by: Actor, place: int) -> Token:
    return Token.objects.create(
        user=user(by, 300 + place),
        name=f"표본 {place}",
        digest=f"{place:064}",
        hint="abcd",
        role_ids=[1],
        expires_on=DAY,
    )


def accesslog(by: Actor, place: int) -> AccessLog:
    return AccessLog.objects.create(
        deed="shown",
        by_name=f"표본 {place}",
        source="screen",
        kind="party.contact",
        subject_ids=[place],
        whose="홍길동",
        fields=["phone"],
    )


def retentionrule(by: Actor, place: int) -> RetentionRule:
    return RetentionRule.objects.create(
        kind="party.contact",
        field="phone",
        keep_days=30 + place,
        since="changed_at",
        starts_on=DAY,
        ground="동의서 3항",
    )


def datedsetting(by: Actor, place: int) -> DatedSetting:
    return DatedSetting.objects.create(
        code="password.days", value=str(60 + place), starts_on=date(2027, 1, 1 + place), reason="내부관리계획"
    )


def numberformat(by: Actor, place: int) -> NumberFormat:
    """Formats of one series; which company has it is not the kernel's to know."""
    return NumberFormat.objects.create(
        company_id=1, series="ZZ", pattern=f"ZZ-{{year}}-{{number:{place % 6 + 4}}}", starts_on=DAY
    )
