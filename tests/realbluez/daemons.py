"""In the guest: the system's bus, bluetoothd and the adapter's switches."""

import asyncio
import os
import shutil
import subprocess
from pathlib import Path

from bleak.backends.bluezdbus.utils import get_dbus_authenticator
from dbus_fast import BusType, Message, MessageType, Variant
from dbus_fast.aio import MessageBus
from realbluez.packages import DAEMON

BUS = Path("/run/dbus/system_bus_socket")
POLICIES = Path("/etc/dbus-1/system.d")
ADAPTER_PATH = "/org/bluez/hci0"
RFKILL = Path("/sys/class/rfkill")

PATIENCE_S = 60.0
"""Real seconds for a daemon to come up on an emulated processor."""


class Bluetoothd:
    """The daemon out of the package.

    Parameters
    ----------
    packages : Path
        The tree of the unpacked packages.
    log : Path
        Takes what it says.
    """

    def __init__(self, packages: Path, log: Path) -> None:
        self._program = packages / DAEMON
        self._configuration = packages / "etc/bluetooth/main.conf"
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        Path("/var/lib/bluetooth").mkdir(parents=True, exist_ok=True)

    async def start(self) -> None:
        """Start it and wait until its adapter is there and switched on."""
        self._spawn()
        async with asyncio.timeout(PATIENCE_S):
            while not await power(on=True):  # noqa: ASYNC110 - it is not there yet to tell
                await asyncio.sleep(0.2)

    def _spawn(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [self._program, "--nodetach", f"--configfile={self._configuration}"],
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def kill(self) -> None:
        """End it without a word."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()


def start_bus(packages: Path) -> None:
    """Start the system's bus with BlueZ's policy."""
    POLICIES.mkdir(parents=True, exist_ok=True)
    shutil.copy(packages / "etc/dbus-1/system.d/bluetooth.conf", POLICIES)
    BUS.parent.mkdir(parents=True, exist_ok=True)
    # It goes into the background when it takes connections.
    subprocess.run(["dbus-daemon", "--system", "--fork", "--nopidfile"], check=True)


def start_bridge(python: str) -> None:
    """Plug the host's controller in."""
    subprocess.Popen([python, "-m", "realbluez.bridge"])


async def power(*, on: bool) -> bool:
    """Switch the adapter; False where that was not done."""
    bus = await MessageBus(bus_type=BusType.SYSTEM, auth=get_dbus_authenticator()).connect()
    try:
        reply = await bus.call(
            Message(
                destination="org.bluez",
                path=ADAPTER_PATH,
                interface="org.freedesktop.DBus.Properties",
                member="Set",
                signature="ssv",
                body=["org.bluez.Adapter1", "Powered", Variant("b", on)],
            )
        )
    finally:
        bus.disconnect()
    assert reply is not None
    return reply.message_type is MessageType.METHOD_RETURN


def block(*, on: bool) -> None:
    """Block the radio as a key for the aeroplane does."""
    for switch in RFKILL.iterdir():
        if (switch / "type").read_text().strip() == "bluetooth":
            (switch / "soft").write_text("1" if on else "0")


def kernel() -> str:
    """Return the kernel's version."""
    name = os.uname()
    return f"{name.release} ({name.version})"
