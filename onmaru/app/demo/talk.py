"""What the people of the demonstration say and plan: enough for a first look at a timeline, a day and an inbox."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from onmaru.erp.sales.models import Order
from onmaru.kernel import calendars, identity
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.office.activities.commands import activities
from onmaru.office.activities.models import Activity
from onmaru.office.discussion.commands import comments

SAID = (
    ("sales", "@박지훈 입금 예정일 확인 부탁드립니다."),
    ("accounting", "@이서연 다음 주 초에 들어온다고 합니다."),
    ("warehouse", "포장재가 부족해서 출하를 하루 미룹니다. @이서연"),
)
PLANNED = (
    ("sales", "단가 협의 전화", "call", -1, ""),
    ("sales", "납기 확인", "task", 0, ""),
    ("sales", "주간 영업 회의", "meeting", 3, "weekly"),
    ("accounting", "미수금 점검", "task", 0, "monthly"),
    ("owner", "고객사 방문", "visit", 2, ""),
)


def run(staff: Mapping[str, Actor], today: date) -> None:
    """Talk about the newest order and plan around it; the worker tells those concerned."""
    order = Order.objects.exclude(number=None).order_by("-id").first()
    if order is None:
        return
    on: dict[str, Any] = {"subject_kind": "sales.order", "subject_id": order.pk}
    for role, text in SAID:
        comments.write(by=_may(staff[role]), text=text, **on)
    for role, title, kind, days, repeats in PLANNED:
        day = (
            calendars.next_working(today + timedelta(days=days)) if days > 0 else today + timedelta(days=days)
        )
        activities.create(
            by=_may(staff[role]),
            today=today,
            title=title,
            kind=Activity.Kind(kind),
            due_on=day,
            repeats=Activity.Repeats(repeats),
            person=User.objects.get(pk=staff[role].user_id or 0),
            **(on if role != "owner" else {}),
        )


def _may(by: Actor) -> Actor:
    return identity.also(by, comments.write.permission, activities.create.permission)
