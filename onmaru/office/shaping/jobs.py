"""Work in the background."""

from __future__ import annotations

from django.apps import apps
from django.db import connection, models

from onmaru.kernel import jobs
from onmaru.office.shaping.models import CustomField
from onmaru.office.shaping.queries import shapes


def index_of(field: CustomField) -> models.Index:
    """The index by which filters and sorting of a field find their rows."""
    return models.Index(shapes.expression(field), models.F("id"), name=f"shaping_field_{field.pk}")


@jobs.job("shaping.index")
def index(field_id: int) -> None:
    """Build the index of a field while everyone goes on working. One left half built by a kill is built anew."""
    field = CustomField.objects.filter(pk=field_id).first()
    if field is None:
        return
    model, wanted = apps.get_model(field.kind), index_of(field)
    with connection.schema_editor(atomic=False) as editor:
        editor.execute(f'DROP INDEX CONCURRENTLY IF EXISTS "{wanted.name}"')
        editor.execute(wanted.create_sql(model, editor, concurrently=True), params=None)
