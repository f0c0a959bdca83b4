"""What a session needs to be watched from other computers, from what its user asked for."""

import datetime as dt
import secrets
import socket
from typing import Final

from monitor.live.listening import Remote
from monitor.live.options import WatchOptions, host_and_port
from monitor.live.ticket import Ticket

TOKEN_BYTES: Final = 16
"""Bytes of a token: 128 bits, which nobody guesses over a network."""

ANY_HOST: Final = ("0.0.0.0", "::")
"""Addresses that mean every address of this computer."""

_FAR: Final = ("192.0.2.1", 9)
"""A documentation address (RFC 5737): no packet is sent, the system only says which way it would
go."""


def open_remote(options: WatchOptions, now: dt.datetime) -> Remote | None:
    """Return what viewers of other computers need; None where none were asked for.

    Parameters
    ----------
    options : WatchOptions
        What was asked for.
    now : datetime
        The present, with its time zone.

    Raises
    ------
    LiveError
        Where the certificate cannot be used.
    """
    if options.listen is None:
        return None
    # Only here: it loads the encryption.
    from monitor.live.tls import own_tls, session_tls

    host, port = host_and_port(options.listen)
    if options.certificate is not None and options.key is not None:
        tls, pin = own_tls(options.certificate, options.key), ""
    else:
        tls, pin = session_tls(now)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    return Remote(host, port, Ticket(_own_address(host), port, token, pin), tls)


def _own_address(host: str) -> str:
    if host not in ANY_HOST:
        return host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_FAR)
        except OSError:
            return socket.gethostname()
        address: str = probe.getsockname()[0]
        return address
