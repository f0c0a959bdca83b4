"""The archive that the kernel boots from: busybox, modules, and a script that is process 1."""

import stat
from collections.abc import Mapping
from pathlib import Path

REGULAR, FOLDER = stat.S_IFREG, stat.S_IFDIR

INIT = """#!/bin/busybox sh
# Loads modules, puts a layer that forgets over the host's files, and runs one command in it.
b=/bin/busybox
$b mkdir -p /proc /sys /host /layer /new
$b mount -t proc proc /proc
$b mount -t sysfs sysfs /sys
for module in /modules/*.ko; do $b insmod $module || echo "no module $module"; done
$b mount -t 9p -o ro,trans=virtio,version=9p2000.L,msize=262144,cache=loose host /host
$b mount -t tmpfs tmpfs /layer
$b mkdir /layer/upper /layer/work
$b mount -t overlay -o lowerdir=/host,upperdir=/layer/upper,workdir=/layer/work overlay /new
$b mount -t proc proc /new/proc
$b mount -t sysfs sysfs /new/sys
$b mount -t devtmpfs devtmpfs /new/dev
for folder in dev/shm run tmp; do
    $b mkdir -p /new/$folder
    $b mount -t tmpfs -o mode=1777 tmpfs /new/$folder
done
$b mkdir -p /new/run/out
$b mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144 out /new/run/out
$b ip link set lo up
$b hostname guest
$b chroot /new /bin/sh /run/out/command
$b sync
$b poweroff -f
"""


def archive(busybox: Path, modules: list[Path]) -> bytes:
    """Return the archive, in the form that a kernel takes (cpio, "newc")."""
    files: dict[str, tuple[int, bytes]] = {
        "bin": (FOLDER | 0o755, b""),
        "modules": (FOLDER | 0o755, b""),
        "bin/busybox": (REGULAR | 0o755, busybox.read_bytes()),
        "init": (REGULAR | 0o755, INIT.encode()),
    }
    for number, module in enumerate(modules):
        files[f"modules/{number:02}-{module.name}"] = (REGULAR | 0o644, module.read_bytes())
    return cpio(files)


def cpio(files: Mapping[str, tuple[int, bytes]]) -> bytes:
    """Return an archive of files and folders.

    Parameters
    ----------
    files : mapping
        Mode and content by path; a folder before what is in it.
    """
    entries = [
        _entry(number, path, mode, content)
        for number, (path, (mode, content)) in enumerate(files.items(), 1)
    ]
    return b"".join(entries) + _entry(0, "TRAILER!!!", 0, b"")


def _entry(inode: int, path: str, mode: int, content: bytes) -> bytes:
    name = path.encode() + b"\0"
    # inode, mode, user, group, links, time, size, 4 device numbers, length of the name, checksum
    fields = (inode, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name), 0)
    header = b"070701" + b"".join(b"%08X" % field for field in fields)
    return _padded(header + name) + _padded(content)


def _padded(part: bytes) -> bytes:
    return part + bytes(-len(part) % 4)
