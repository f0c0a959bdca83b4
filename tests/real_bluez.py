"""Our link under a real kernel and a real bluetoothd: ``tests/real_bluez.py [CHECK ...]``.

Without arguments it runs every check and writes docs/real-bluez.md.
"""

import asyncio
import contextlib
import json
import shlex
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from realbluez import initramfs, machine, modules, packages, page
from realbluez.ether import Ether

REPOSITORY = Path(__file__).resolve().parent.parent
BUILD = REPOSITORY / "build" / "real-bluez"
PAGE = REPOSITORY / "docs" / "real-bluez.md"

TIMEOUT_S = 1500.0
"""Real seconds for all of it, on an emulated processor too."""


def prepared(build: Path, checks: list[str]) -> Path:
    """Lay out all that the guest boots from; return the folder that it may write to."""
    root = packages.unpacked(build)
    (tree,) = (root / "lib" / "modules").iterdir()
    archive = initramfs.archive(root / "bin" / "busybox", modules.load_order(tree))
    (build / "initramfs").write_bytes(archive)
    shared = build / "out"
    shutil.rmtree(shared, ignore_errors=True)
    shared.mkdir()
    command = [sys.executable, "-m", "realbluez.guest", str(root), "/run/out", *checks]
    (shared / "command").write_text(
        f"cd {shlex.quote(str(REPOSITORY))}\n"
        f"export PYTHONPATH={shlex.quote(f'{REPOSITORY}:{REPOSITORY}/tests')}\n"
        f"export PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin:{shlex.quote(str(root))}/usr/bin"
        "\nexport PYTHONDONTWRITEBYTECODE=1\n"
        f"{shlex.join(command)}\n"
    )
    return shared


async def run(build: Path, checks: list[str]) -> list[dict[str, Any]]:
    """Boot the guest beside its pods; return what it found."""
    shared = prepared(build, checks)
    (kernel,) = (build / "root" / "boot").glob("vmlinuz-*")
    with tempfile.TemporaryDirectory(prefix="guest") as sockets:
        ports = {name: Path(sockets) / name for name in ("hci", "control")}
        running = asyncio.create_task(
            asyncio.to_thread(
                machine.run,
                kernel,
                build / "initramfs",
                shared,
                build / "console.txt",
                ports,
                TIMEOUT_S,
            )
        )
        # QEMU makes its sockets when it begins.
        while not (running.done() or all(path.exists() for path in ports.values())):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        if not running.done():
            async with Ether(ports["hci"]).open() as ether:
                answering = asyncio.create_task(ether.answer(ports["control"]))
                await asyncio.wait({running})
                answering.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await answering
        is_in_time = await running
    if not is_in_time:
        print(f"The guest was ended after {TIMEOUT_S:.0f} s.")
    return found_in(shared)


def found_in(shared: Path) -> list[dict[str, Any]]:
    """Return what the guest wrote, line by line."""
    results = shared / "found.jsonl"
    return [json.loads(line) for line in results.open()] if results.exists() else []


def main() -> None:
    """Run the checks and say what came of them."""
    checks = sys.argv[1:]
    try:
        found = asyncio.run(run(BUILD, checks))
    except packages.MissingError as missing:
        sys.exit(f"real-bluez: {missing}")
    ran = [one for one in found if "check" in one]
    for one in ran:
        print(f"{'FAIL' if one['wrong'] else 'ok':5}{one['check']} ({one['took_s']:.0f} s)")
        for name, figure in one["figures"].items():
            print(f"        {name}: {figure}")
        for wrong in one["wrong"]:
            print(f"     ** {wrong}")
    console = BUILD / "console.txt"
    if not ran:
        sys.exit(f"real-bluez: the guest ran no check: see {console.relative_to(REPOSITORY)}")
    if not checks:
        PAGE.write_text(page.written(found, packages.versions(BUILD), machine.accelerator()))
    if any(one["wrong"] for one in ran):
        sys.exit(1)


if __name__ == "__main__":
    main()
