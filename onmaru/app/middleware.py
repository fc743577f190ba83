"""What every answer carries, and the one address that answers without a session."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from onmaru.app import health

Answer = Callable[[HttpRequest], HttpResponse]


def healthz(answer: Answer) -> Answer:
    """Answer GET /healthz before hosts, sessions and languages are looked at: a probe has none of them."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path != "/healthz":
            return answer(request)
        state = health.state()
        return JsonResponse(state, status=200 if state["status"] == "ok" else 503)

    return middleware


def content_security_policy(answer: Answer) -> Answer:
    """Let pages run and load only what this server itself serves."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        response.headers.setdefault("Content-Security-Policy", settings.CONTENT_SECURITY_POLICY)
        return response

    return middleware
