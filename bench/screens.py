"""A screen costs the same among a million records as among ten thousand, and a list hardly more than one by hand."""

import random
import statistics
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import Client, override_settings
from django.urls import include, path

from bench import million
from bench.frame import Report, progress, timed

FEW, MANY = 10_000, 1_000_000
TIMES = 40
WARM = 3
GROWTH = 1.5
OF_HAND_WRITTEN = 0.6
HOST: dict[str, Any] = {"HTTP_HOST": "localhost", "HTTP_ACCEPT_LANGUAGE": "ko"}

TYPED = ["삼성", "ㅅㅅㅈㅈ", "김민서", "물산", "bicycle", "tkatjd", "대한", "금"]
TYPED += ["000123", "PO-9", "SO-2026-0012", "C0001"]
LISTS = (
    "orders/",
    "orders/?state=closed",
    "orders/?sort=-ordered_on",
    "orders/?ordered_on__gte=2026-06-01&state=draft",
    "parties/",
    "parties/?sort=name",
    "payments/?sort=received_on",
    "deliveries/",
)
BOARDS = ("orders/?face=board", "orders/?face=board&state=draft", "orders/?face=board&ordered_on=2026-03-10")
PIVOTS = (
    "orders/?face=pivot",
    "orders/?face=pivot&down=state&across=ordered_on.quarter&measure=total&measure=count",
    "payments/?face=pivot&down=received_on.month&measure=amount",
)


def main() -> Report:
    """Every screen at both sizes in one database that grows between, then the list beside one by hand."""
    report = Report("screens")
    ground = million.found()
    with override_settings(ROOT_URLCONF="bench.screens"):
        times = []
        for size in (FEW, MANY):
            million.grow(ground, size, size)
            progress(f"{size:,} of each")
            times.append(measure(report, size))
        for kind, few in times[0].items():
            grown = round(times[1][kind] / few, 2)
            report.at_most(f"p95 of {kind} at {MANY:,} in times of that at {FEW:,}", grown, GROWTH)
        _beside_by_hand(report)
    return report


