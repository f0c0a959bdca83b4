"""The two rigs that every test of the link runs on, see docs/link-testing.md."""

import gc
import logging
import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import rig
from bluez import bus
from command_line import Run, called

from monitor.cli import SELDOM

REQUIRED = "STRIDEGATE_REQUIRE_BLUEZ"
"""Set where a rig that cannot run must fail the tests, and not be skipped."""


def pytest_collection_finish() -> None:
    """Search seldom for unused objects, and not in what is loaded: it took a quarter of a test."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(SELDOM)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run the command line as a user does, with a home of its own."""
    monkeypatch.setenv("STRIDEGATE_HOME", str(tmp_path / "home"))
    return partial(called, monkeypatch, capfd)


@pytest.fixture(scope="session")
def shared_bus() -> Iterator[bus.PrivateBus]:
    """Run one private bus for all tests of this process."""
    _need_a_bus()
    with bus.private_bus() as private:
        yield private


@pytest.fixture
def system_bus(shared_bus: bus.PrivateBus, monkeypatch: pytest.MonkeyPatch) -> bus.PrivateBus:
    """Make the private bus this test's system bus."""
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", shared_bus.address)
    return shared_bus


@pytest.fixture
def own_bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[bus.PrivateBus]:
    """Make a bus that nobody else uses this test's system bus: it may be killed."""
    _need_a_bus()
    with bus.private_bus() as private:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", private.address)
        yield private


@pytest.fixture(params=["bumble", "bluez"])
def each_rig(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> str:
    """Run a test on both rigs; what it opens by ``rig.air`` and ``rig.bench`` is the rig's."""
    name = str(request.param)
    # The records that pytest keeps hold bleak's errors, and they hold the clients they came from.
    caplog.set_level(logging.CRITICAL, "bleak")
    if name == "bluez":
        request.getfixturevalue("system_bus")
        from bluez.air import bluez_air

        monkeypatch.setattr(rig, "air", bluez_air)
    return name


def _need_a_bus() -> None:
    reason = bus.missing()
    if not reason:
        return
    if os.environ.get(REQUIRED):
        pytest.fail(f"{REQUIRED} is set, and the rig with BlueZ cannot run: {reason}")
    pytest.skip(reason)
