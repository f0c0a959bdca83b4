"""Who may open the view in a browser: a link opens it once, then a cookie, for this page alone."""

import secrets
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler
from yarl import URL

HOST: Final = "127.0.0.1"
"""The only address that is listened at: what comes from another computer needs a tunnel."""

TOKEN_BYTES: Final = 32
"""Bytes of each secret: 256 bits."""

COOKIE: Final = "stridegate"

_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Server": "StrideGate",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; font-src 'self'; img-src 'self' data:; "
    # The terminal in the page sets its cells' size and colours by styles of its own.
    "style-src 'self' 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; connect-src "
)


class Guard:
    """The way in to one served view.

    The view lies below a path that nobody can guess, and its cookie is sent there only: browsers
    send cookies to every port of an address, so one for the whole of it would reach the servers of
    other users of this computer.

    Parameters
    ----------
    port : int
        The port that is listened at.

    Attributes
    ----------
    path : str
        Where the view lies.
    origin : str
        What the view's own page sends as its origin.
    """

    def __init__(self, port: int) -> None:
        self.origin = str(URL.build(scheme="http", host=HOST, port=port).origin())
        self.path = f"/{secrets.token_urlsafe(TOKEN_BYTES)}"
        self._token: str | None = secrets.token_urlsafe(TOKEN_BYTES)
        self._cookie = secrets.token_urlsafe(TOKEN_BYTES)
        self._host = self.origin.removeprefix("http://")
        self._policy = f"{_POLICY}'self' ws://{self._host}"

    @property
    def link(self) -> str:
        """What opens the view, once."""
        return f"{self.origin}/?token={self._token}"

    def around(self, view: web.Application) -> web.Application:
        """Return an app in which nothing of a view is reached past this guard."""

        @web.middleware
        async def checked(request: web.Request, handler: Handler) -> web.StreamResponse:
            self._check(request)
            return await handler(request)

        app = web.Application(middlewares=[checked])
        app.router.add_get("/", self._enter, allow_head=False)
        app.add_subapp(self.path, view)
        app.on_response_prepare.append(self._add_headers)
        return app

    def _check(self, request: web.Request) -> None:
        # A page elsewhere may have led its own name to this address: its Host gives it away.
        if request.headers.getall("Host", []) != [self._host]:
            raise _forbidden("This address is not the view's own.")
        origin = request.headers.get("Origin")
        is_socket = request.headers.get("Upgrade", "").lower() == "websocket"
        if origin != self.origin and (origin is not None or is_socket):
            raise _forbidden("No other page may look.")
        is_entry = request.path == "/"
        if not is_entry and not _same(request.cookies.get(COOKIE, ""), self._cookie):
            raise _forbidden("Open the link that stridegate serve has printed.")

    async def _enter(self, request: web.Request) -> web.Response:
        token = self._token
        if token is None or not _same(request.query.get("token", ""), token):
            raise _forbidden(
                "This link opens nothing: each opens once. For a new one, end stridegate serve and "
                "start it again."
            )
        self._token = None
        entered = web.Response(status=303, headers={"Location": f"{self.path}/"})
        entered.set_cookie(COOKIE, self._cookie, path=self.path, httponly=True, samesite="Strict")
        return entered

    async def _add_headers(self, _request: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(_HEADERS)
        response.headers["Content-Security-Policy"] = self._policy


def _same(shown: str, secret: str) -> bool:
    return secrets.compare_digest(shown.encode("utf-8", "surrogateescape"), secret.encode())


def _forbidden(text: str) -> web.HTTPForbidden:
    return web.HTTPForbidden(text=f"{text}\n")
