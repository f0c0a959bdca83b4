"""In the guest: carries HCI packets between ``/dev/vhci`` and the port to the host.

A program of its own that imports little: it shall be quick, and start before all others.
"""

import errno
import os
import struct
import sys
import threading
from pathlib import Path

VHCI = Path("/dev/vhci")
PORTS = Path("/sys/class/virtio-ports")

VENDOR, PRIMARY = 0xFF, 0x00
"""What asks the kernel for a controller, and of which kind: an ordinary one."""

HEADERS = {0x01: "<xxB", 0x02: "<xxH", 0x03: "<xxB", 0x04: "<xB", 0x05: "<xxH"}
"""Where the length stands behind the first byte of a command, ACL, SCO, event and ISO packet
(Bluetooth Core 5.4, volume 4, part A, 2 and part E, 5.4)."""

ISO = 0x05
ISO_LENGTH = 0x3FFF
"""The bits of an ISO packet's length that are the length."""


def port(name: str) -> Path:
    """Return the device of a port by the name that the host gave it."""
    for known in PORTS.iterdir():
        if (known / "name").read_text().strip() == name:
            return Path("/dev") / known.name
    raise FileNotFoundError(f"no port {name}")


def cut(waiting: bytes) -> tuple[list[bytes], bytes]:
    """Return the whole packets at the beginning of a stream, and what is left."""
    packets = []
    while waiting:
        layout = HEADERS[waiting[0]]
        begin = 1 + struct.calcsize(layout)
        if len(waiting) < begin:
            break
        (length,) = struct.unpack_from(layout, waiting, 1)
        end = begin + (length & ISO_LENGTH if waiting[0] == ISO else length)
        if len(waiting) < end:
            break
        packets.append(waiting[:end])
        waiting = waiting[end:]
    return packets, waiting


def main() -> None:
    """Carry packets until one side goes away."""
    kernel = os.open(VHCI, os.O_RDWR)
    host = os.open(port("hci"), os.O_RDWR)
    os.write(kernel, bytes([VENDOR, PRIMARY]))

    def outward() -> None:
        while packet := os.read(kernel, 4096):
            if packet[0] != VENDOR:
                while packet:
                    packet = packet[os.write(host, packet) :]

    threading.Thread(target=outward, daemon=True).start()
    waiting = b""
    while more := os.read(host, 4096):
        packets, waiting = cut(waiting + more)
        for packet in packets:
            # The kernel takes one packet a call, and none while the controller is switched off.
            try:
                os.write(kernel, packet)
            except OSError as error:
                if error.errno != errno.ENXIO:
                    raise
    sys.exit("the host went away")


if __name__ == "__main__":
    main()
