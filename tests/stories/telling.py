"""What the story of telling people runs in processes of its own: ``build``, ``talk``, ``work`` and ``check``."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import django


def build() -> None:
    """The house's tables, one customer, and two people who follow it."""
    from django.core.management import call_command

    from onmaru.kernel import identity
    from onmaru.kernel.models import User
    from onmaru.masters.party.commands import parties
    from onmaru.office.discussion.commands import marks

    call_command("migrate", verbosity=0, interactive=False)
    party = parties.create(by=identity.system("story"), name="한빛상사", confirm_duplicate=True)
    people = [User.objects.create_user(f"f{place}", is_superuser=True) for place in range(2)]
    marks.follow(party, [one.pk for one in people])


def talk(answers: Path) -> None:
    """Comment until killed; what was answered is written down."""
    from onmaru.kernel import identity
    from onmaru.masters.party.models import Party
    from onmaru.office.discussion.commands import comments

    party, by = Party.objects.get(), identity.system("story")
    with answers.open("a") as written:
        while True:
            said = comments.write(subject_kind="party.party", subject_id=party.pk, text="한 마디", by=by)
            written.write(f"{said.pk}\n")
            written.flush()


def work(answers: Path) -> None:
    """React until killed."""
    from onmaru.kernel import jobs

    while True:
        if jobs.drain():
            answers.touch()


def check(answers: Path) -> None:
    """Drain what is left; say which comments were told how often."""
    from onmaru.kernel import jobs
    from onmaru.office.discussion.models import Comment
    from onmaru.office.notices.models import Notice

    jobs.drain()
    told: dict[str, int] = {}
    for once in Notice.objects.values_list("once", flat=True):
        told[once] = told.get(once, 0) + 1
    comments = [f"comment:{key}" for key in Comment.objects.values_list("pk", flat=True)]
    answered = {f"comment:{key}" for key in answers.read_text().split()}
    print(
        json.dumps(
            {
                "comments": len(comments),
                "lost": sorted(answered - set(comments)),
                "times": sorted({told.get(one, 0) for one in comments}),
                "stray": sorted(set(told) - set(comments)),
            }
        )
    )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onmaru.app.settings")
    django.setup()
    verb, place = sys.argv[1], Path(sys.argv[2])
    if verb == "build":
        build()
    else:
        {"talk": talk, "work": work, "check": check}[verb](place)
