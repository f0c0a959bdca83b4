"""The page of figures: docs/real-bluez.md."""

from collections.abc import Mapping, Sequence
from typing import Any

SPEED = {
    "kvm": "The computer's own processor ran the guest (KVM).",
    "tcg": "The guest's processor was emulated (TCG), many times slower than the computer:"
    " times are longer than on one.",
}

PAGE = """# The link under a real kernel and a real bluetoothd

Written by `make real-bluez`, which is no part of `make test`. A QEMU guest boots Debian's kernel,
sees this repository and its `.venv` as they are, and runs Debian's bluetoothd on a system bus.
{speed}

| | |
|---|---|
{versions}

    link → bleak's BlueZ back end → dbus-daemon → bluetoothd → kernel → /dev/vhci   (guest)
                                                                           ↕
    virtual pods (sensors/virtual/) → Bumble's controllers on one link: HCI packets (host)

The code under test is `sensors/` with bleak, unmodified; nothing is known to it of the guest.

{results}

## What it found

Each was mended, with a test on the emulated rig (`tests/sensors/test_link_bluez.py`):

- Two links that searched at once: BlueZ refused the second, which was told that Bluetooth is stuck,
  and found its pod only when the first had found its own. They search by turns now; one that comes
  during a round of the other has its turn after 5 s at most.
- bluetoothd was killed: bleak goes on saying that the pod is connected, and the link said that
  another program holds it. BlueZ itself is asked now.
- Bluetooth was switched off: BlueZ refuses a search before it tells that it is off, and the link
  said that the pod is too far away.

## What this does not show

- A radio: no interference, no signal strength, no connection intervals. A pod that goes out of
  range is missed at once; a real controller waits for its supervision time-out first.
- A real controller and its driver: Bumble's says neither privacy nor extended advertising.
- Pairing: no pod of ours asks for one, and the guest's kernel has no keys for it.
- A desktop that uses Bluetooth too, and any other version of BlueZ.

## How it works, and what it needs

`tests/real_bluez.py` with `tests/realbluez/`. The first run fetches a kernel, bluez and a static
busybox with `apt-get download` and unpacks them below `build/real-bluez/`: nothing is installed.
QEMU (`qemu-system-x86`), `dbus-daemon` and the libraries of bluetoothd are the computer's own. What
is missing is named. The guest has the computer's files read-only, with a layer over them that it
forgets, and one folder to write to, `build/real-bluez/out/`; its console is
`build/real-bluez/console.txt`. It has no network. `/dev/kvm` is used where the processor says that
it runs guests; elsewhere the processor is emulated, and a run takes some four minutes. Its checks
then are the same, as the pods play on the computer itself, at their own rate.

`python tests/real_bluez.py stream drops` runs some of the checks, and leaves this page alone.
"""


def written(found: Sequence[Mapping[str, Any]], packages: Sequence[str], accelerator: str) -> str:
    """Return the page.

    Parameters
    ----------
    found : sequence of mappings
        What the guest wrote: itself first, then each check.
    packages : sequence of str
        Name and version of what it ran.
    accelerator : str
        ``kvm`` or ``tcg``.
    """
    guest = next(one for one in found if "kernel" in one)
    rows = [("kernel", guest["kernel"]), *(line.split(maxsplit=1) for line in packages)]
    rows += sorted(guest["python"].items())
    results = "\n\n".join(_result(one) for one in found if "check" in one)
    return PAGE.format(
        speed=SPEED[accelerator],
        versions="\n".join(f"| {name} | {version} |" for name, version in rows),
        results=results,
    )


def _result(one: Mapping[str, Any]) -> str:
    figures = "\n".join(f"| {name} | {figure} |" for name, figure in one["figures"].items())
    verdict = "passed" if not one["wrong"] else f"**failed**: {'; '.join(one['wrong'])}"
    return f"## {one['check'].rstrip('.')}\n\n{verdict}\n\n| | |\n|---|---|\n{figures}"
