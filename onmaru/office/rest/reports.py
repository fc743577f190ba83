"""Reports as JSON."""

# No postponed annotations here: ninja reads the signatures of functions made at run time.

from typing import Any

from django.http import HttpResponse
from ninja import Router, Schema

from onmaru.kernel import refusals
from onmaru.office.rest import operations, signing
from onmaru.workbench import report, values
from onmaru.workbench.report import Report


class Table(Schema):
    """A report: its columns in order, a row an object, and the sums of the columns that can be summed."""

    currency: str
    columns: list[str]
    rows: list[dict[str, Any]]
    totals: dict[str, str]


def router() -> Router:
    """One operation a report."""
    face = Router(tags=["reports"])
    for one in report.every():
        asked = [
            {"name": f.name, "in": "query", "schema": {"type": "string"}, "description": str(f.label)}
            for f in one.fields
        ]
        face.get(
            f"/{one.name}",
            response={200: Table} | operations.READING,
            operation_id=f"report_{one.name.replace('-', '_')}",
            summary=f"Report {one.name}",
            openapi_extra={"parameters": asked},
        )(_read(one))
    return face


def _read(one: Report) -> Any:
    def operation(request):  # type: ignore[no-untyped-def]
        by = signing.actor(request)
        reading = report.read(report.find(one.name, by), by, request.GET.dict())
        refusals.check(reading.problems)
        return _answer(reading)

    return operation


def _answer(reading: report.Reading) -> HttpResponse:
    shown = reading.report.shown
    rows = [{one.name: values.plain(one.getter(record)) for one in shown} for record in reading.records]
    totals = {name: values.plain(value) for name, value in reading.totals().items()}
    return operations.as_json(
        {"currency": reading.currency, "columns": [c.name for c in shown], "rows": rows, "totals": totals}
    )
