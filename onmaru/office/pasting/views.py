"""What a form asks while its lines are typed or pasted."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse

from onmaru.kernel.identity import Actor
from onmaru.office.pasting import queries
from onmaru.workbench import detail, forms
from onmaru.workbench.forms import Form
from onmaru.workbench.views.page import entity, page


@page
def new(request: HttpRequest, by: Actor, name: str) -> HttpResponse:
    """Look at the lines of a record that is not there yet."""
    return _look(request, forms.new(entity(name, by), by))


@page
def edit(request: HttpRequest, by: Actor, name: str, pk: int) -> HttpResponse:
    """Look at the lines of a record that is being changed."""
    shown = entity(name, by)
    return _look(request, forms.edit(shown, by, detail.find(shown, by, pk)))


def _look(request: HttpRequest, form: Form) -> HttpResponse:
    form.take(request.POST)
    return JsonResponse(queries.look(form, request.POST.get("lines", "")), safe=False)
