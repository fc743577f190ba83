"""A clerk finds a name among a million as fast as she types, in every way of typing."""

import random
from itertools import chain

from django.db import connection, models

from bench.frame import Report, progress, timed
from onmaru.kernel import search

NAMES = 1_000_000
LIMIT_MS = 50
PAGE = 21

HEADS = "삼성 현대 대한 한국 대우 동아 신한 우리 국제 세계 서울 부산 대구 제일 미래 동양 한미 엘지 한빛"
TRADES = "전자 화학 건설 물산 산업 상사 기계 금속 제약 식품 유통 무역 통신 자동차 자전거 물류 에너지 의료기"
FAMILY = "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민"
GIVEN = "민서준우지현수진영호성훈은정경미선희연아윤재동혁태상철기주원빈하나래솔별찬욱규승용석범식"
FIRST = "Global Pacific Metro Northern Eastern United Premier Advanced Superior Classic Modern Urban Summit"
SECOND = "Bicycle Cycle Sports Electronics Trading Supply Systems Products Stores Logistics Foods Tools Parts"
FORMS = ("(주)", "㈜", "주식회사 ", "")

# Whole words, initials, mixed, half syllables, the wrong keyboard, numbers, and the broadest: one letter.
TYPED = "삼성전자 삼성 ㅅㅅㅈㅈ ㅅㅅ ㅅ 삼ㅅ 삼서 삼ㅅㅈ tkatjd ttww 내ㅜㅇ 서 성 김 김민서 ㄱㅁㅅ 전자 뷁"
CODES = "lg bicycle bi C0012345 12345 5"
PHRASES = ("삼성 전자", "대한 물류", "global bicycle")


class Name(models.Model):
    """A row as every searchable table has it."""

    name = models.TextField()
    search_text = models.TextField()

    class Meta:
        app_label = "bench"
        managed = False
        db_table = "bench_name"


def main() -> Report:
    """Every way of typing is answered within the limit, median of five."""
    report = Report("search")
    _fill(report)
    slowest = 0.0
    for typed in chain(TYPED.split(), CODES.split(), PHRASES):
        near = _median(search.nearest(Name._default_manager.all(), "search_text", typed))
        page = _median(Name._default_manager.filter(search.condition("search_text", typed)).order_by("-id"))
        report.figures[f"{typed} (picker, list; ms)"] = [round(near, 1), round(page, 1)]
        slowest = max(slowest, near, page)
    report.at_most("slowest answer among a million names, ms", round(slowest, 1), LIMIT_MS)
    return report


def _fill(report: Report) -> None:
    progress(f"{NAMES:,} names")
    dice = random.Random(1)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_name (id bigserial PRIMARY KEY, name text, search_text text)")
        with timed() as span, cursor.copy("COPY bench_name (name, search_text) FROM STDIN") as copy:
            for number in range(NAMES):
                name = _name(dice)
                phone = f"02{dice.randint(10**7, 10**8 - 1)}"
                copy.write_row((name, search.document(name, f"C{number:07}", phone)))
        report.figures["rows written a second"] = round(NAMES / span.seconds)
        with timed() as span:
            cursor.execute("CREATE INDEX ON bench_name USING gin (search_text gin_trgm_ops)")
            cursor.execute("ANALYZE bench_name")
        report.figures["seconds to index"] = round(span.seconds, 1)


def _name(dice: random.Random) -> str:
    kind = dice.random()
    if kind < 0.25:
        return dice.choice(FAMILY) + dice.choice(GIVEN) + dice.choice(GIVEN)
    if kind < 0.4:
        return " ".join(
            dice.choice(words) for words in (FIRST.split(), SECOND.split(), ("Co., Ltd.", "Inc."))
        )
    syllables = dice.choice(HEADS.split()) if kind < 0.7 else dice.choice(GIVEN) + dice.choice(GIVEN)
    return f"{dice.choice(FORMS)}{syllables}{dice.choice(('', ' '))}{dice.choice(TRADES.split())}"


def _median(rows: models.QuerySet[Name]) -> float:
    """Milliseconds for one page."""
    taken = []
    for _turn in range(5):
        with timed() as span:
            list(rows.values_list("id", "name")[:PAGE])
        taken.append(span.seconds * 1000)
    return sorted(taken)[2]
