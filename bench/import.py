"""A company moves in: a million customers from one file, each validated, compared with the known ones and audited."""

import csv
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from django.db import connection

from bench.frame import Report, progress, timed
from onmaru.app import processes
from onmaru.kernel import identity
from onmaru.kernel.models import AuditRow
from onmaru.masters.party.models import Party
from onmaru.office.batches.models import Run
from onmaru.office.imports.commands import staging
from onmaru.workbench import registry

ROWS = 1_000_000
LIMIT_SECONDS = 300
HEAD = ["code", "name", "is_customer", "phone", "email", "note"]
FAMILY = "한빛 대한 서울 북악 부산 제주 남산 동해 금강 태백 설악 가람"
TRADE = "상사 물산 전자 산업 기계 유통 식품 건설 무역 정밀"


def main(rows: int = ROWS) -> Report:
    """The file is laid out, brought in by the two workers of a house, and set beside a bare COPY of the same rows.

    What counts begins with the upload and ends with the last row, the start of the workers included.
    """
    report = Report("import")
    with tempfile.TemporaryFile() as file:
        _write(file, rows)
        report.figures["file, MB"] = file.tell() / 2**20
        copied = _copied(file)
        run, laid_out = _laid_out(file)
    with timed() as span, _workers():
        while run.is_working:
            time.sleep(0.5)
            run.refresh_from_db()
            if run.done:
                progress(f"{run.done:,} parties")
    whole = laid_out + span.seconds
    report.figures |= {
        "COPY of the same rows, s": copied,
        "laid out, s": laid_out,
        "brought in, s": span.seconds,
    }
    report.figures |= {"rows a second": rows / whole, "rows a second, COPY": rows / copied}
    report.equal("parties, each with its history", _made(), rows)
    report.equal("refused", run.refused, 0)
    report.at_most("seconds for a million", whole * ROWS / rows, LIMIT_SECONDS)
    return report


def _write(file: IO[bytes], rows: int) -> None:
    progress(f"{rows:,} rows")
    dice = random.Random(1)
    heads, trades = FAMILY.split(), TRADE.split()
    for place in range(rows):
        if place == 0:
            file.write((",".join(HEAD) + "\n").encode("cp949"))
        name = f"{dice.choice(heads)}{dice.choice(trades)} {place}"
        line = f"B{place:07},{name},Y,02-{place // 10000 % 9000 + 1000:04}-{place % 10000:04},b{place}@example.kr,\n"
        file.write(line.encode("cp949"))


def _copied(file: Any) -> float:
    file.seek(0)
    with connection.cursor() as cursor, timed() as span:
        cursor.execute(
            "CREATE TABLE bench_copy (code text, name text, customer text, phone text, email text, note text)"
        )
        with cursor.copy("COPY bench_copy FROM STDIN") as copy:
            for row in csv.reader(line.decode("cp949") for line in file):
                copy.write_row(row)
    return span.seconds


def _laid_out(file: IO[bytes]) -> tuple[Run, float]:
    entity = registry.get("parties")
    assert entity is not None
    by = identity.system("bench")
    with timed() as span:
        run = staging.stage(entity, file, "customers.csv", by)
        staging.go(run, by)
    return run, span.seconds


@contextmanager
def _workers() -> Iterator[None]:
    """The workers that `up` starts."""
    children = [processes.start("work"), processes.start("help")]
    try:
        yield
    finally:
        processes.stop(children)


def _made() -> int:
    """Parties made, if as many histories say so."""
    made = Party.objects.filter(code__startswith="B").count()
    told = AuditRow.objects.filter(command="party.party.create", source__startswith="run:").count()
    return made if made == told else -1
