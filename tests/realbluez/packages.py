"""Debian packages for the guest: fetched and unpacked into a folder, never installed."""

import shutil
import subprocess
from pathlib import Path

KERNEL = "linux-image-amd64"
"""Names the present kernel; the smaller cloud kernel has no Bluetooth."""

OTHERS = ("bluez", "busybox-static")

DAEMON = Path("usr/libexec/bluetooth/bluetoothd")


class MissingError(Exception):
    """Something that the guest needs is not there; says what to install."""


def unpacked(folder: Path) -> Path:
    """Fetch and unpack the packages where they are not there yet; return the tree's root."""
    root, done = folder / "root", folder / "packages.txt"
    if not done.exists():
        _fetch(root, done)
    _check(root / DAEMON)
    return root


def versions(folder: Path) -> list[str]:
    """Return name and version of each package that was unpacked."""
    return (folder / "packages.txt").read_text().splitlines()


def _check(daemon: Path) -> None:
    if shutil.which("dbus-daemon") is None:
        raise MissingError("no dbus-daemon: install the package dbus")
    shown = subprocess.run(["ldd", daemon], capture_output=True, text=True, check=False)
    lacking = [line.split()[0] for line in shown.stdout.splitlines() if "not found" in line]
    if lacking:
        raise MissingError(f"bluetoothd lacks {', '.join(lacking)}: install the package of each")


def _fetch(root: Path, done: Path) -> None:
    folder = root.parent
    for program in ("apt-get", "apt-cache", "dpkg-deb"):
        if shutil.which(program) is None:
            raise MissingError(f"no {program}: this target needs Debian or a system made from it")
    fetched = folder / "debs"
    shutil.rmtree(fetched, ignore_errors=True)
    fetched.mkdir(parents=True)
    names = (_present_kernel(), *OTHERS)
    got = subprocess.run(
        ["apt-get", "download", *names], cwd=fetched, capture_output=True, text=True, check=False
    )
    if got.returncode != 0:
        why = (got.stderr.strip() or "no reason given").splitlines()[-1]
        raise MissingError(f"the packages {', '.join(names)} cannot be fetched: {why}")
    shutil.rmtree(root, ignore_errors=True)
    for package in sorted(fetched.glob("*.deb")):
        subprocess.run(["dpkg-deb", "-x", package, root], check=True)
    known = [_version(package) for package in sorted(fetched.glob("*.deb"))]
    shutil.rmtree(fetched)
    done.write_text("".join(f"{line}\n" for line in known))


def _present_kernel() -> str:
    shown = subprocess.run(
        ["apt-cache", "depends", "--important", KERNEL], capture_output=True, text=True, check=False
    )
    images = [
        line.split()[-1]
        for line in shown.stdout.splitlines()
        if "Depends: linux-image-" in line and "unsigned" not in line
    ]
    if not images:
        raise MissingError(f"no package {KERNEL} in apt's lists: run 'apt-get update' (amd64 only)")
    return images[0]


def _version(package: Path) -> str:
    shown = subprocess.run(
        ["dpkg-deb", "--show", package], capture_output=True, text=True, check=True
    )
    return " ".join(shown.stdout.split())
