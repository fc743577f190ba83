"""Pushing: a notice becomes a push to each browser of its person, and each of those goes out by itself."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from onmaru.office.notices import queries, rules
from onmaru.office.notices.commands import devices
from onmaru.office.notices.models import Device, Notice, Push

AT_ONCE = 100


def send() -> int:
    """Push what is due; returns how many attempts there were. What another process has in hand is left to it.

    Each commits by itself. One that a service took when this process is killed before its commit goes out again, under
    the same topic and tag: the service keeps one of a topic, and a browser shows one of a tag.
    """
    _spread()
    due = Push.objects.filter(due_at__lte=timezone.now()).order_by("id")
    return sum(_attempt(key) for key in list(due.values_list("pk", flat=True)[:AT_ONCE]))


def _spread() -> None:
    with transaction.atomic():
        due = Notice.objects.filter(push_due_at__lte=timezone.now()).order_by("id")
        taken = list(due.select_for_update(skip_locked=True)[:AT_ONCE])
        found = Device.objects.filter(person__in={one.person_id for one in taken})
        rows = [Push(notice=one, device=on) for one in taken for on in found if on.person_id == one.person_id]
        Push.objects.bulk_create(rows, ignore_conflicts=True)
        Notice.objects.filter(pk__in=[one.pk for one in taken]).update(push_due_at=None)


def _attempt(key: int) -> bool:
    with transaction.atomic():
        rows = Push.objects.select_related("notice", "device").filter(due_at__lte=timezone.now())
        push = rows.select_for_update(skip_locked=True, of=["self"]).filter(pk=key).first()
        wanted = push is not None and push.notice.read_at is None and push.notice.snoozed_until is None
        if push is not None:
            _settle(push, _sent(push) if wanted else rules.UNWANTED)
        return wanted


def _sent(push: Push) -> int:
    notice = push.notice
    said = {
        "id": notice.pk,
        "title": notice.words,
        "body": notice.excerpt,
        "address": queries.address(notice.subject_kind, notice.subject_id),
    }
    return devices.send(push.device, said, topic=f"notice-{notice.pk}")


def _settle(push: Push, status: int) -> None:
    if status in rules.GONE:
        Device.objects.filter(pk=push.device_id).delete()
    elif (pause := rules.pushed_again_in(status, push.tries)) is not None:
        later = timezone.now() + timedelta(seconds=pause)
        Push.objects.filter(pk=push.pk).update(tries=push.tries + 1, due_at=later)
    else:
        Push.objects.filter(pk=push.pk).delete()
