"""Which kernel modules the guest loads, and in which order: each after what it needs."""

import re
from collections.abc import Iterable
from pathlib import Path

WANTED = (
    "virtio_pci",
    "9pnet_virtio",
    "9p",
    "virtio_console",
    "overlay",
    # Bluetooth asks for these two when it begins; there is nobody in the guest to load them then.
    "cmac",
    "ecb",
    "bluetooth",
    "hci_vhci",
    # BlueZ opens them at its start.
    "uhid",
)


def load_order(tree: Path, wanted: Iterable[str] = WANTED) -> list[Path]:
    """Return the files of modules below ``tree``, each after those that it depends on."""
    files = {_name(file.stem): file for file in tree.rglob("*.ko")}
    order: list[Path] = []

    def add(name: str) -> None:
        file = files.get(_name(name))
        if file is None:
            raise FileNotFoundError(f"the kernel package has no module {name}")
        if file in order:
            return
        for needed in _depends(file):
            add(needed)
        order.append(file)

    for name in wanted:
        add(name)
    return order


def _name(text: str) -> str:
    return text.replace("-", "_")


def _depends(file: Path) -> list[str]:
    # The section .modinfo is made of texts that end with a zero byte.
    found = re.search(rb"\0depends=([^\0]*)\0", file.read_bytes())
    return found.group(1).decode().split(",") if found and found.group(1) else []
