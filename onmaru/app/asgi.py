"""The ASGI application that the server calls: the streams to open pages run on its loop, pages on threads."""

from collections.abc import Callable
from typing import Any

from a2wsgi import WSGIMiddleware
from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, Scope
from django.urls import get_resolver

from onmaru.app import health, processes
from onmaru.app.wsgi import application as _pages
from onmaru.office.notices.views import stream

THREADS = 8


def routed(pages: Callable[..., Any]) -> ASGI3Application:
    """Streams to open pages, and the pages of a WSGI application."""
    on_threads = WSGIMiddleware(pages, workers=THREADS)

    async def answer(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http" and scope["path"] == "/live":
            await stream.answer(scope, receive, send)  # type: ignore[arg-type]
        else:
            await on_threads(scope, _asked(receive), send)  # type: ignore[arg-type]

    return answer


def _asked(receive: ASGIReceiveCallable) -> ASGIReceiveCallable:
    """The same as a coroutine: the server's own answers another kind of awaitable, which threads cannot wait for."""

    async def asked() -> Any:
        return await receive()

    return asked


async def _lifespan(receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    while True:
        said = (await receive())["type"]
        if said == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        else:
            stream.house.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return


def _loaded() -> None:
    """Have at hand what the first request would load."""
    assert get_resolver().url_patterns
    health.wanted()


application = routed(_pages)
_loaded()
processes.Gate.wait()
