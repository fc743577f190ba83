"""The ASGI application that the server calls: the streams to open pages run on its loop, pages on threads."""

from typing import Any

from a2wsgi import WSGIMiddleware
from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, Scope

from onmaru.app.wsgi import application as _pages
from onmaru.office.notices.views import stream

THREADS = 8

_on_threads = WSGIMiddleware(_pages, workers=THREADS)


async def application(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    """Answer one request; a server that asks about start and end is told that there is nothing to do."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http" and scope["path"] == "/live":
        await stream.answer(scope, receive, send)  # type: ignore[arg-type]
    else:
        await _on_threads(scope, _asked(receive), send)  # type: ignore[arg-type]


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
            await send({"type": "lifespan.shutdown.complete"})
            return
