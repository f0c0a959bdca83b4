"""One QEMU guest: boots a kernel, sees the host's files, and has one folder to write to."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from realbluez.packages import MissingError

QEMU = "qemu-system-x86_64"
MEMORY_MB = 1536
KVM = Path("/dev/kvm")
PROCESSOR = Path("/proc/cpuinfo")
HARDWARE = {"vmx", "svm"}
"""What a processor that runs any guest says. Where it says neither, the kernel's kvm is of the kind
for guests inside guests, which runs kernels made for it and hangs with Debian's."""

ACCELERATORS = {
    # The processor's own state of this register cannot always be handed on, and nothing needs it.
    "kvm": ("-accel", "kvm", "-cpu", "host,arch-capabilities=off"),
    "tcg": ("-accel", "tcg,tb-size=512", "-cpu", "max,la57=off"),
}
"""tcg works on every computer, many times slower."""


def accelerator() -> str:
    """Return ``kvm`` where the processor can be used as it is, else ``tcg``."""
    flags = set(PROCESSOR.read_text().split())
    return "kvm" if HARDWARE & flags and os.access(KVM, os.R_OK | os.W_OK) else "tcg"


def run(
    kernel: Path,
    initramfs: Path,
    shared: Path,
    console: Path,
    ports: Mapping[str, Path],
    timeout_s: float,
) -> bool:
    """Boot the guest and wait until it switches itself off.

    Parameters
    ----------
    kernel, initramfs : Path
        What is booted.
    shared : Path
        The folder that the guest may write to; holds its ``command``.
    console : Path
        Takes what the guest's kernel and programs say.
    ports : mapping of Path
        Sockets by the name that the guest's end of each has: QEMU makes them and listens.
    timeout_s : float
        Real seconds after which it is ended.

    Returns
    -------
    bool
        False where the time ran out.
    """
    if shutil.which(QEMU) is None:
        raise MissingError(f"no {QEMU}: install the package qemu-system-x86")
    command = [
        *("nice", QEMU, *ACCELERATORS[accelerator()]),
        *("-smp", "1", "-m", str(MEMORY_MB), "-nodefaults", "-no-user-config", "-no-reboot"),
        *("-display", "none", "-serial", "stdio", "-nic", "none"),
        *("-kernel", str(kernel), "-initrd", str(initramfs)),
        *("-append", "console=ttyS0 quiet panic=-1 mitigations=off tsc=reliable"),
        *_share("host", Path("/"), ",readonly=on"),
        *_share("out", shared, ""),
        *("-device", "virtio-serial-pci"),
        *(word for name, path in ports.items() for word in _port(name, path)),
    ]
    with console.open("wb") as said:
        guest = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT
        )
        try:
            guest.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return False
        finally:
            if guest.poll() is None:
                guest.kill()
                guest.wait()
    return True


def _share(tag: str, folder: Path, options: str) -> tuple[str, ...]:
    return (
        "-fsdev",
        f"local,id={tag},path={folder},security_model=none,multidevs=remap{options}",
        "-device",
        f"virtio-9p-pci,fsdev={tag},mount_tag={tag}",
    )


def _port(name: str, path: Path) -> tuple[str, ...]:
    return (
        "-chardev",
        f"socket,id={name},path={path},server=on,wait=off",
        "-device",
        f"virtserialport,chardev={name},name={name}",
    )
