"""A private D-Bus daemon: the system bus of the tests that run bleak's own BlueZ back end."""

import contextlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

PROGRAM = "dbus-daemon"

CONFIGURATION = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>{address}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow own="*"/>
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
  </policy>
</busconfig>
"""
"""Of our own: no service is ever started by it, and nothing of the machine's own bus is read."""


class PrivateBus:
    """A bus that a test starts, kills and starts again at the same address.

    Parameters
    ----------
    folder : Path
        For socket and configuration; a short path, as a socket's may have 107 bytes only.
    """

    def __init__(self, folder: Path) -> None:
        self.address = f"unix:path={folder / 'bus'}"
        self._socket = folder / "bus"
        self._configuration = folder / "bus.conf"
        self._configuration.write_text(CONFIGURATION.format(address=self.address))
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the daemon; it takes connections when this returns."""
        self._process = subprocess.Popen(
            [
                PROGRAM,
                f"--config-file={self._configuration}",
                "--nofork",
                "--nopidfile",
                "--print-address",
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._process.stdout is not None
        with self._process.stdout as said:
            assert said.readline(), f"{PROGRAM} does not start"

    def kill(self) -> None:
        """End the daemon with all its connections; nothing is left at its address."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
        self._socket.unlink(missing_ok=True)


def missing() -> str:
    """Say why there can be no such bus here; empty where there can."""
    if sys.platform != "linux":
        return "BlueZ is Linux's own"
    if shutil.which(PROGRAM) is None:
        return f"no {PROGRAM}: install the package dbus-daemon (on older systems: dbus)"
    return ""


@contextlib.contextmanager
def private_bus() -> Iterator[PrivateBus]:
    """Start a bus; ended and removed at exit."""
    with tempfile.TemporaryDirectory(prefix="bus") as folder:
        bus = PrivateBus(Path(folder))
        bus.start()
        try:
            yield bus
        finally:
            bus.kill()