def measure(report: Report, size: int) -> dict[str, float]:
    """The p95 of each kind of screen in ms, as the server takes it from request to answer."""
    client, found = signed_in(), {}
    for kind, ask in _screens(client):
        for _turn in range(WARM):
            ask()
        taken = sorted(ask() for _turn in range(TIMES))
        p50, p95 = taken[TIMES // 2], taken[TIMES * 95 // 100]
        report.figures[f"{kind} at {size:,}, p50 and p95 in ms"] = [round(p50, 1), round(p95, 1)]
        progress(f"{kind}: {p50:.0f} and {p95:.0f} ms")
        found[kind] = p95
    report.figures[f"a pivot read anew at {size:,}, the dearest in ms"] = round(_anew(client), 1)
    return found


def _anew(client: Client) -> float:
    """The ms of the dearest pivot where no answer is kept, as after a change: inside of a transaction none is."""
    with transaction.atomic():
        return max(statistics.median(_get(client, one) for _turn in range(5)) for one in PIVOTS)


def signed_in() -> Client:
    """A browser of somebody who may do everything."""
    from onmaru.kernel.models import User

    user, _made = User.objects.get_or_create(username="bench", is_superuser=True, language="ko")
    client = Client(**HOST)
    client.force_login(user)
    return client


def _screens(client: Client) -> Iterator[tuple[str, Callable[[], float]]]:
    dice = random.Random(7)
    yield "a list", lambda: _get(client, dice.choice(LISTS))
    yield "a search", lambda: _get(client, _searched(dice))
    yield "the palette", lambda: _get(client, f"palette?q={dice.choice(TYPED)}")
    yield "a board", lambda: _get(client, dice.choice(BOARDS))
    yield "a form", lambda: _get(client, dice.choice(("orders/new", f"parties/{_party(dice)}/edit")))
    yield "a save", _saving(client, dice)
    yield "a pivot", lambda: _get(client, dice.choice(PIVOTS))


def _searched(dice: random.Random) -> str:
    place = dice.choice(("orders/", "parties/", "parties/choices", "deliveries/", "payments/"))
    return f"{place}?q={dice.choice(TYPED)}"


def _party(dice: random.Random) -> int:
    from onmaru.masters.party.models import Party

    first = Party.objects.order_by("pk").values_list("pk", flat=True)[1]
    return first + dice.randrange(FEW - 10)


def _get(client: Client, address: str) -> float:
    with timed() as span:
        answer = client.get(f"/{address}")
    assert answer.status_code == 200, (address, answer.status_code)
    return span.seconds * 1000


class _Form(HTMLParser):
    """What a browser would send of the fields of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.select = self.area = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        name = told.get("name") or ""
        if tag == "input" and name and (told.get("type") != "checkbox" or "checked" in told):
            self.fields[name] = told.get("value") or ""
        self.select = name if tag == "select" else self.select
        self.area = name if tag == "textarea" else ""
        if tag == "option" and "selected" in told and self.select:
            self.fields[self.select] = told.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.fields[self.area] = data.strip()


def _saving(client: Client, dice: random.Random) -> Callable[[], float]:
    """Another note for a customer, as a form that was opened and is saved."""

    def save() -> float:
        address = f"/parties/{_party(dice)}/edit"
        fields = _Form(client.get(address).content.decode()).fields
        fields["note"] = f"전화 {dice.random()}"
        with timed() as span:
            answer = client.post(address, fields)
        assert answer.status_code == 302, answer.status_code
        return span.seconds * 1000

    return save


BY_HAND = """<!DOCTYPE html><html lang="ko"><head><meta charset="utf-8"><title>판매 주문</title></head><body>
<nav><a href="/">홈</a> <a href="/orders/">판매 주문</a> <a href="/parties/">거래처</a> {{ user.full_name }}</nav>
<form method="get"><input name="q" value=""><button>찾기</button></form>
<table><thead><tr><th>번호</th><th>상태</th><th>고객</th><th>주문일</th><th>약속일</th><th>합계</th><th>납품</th><th>수금</th></tr></thead><tbody>
{% for order in orders %}<tr><td><a href="/orders/{{ order.pk }}/">{{ order.number|default:"(초안)" }}</a></td>
<td><span class="pill {{ order.state }}">{{ order.get_state_display }}</span></td>
<td><a href="/parties/{{ order.customer_id }}/">{{ order.customer.name }}</a></td>
<td>{{ order.ordered_on|date:"Y-m-d" }}</td><td>{{ order.promised_on|date:"Y-m-d" }}</td>
<td>{{ order.total|floatformat:"0g" }}</td><td>{{ order.delivery_status }}</td><td>{{ order.payment_status }}</td></tr>
{% endfor %}</tbody></table></body></html>"""


@login_required
def by_hand(request: HttpRequest) -> HttpResponse:
    """The newest fifty orders as a Django programmer would write the page."""
    from onmaru.erp.sales.models import Order
    from onmaru.erp.sales.queries import status

    rows = status.orders(Order.objects.select_related("customer")).order_by("-pk")[:50]
    return HttpResponse(engines["django"].from_string(BY_HAND).render({"orders": rows}, request))


urlpatterns = [path("by-hand", by_hand), path("", include("onmaru.app.urls"))]


def _beside_by_hand(report: Report) -> None:
    """The page's own part, as it is fetched when somebody pages or sorts, and the page whole."""
    client = signed_in()
    ratios = []
    for _round in range(5):
        hand = statistics.mean(_get(client, "by-hand") for _turn in range(20))
        ours = statistics.mean(_get(client, "orders/") for _turn in range(20))
        ratios.append(hand / ours)
        progress(f"by hand {hand:.1f} ms, the list {ours:.1f} ms")
    rate = round(statistics.median(ratios), 2)
    report.at_least("rate of the list in times of a view by hand", rate, OF_HAND_WRITTEN)
