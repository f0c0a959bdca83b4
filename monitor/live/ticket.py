"""One line that opens a session from another computer: where, with what token, and which key.

``stridegate://HOST:PORT/TOKEN/PIN``. The pin is the SHA-256 of the session's own certificate, so
that a viewer knows the session without any authority; a session with a certificate of a known
authority has no pin in its ticket.
"""

import hashlib
import ssl
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from monitor.errors import LiveError

SCHEME: Final = "stridegate"
PIN_CHARS: Final = 64
"""Hexadecimal digits of SHA-256."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a viewer of another computer needs.

    Attributes
    ----------
    host : str
        Name or address of the session's computer.
    port : int
        Its port.
    token : str
        What has to be shown.
    pin : str
        SHA-256 of the certificate in hexadecimal digits; empty where an authority vouches for it.
    """

    host: str
    port: int
    token: str = field(repr=False)
    pin: str = ""

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{SCHEME}://{host}:{self.port}/{quote(self.token, safe='')}/{self.pin}"


def read_ticket(text: str) -> Ticket:
    """Read a ticket.

    Raises
    ------
    LiveError
        Where it is none.
    """
    try:
        parts = urlsplit(text.strip())
        path = parts.path.split("/")
        is_ticket = parts.scheme == SCHEME and parts.hostname and len(path) in (2, 3) and path[1]
        pin = path[2].lower() if len(path) == 3 else ""
        if is_ticket and parts.hostname and parts.port and _is_pin(pin):
            return Ticket(parts.hostname, parts.port, unquote(path[1]), pin)
    except ValueError:
        pass  # a port that is no number, or brackets that do not close
    raise LiveError(
        f"{text!r} is no ticket: copy the whole line {SCHEME}://HOST:PORT/TOKEN/PIN that the "
        "session printed"
    )


def pin_of(certificate_pem: str) -> str:
    """Return the pin of a certificate."""
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(certificate_pem)).hexdigest()


def _is_pin(pin: str) -> bool:
    return not pin or (len(pin) == PIN_CHARS and set(pin) <= set("0123456789abcdef"))
