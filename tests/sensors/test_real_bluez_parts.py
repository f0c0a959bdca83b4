"""The parts of `make real-bluez` that need no guest."""

import stat
from pathlib import Path

import pytest
from realbluez.bridge import cut
from realbluez.initramfs import REGULAR, cpio
from realbluez.modules import load_order

COMMAND = bytes([0x01, 0x03, 0x0C, 0x00])
ACL = bytes([0x02, 0x01, 0x20, 0x03, 0x00, 7, 8, 9])
EVENT = bytes([0x04, 0x0E, 0x02, 1, 2])


def test_hci_packets_are_cut_out_of_a_stream_however_it_comes() -> None:
    stream = COMMAND + ACL + EVENT
    for size in range(1, len(stream) + 1):
        packets, waiting = [], b""
        for begin in range(0, len(stream), size):
            more, waiting = cut(waiting + stream[begin : begin + size])
            packets += more
        assert packets == [COMMAND, ACL, EVENT]
        assert waiting == b""


def test_modules_are_loaded_after_those_that_they_need(tmp_path: Path) -> None:
    for name, needs in (("one", "two,three-four"), ("two", "three_four"), ("three-four", "")):
        (tmp_path / f"{name}.ko").write_bytes(b"\0license=GPL\0depends=" + needs.encode() + b"\0")
    order = [file.stem for file in load_order(tmp_path, ["one", "two"])]
    assert order == ["three-four", "two", "one"]
    with pytest.raises(FileNotFoundError, match="no module five"):
        load_order(tmp_path, ["five"])


def test_archive_is_made_as_a_kernel_takes_it() -> None:
    content = b"#!/bin/sh\n"
    made = cpio({"init": (REGULAR | 0o755, content)})
    assert made[:6] == b"070701"
    assert stat.S_ISREG(int(made[14:22], 16))
    assert made[110:115] == b"init\0"
    assert made[116 : 116 + len(content)] == content  # names and contents begin at multiples of 4
    assert made[128:134] == b"070701"
    assert b"TRAILER!!!" in made
    assert len(made) % 4 == 0
