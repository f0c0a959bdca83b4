"""The two ways in to a running session: a socket of this computer, and by wish the network."""

import http
import secrets
import socket
import ssl
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from websockets.asyncio.server import Server, ServerConnection, serve, unix_serve
from websockets.http11 import Request, Response

from monitor.live.door import Door
from monitor.live.ticket import Ticket
from monitor.live.wire import MAX_REQUEST_BYTES, PROTOCOL

BUFFER_BYTES: Final = 65_536
"""Bytes that wait in the socket of a slow viewer before sending to it stands still."""

_OPTIONS: Final[dict[str, Any]] = {
    "subprotocols": [PROTOCOL],
    "origins": [None],  # no page in a browser may look
    "compression": None,
    "max_size": MAX_REQUEST_BYTES,
    "write_limit": BUFFER_BYTES,
    "server_header": None,
    "close_timeout": 1.0,
}

Handler = Callable[[ServerConnection], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Remote:
    """The wish to be seen on the network.

    Attributes
    ----------
    host : str
        The address to listen at.
    port : int
        The port; 0 for any free one.
    ticket : Ticket
        What a viewer is given; its port is the real one once the session listens.
    tls : ssl.SSLContext
        The server's side of the encryption.
    """

    host: str
    port: int
    ticket: Ticket
    tls: ssl.SSLContext


async def listen_here(stack: AsyncExitStack, door: Door, handler: Handler) -> Door:
    """Let viewers of this computer in, until the stack is closed.

    Returns
    -------
    Door
        As it stands: with the port, where it has no Unix socket.

    Raises
    ------
    OSError
        Where the socket cannot be opened.
    """
    if door.socket:
        stack.callback(Path(door.socket).unlink, missing_ok=True)
        bound = _own_socket(door.socket)
        await stack.enter_async_context(unix_serve(handler, sock=bound, **_OPTIONS))
        return door
    check = _token_check(door.token)
    server = await stack.enter_async_context(
        serve(handler, "127.0.0.1", 0, process_request=check, **_OPTIONS)
    )
    return replace(door, port=_port(server))


async def listen_afar(stack: AsyncExitStack, remote: Remote, handler: Handler) -> Ticket:
    """Let viewers of other computers in, until the stack is closed; returns their ticket.

    Raises
    ------
    OSError
        Where the address cannot be listened at.
    """
    check = _token_check(remote.ticket.token)
    server = await stack.enter_async_context(
        serve(
            handler,
            remote.host,
            remote.port,
            ssl=remote.tls,
            process_request=check,
            **_OPTIONS,
        )
    )
    return replace(remote.ticket, port=_port(server))


def _own_socket(path: str) -> socket.socket:
    Path(path).unlink(missing_ok=True)
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    bound.bind(path)
    # Its folder is its user's alone already: nobody came in between.
    Path(path).chmod(0o600)
    return bound


def _port(server: Server) -> int:
    port: int = next(iter(server.sockets)).getsockname()[1]
    return port


def _token_check(token: str) -> Callable[[ServerConnection, Request], Response | None]:
    def check(connection: ServerConnection, request: Request) -> Response | None:
        shown = request.headers.get("Authorization", "")
        if secrets.compare_digest(shown.encode(), f"Bearer {token}".encode()):
            return None
        return connection.respond(http.HTTPStatus.FORBIDDEN, "This token opens nothing.\n")

    return check
