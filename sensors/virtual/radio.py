"""Radios that Bumble drives: a virtual one in this process, or any HCI transport by its name."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from bumble.link import LocalLink
from bumble.transport import open_transport
from bumble.transport.common import Transport

from sensors.errors import LinkError, LinkFault
from sensors.radio import Radio
from sensors.virtual.backend import backends
from sensors.virtual.central import Central
from sensors.virtual.controller import VirtualController
from sensors.virtual.peripheral import VirtualPod


@asynccontextmanager
async def open_radio(transport: str) -> AsyncIterator[Radio]:
    """Open a Bluetooth controller by its Bumble transport name and use it as our central.

    Parameters
    ----------
    transport : str
        For example ``usb:0``, ``hci-socket:0`` or ``tcp-client:127.0.0.1:7000``.

    Yields
    ------
    Radio
        What the links of a session take.

    Raises
    ------
    LinkError
        Where there is no such controller.
    """
    async with await _opened(transport) as hci:
        central = Central(hci.source, hci.sink)
        await central.start()
        try:
            yield _radio(central)
        finally:
            await central.stop()


@asynccontextmanager
async def virtual_radio(pods: Sequence[VirtualPod]) -> AsyncIterator[Radio]:
    """Open a radio in this process, with virtual pods in its range.

    Parameters
    ----------
    pods : sequence of VirtualPod
        Switched on at entry and off at exit.

    Yields
    ------
    Radio
        What the links of a session take.
    """
    async with virtual_central(pods) as central:
        yield _radio(central)


@asynccontextmanager
async def virtual_central(pods: Sequence[VirtualPod]) -> AsyncIterator[Central]:
    """Put a central and virtual pods into one ether, in this process.

    Parameters
    ----------
    pods : sequence of VirtualPod
        Switched on at entry and off at exit.

    Yields
    ------
    Central
        What scans and connects.
    """
    ether = LocalLink()  # type: ignore[no-untyped-call]  # untyped in Bumble
    async with AsyncExitStack() as stack:
        for pod in pods:
            controller = VirtualController(pod.name, ether)
            await pod.start(controller, controller)
            stack.push_async_callback(pod.stop)
        controller = VirtualController("central", ether)
        central = Central(controller, controller)
        await central.start()
        stack.push_async_callback(central.stop)
        yield central


@asynccontextmanager
async def on_air(pod: VirtualPod, transport: str) -> AsyncIterator[VirtualPod]:
    """Put a virtual pod on a Bluetooth controller, so that another device can find it.

    Parameters
    ----------
    pod : VirtualPod
        Switched on at entry and off at exit.
    transport : str
        A Bumble transport name, for example ``usb:0``.
    """
    async with await _opened(transport) as hci:
        await pod.start(hci.source, hci.sink)
        try:
            yield pod
        finally:
            await pod.stop()


async def _opened(transport: str) -> Transport:
    try:
        return await open_transport(transport)
    except Exception as error:
        raise LinkError(
            LinkFault.NO_BLUETOOTH,
            f"The radio {transport!r} cannot be opened ({error}): plug it in, or name another,"
            " for example usb:0.",
        ) from error


def _radio(central: Central) -> Radio:
    scanner, client = backends(central)
    return Radio(scanner_kwargs={"backend": scanner}, client_kwargs={"backend": client})
