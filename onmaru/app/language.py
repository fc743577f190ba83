"""Speak to a person in the language they chose, on whatever machine they sign in."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

Answer = Callable[[HttpRequest], HttpResponse]


def of_person(answer: Answer) -> Answer:
    """Middleware after the authentication: the person's own language wins over the browser's."""

    def middleware(request: HttpRequest) -> HttpResponse:
        # The API reads its own header or token; static files never come here.
        if request.user.is_authenticated and request.user.language != translation.get_language():
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = request.user.language
        return answer(request)

    return middleware
