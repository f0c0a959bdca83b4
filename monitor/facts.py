"""What a computer is like: gathered for ``monitor.checks``, which decides what of it is wrong."""

import asyncio
import os
import platform
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, packages_distributions, requires, version
from pathlib import Path
from typing import Final

from rich.console import Console

from monitor.checks import DISTRIBUTION, OWN_NAMES, Facts, Folder
from monitor.errors import StoreError
from monitor.record import recordings_folder
from monitor.store.opening import open_store
from monitor.store.places import Places, user_places
from sensors import advice, disk
from sensors.clock import utc_now_ns
from sensors.errors import LinkError, LinkFault
from sensors.radio import Radio
from sensors.scan import listen

RADIO_TIMEOUT_S: Final = 8.0
"""s. A Bluetooth service that hangs must not hang the doctor."""

SCAN_S: Final = 0.5
"""s. Long enough for a scan to be refused."""

LOCK: Final = Path(__file__).parents[1] / ".ci" / "constraints.txt"
"""In a working copy; an installed program has its requirements alone."""

RFKILL: Final = Path("/sys/class/rfkill")
SYNCHRONISED: Final = Path("/run/systemd/timesync/synchronized")
TIMESYNC: Final = Path("/run/systemd/timesync")

_COLOURS: Final = {None: 0, "standard": 8, "256": 256, "truecolor": 1 << 24, "windows": 16}


def gather() -> Facts:
    """Look at this computer; nothing is changed but for a file that is made and removed again."""
    places = user_places()
    has_store = places.store.exists()
    store_fault, newest_s = _store(places) if has_store else ("", None)
    fault = asyncio.run(_radio_fault())
    columns, rows = shutil.get_terminal_size()
    return Facts(
        radio_fault=None if fault is None else fault.reason,
        radio_text="" if fault is None else fault.sentence,
        rfkill=tuple(_blocks(RFKILL)),
        encoding=sys.stdout.encoding or "ascii",
        term=os.environ.get("TERM", "") if os.name != "nt" else "windows",
        is_terminal=sys.stdout.isatty(),
        columns=columns,
        rows=rows,
        colours=0 if os.environ.get("NO_COLOR") else _COLOURS.get(Console().color_system, 0),
        store_fault=store_fault,
        has_store=has_store,
        has_key=places.key.exists(),
        key_mode=_mode(places.key),
        folders=(folder_at(places.store.parent), folder_at(recordings_folder())),
        now_s=utc_now_ns() // 10**9,
        newest_s=newest_s,
        is_synchronised=SYNCHRONISED.exists() if TIMESYNC.exists() else None,
        owners=_owners(),
        python=platform.python_version(),
        versions=_versions(),
    )


def folder_at(path: Path) -> Folder:
    """Look at a folder, or at the one above it that is there: whether it takes a file, its room."""
    there = next(folder for folder in (path, *path.parents) if folder.exists())
    probe = there / f".stridegate-{os.getpid()}"
    try:
        disk.create(probe).close()
        probe.unlink()
        is_writable = True
    except OSError:
        is_writable = False
    try:
        free = shutil.disk_usage(there).free
    except OSError:
        free = None
    return Folder(disk.shown(path), is_writable, free)


def locked_versions(text: str) -> Mapping[str, str]:
    """Return the versions of a lock of ``name==version`` lines."""
    pairs = (line.partition("==") for line in text.splitlines())
    return {name.strip(): locked.strip() for name, sign, locked in pairs if sign}


async def _radio_fault() -> LinkError | None:
    try:
        async with asyncio.timeout(RADIO_TIMEOUT_S):
            await listen(Radio(), SCAN_S)
    except LinkError as error:
        return error
    except TimeoutError:
        return LinkError(LinkFault.CONNECT_FAILED, advice.STUCK)
    return None


def _blocks(root: Path) -> Iterator[str]:
    for device in sorted(root.glob("rfkill*")) if root.is_dir() else ():
        try:
            if (device / "type").read_text().strip() != "bluetooth":
                continue
            for kind in ("soft", "hard"):
                if (device / kind).read_text().strip() == "1":
                    yield kind
        except OSError:
            continue


def _store(places: Places) -> tuple[str, int | None]:
    try:
        store = open_store(places)
        stamps = [entries[-1].t_s for chain in store.chains() if (entries := store.entries(chain))]
    except StoreError as error:
        return str(error), None
    return "", max(stamps, default=None)


def _mode(path: Path) -> int | None:
    if os.name == "nt" or not path.exists():
        return None
    return path.stat().st_mode & 0o777


def _owners() -> dict[str, tuple[str, ...]]:
    found = packages_distributions()
    return {name: tuple(dict.fromkeys(found.get(name, ()))) for name in OWN_NAMES}


def _versions() -> dict[str, tuple[str | None, str]]:
    locked = locked_versions(LOCK.read_text("utf-8")) if LOCK.is_file() else {}
    needed = [line for line in requires(DISTRIBUTION) or () if "extra ==" not in line]
    names = [match[0] for line in needed if (match := re.match(r"[\w.-]+", line))]
    return {name: (_installed(name), locked.get(name.lower(), "")) for name in names}


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
