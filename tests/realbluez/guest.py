"""In the guest: starts the daemons, runs the checks, and writes what came of each.

``python -m realbluez.guest PACKAGES SHARED [CHECK ...]``
"""

import asyncio
import dataclasses
import json
import logging
import platform
import sys
import traceback
from importlib import metadata
from pathlib import Path

from realbluez import daemons
from realbluez.checks import CHECKS, Found, Place
from realbluez.ether import NAMES
from realbluez.remote import Pods

CHECK_S = 180.0
"""Real seconds for one check."""


async def main(packages: Path, shared: Path, wanted: set[str]) -> None:
    """Run the checks."""
    daemons.start_bus(packages)
    daemons.start_bridge(sys.executable)
    bluetoothd = daemons.Bluetoothd(packages, shared / "bluetoothd.log")
    await bluetoothd.start()
    place = Place(Pods(), bluetoothd, NAMES)
    _write(shared, {"kernel": daemons.kernel(), "python": versions()})
    for check in CHECKS:
        if wanted and check.__name__ not in wanted:
            continue
        print(f"{check.__name__} ...", flush=True)
        found = Found()
        begin_s = place.clock.now_s()
        try:
            async with asyncio.timeout(CHECK_S):
                await check(place, found)
        except Exception as error:  # noqa: BLE001 - whatever it is, the others are to run
            found.wrong.append(f"{type(error).__name__}: {error}")
            traceback.print_exc()
        print(f"    {found.wrong or 'ok'} {found.figures}", flush=True)
        title = (check.__doc__ or check.__name__).strip()
        took_s = place.clock.now_s() - begin_s
        _write(shared, {"check": title, "took_s": took_s, **dataclasses.asdict(found)})


def versions() -> dict[str, str]:
    """Return the versions of what our code stands on."""
    libraries = {name: metadata.version(name) for name in ("bleak", "dbus-fast", "bumble")}
    return {"Python": platform.python_version(), **libraries}


def _write(shared: Path, said: dict[str, object]) -> None:
    with (shared / "found.jsonl").open("a") as file:
        file.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    logging.disable(logging.INFO)
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2]), set(sys.argv[3:])))
