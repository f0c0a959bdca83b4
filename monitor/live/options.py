"""How a session may be watched, as a user asks for it: light, so that nothing is loaded for it."""

from dataclasses import dataclass
from pathlib import Path

from monitor.errors import UsageError


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """The options of watching.

    Attributes
    ----------
    listen : str or None
        ``HOST:PORT`` for viewers of other computers; None: viewers of this computer alone.
    certificate, key : Path or None
        A certificate of the user's own and its key; one is made for the session without.

    Raises
    ------
    UsageError
        Where they cannot mean anything.
    """

    listen: str | None = None
    certificate: Path | None = None
    key: Path | None = None

    def __post_init__(self) -> None:
        if (self.certificate is None) is not (self.key is None):
            raise UsageError("--tls-cert and --tls-key go together: give both, or neither")
        if self.listen is None and self.certificate is not None:
            raise UsageError("--tls-cert and --tls-key go with --watch HOST:PORT")
        if self.listen is not None:
            host_and_port(self.listen)


def host_and_port(text: str) -> tuple[str, int]:
    """Split ``HOST:PORT``.

    Raises
    ------
    UsageError
        Where a text is none.
    """
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if host and port.isascii() and port.isdigit() and int(port) < 2**16:
        return host, int(port)
    raise UsageError(f"--watch {text}: write HOST:PORT, for example 192.168.1.20:8765 or 0.0.0.0:0")
