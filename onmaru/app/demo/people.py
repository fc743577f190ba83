"""Who works there, and what each may do."""

from __future__ import annotations

from collections.abc import Iterable

from django.apps import apps
from django.contrib.auth.hashers import make_password

from onmaru.kernel import commands, files, identity, permissions
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import Grant, RecordRule, Role, User

PASSWORD = "onmaru-demo"  # noqa: S105 - printed at the start: it opens nothing but invented figures
PEOPLE = (
    ("owner", "김온유", "대표 · Owner", "owner"),
    ("sales", "이서연", "영업 · Sales", "sales"),
    ("accounting", "박지훈", "회계 · Accounting", "accounting"),
    ("warehouse", "최준호", "물류 · Warehouse", "warehouse"),
    ("viewer", "정하윤", "조회 · Viewer", "viewer"),
)
TALK = ["activities.*", "discussion.*", "mail.mail.*", "kernel.storedfile.view"]
BOARDS = ("dashboards.dashboard", "dashboards.mailing")
ROOMS = ("party", "product", "site", "accounting", "stock", "sales")


def _reads(*rooms: str, verbs: Iterable[str] = ("view", "export")) -> list[str]:
    models = [model for room in rooms for model in apps.get_app_config(room).get_models()]
    return [permissions.code(model, verb) for model in models for verb in verbs]


def _does(*nouns: str, but: Iterable[str] = ()) -> list[str]:
    """The commands on these nouns (``sales.order``), but for those whose verb is named."""
    return [
        one.permission
        for one in commands.registry.values()
        if one.name.rpartition(".")[0] in nouns and one.name.rpartition(".")[2] not in but and not one.inner
    ]


def _signs() -> list[str]:
    """What everybody does about approvals: write, draft, sign, be away."""
    nouns = ("approval.approval", "signatories.absence", "forms.paper")
    rooms = ("approval", "demands", "signatories", "forms", "organization")
    return [*_reads(*rooms, verbs=["view"]), *_does(*nouns)]


def _roles() -> dict[str, tuple[str, str, list[str]]]:
    boards = [*_reads("dashboards", verbs=["view"]), *_does(*BOARDS, but={"share"})]
    attach = [files.attach.permission, *TALK, *boards]
    trade = ("party", "product", "site", "stock", "sales")
    return {
        "owner": ("대표", "Owner", ["*"]),
        "sales": (
            "영업",
            "Sales clerk",
            [
                *_reads(*trade),
                *_reads("accounting", verbs=["view"]),
                *_does(
                    "sales.order",
                    "sales.customerterms",
                    "party.party",
                    "product.price",
                    but={"invoice", "credit"},
                ),
                "party.party.import",
                *attach,
                *_signs(),
            ],
        ),
        "accounting": (
            "회계",
            "Accountant",
            [
                *_reads(*ROOMS),
                "accounting.*",
                *_does("sales.invoice", "sales.payment", "party.party", "party.bank"),
                "sales.order.invoice",
                "sales.order.credit",
                *attach,
                *_signs(),
            ],
        ),
        "warehouse": (
            "물류",
            "Warehouse",
            [
                *_reads("product", "site", "stock", "sales", "party", verbs=["view", "export"]),
                *_does("stock.stockdocument", "sales.delivery", "site.location"),
                "sales.order.deliver",
                "sales.order.reserve",
                *attach,
                *_signs(),
            ],
        ),
        "viewer": ("조회", "Viewer", [*_reads(*ROOMS, verbs=["view"]), *TALK]),
    }


def hire() -> dict[str, Actor]:
    """Make the roles and the people who sign in; by role, who acts."""
    secret = make_password(PASSWORD)
    roles = {
        code: Role.objects.create(code=code, name_ko=korean, name_en=english, permissions=sorted(set(may)))
        for code, (korean, english, may) in _roles().items()
    }
    for role in roles.values():
        for kind, owner in zip(BOARDS, ("owner", "receiver"), strict=True):
            RecordRule.objects.create(role=role, kind=kind, reads="mine", writes="mine", owner=owner)
    found = {}
    for login, name, _words, code in PEOPLE:
        user = User.objects.create(
            username=login, full_name=name, email=f"{login}@onmaru.example", password=secret
        )
        Grant.objects.create(user=user, role=roles[code])
        found[code] = identity.actor(user)
    return found
