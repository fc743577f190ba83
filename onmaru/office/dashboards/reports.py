"""A dashboard on paper and as a workbook."""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

import xlsxwriter
from django.utils.formats import date_format
from django.utils.translation import get_language
from xlsxwriter.worksheet import Worksheet

from onmaru.kernel import calendars, printing
from onmaru.kernel.identity import Actor
from onmaru.office.dashboards.queries.answers import Answer

_FIGURE = re.compile(r"-?\d[\d,]*(\.\d+)?")
TEMPLATE = "office/dashboards/templates/print/board.typ"
FORMS: Mapping[str, str] = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def made(form: str, name: str, answers: Sequence[Answer], by: Actor) -> tuple[bytes, str]:
    """The file and its media type; ``form`` is one of FORMS."""
    content = _paper(name, answers, by) if form == "pdf" else _workbook(answers)
    return content, FORMS[form]


def _paper(name: str, answers: Sequence[Answer], by: Actor) -> bytes:
    parts = [
        {
            "title": one.title,
            "figures": [{"text": figure.text, "aside": figure.aside} for figure in one.figures],
            "words": one.problem or one.card.text,
            "heads": [str(column.label) for column in one.columns],
            "left": [at for at, column in enumerate(one.columns) if column.align != "end"],
            "rows": one.table,
        }
        for one in answers
    ]
    said = {"name": name, "author": by.name, "lang": (get_language() or "ko")[:2], "mark": ""}
    return printing.render(
        TEMPLATE, said | {"day": date_format(calendars.today(), "DATE_FORMAT"), "parts": parts}
    )


def _workbook(answers: Sequence[Answer]) -> bytes:
    """A sheet of all figures, and one for each card that has rows; what is a figure can be reckoned with."""
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        first = book.add_worksheet()
        first.set_column(0, 2, 28)
        place = 0
        for one in answers:
            said = [(figure.text, figure.aside) for figure in one.figures] or [
                (one.problem or one.card.text, "")
            ]
            for text, aside in said:
                _row(book, first, place, [one.title, text, aside], {1} if one.figures else set())
                place += 1
            if one.table:
                _sheet(book, f"{one.card.ordinal + 1}", one)
    return file.getvalue()


def _sheet(book: xlsxwriter.Workbook, name: str, answer: Answer) -> None:
    sheet = book.add_worksheet(None if name in book.sheetnames else name)
    sheet.set_column(0, 8, 22)
    heads = [str(column.label) for column in answer.columns]
    figures = {at for at, column in enumerate(answer.columns) if column.align == "end"}
    figures = figures if answer.columns else set(range(1, max(map(len, answer.table))))
    for place, row in enumerate([[answer.title], *([heads] if heads else []), *answer.table]):
        _row(book, sheet, place, row, figures)


def _row(
    book: xlsxwriter.Workbook, sheet: Worksheet, place: int, texts: Sequence[str], figures: Collection[int]
) -> None:
    """A row of texts, those of ``figures`` as numbers where they are one; codes stay as they are written."""
    for at, text in enumerate(texts):
        if at in figures and _FIGURE.fullmatch(text):
            shown = "#,##0" + ".00" * ("." in text)
            sheet.write_number(
                place, at, Decimal(text.replace(",", "")), book.add_format({"num_format": shown})
            )
        else:
            sheet.write_string(place, at, text)
