"""Radios by their transport name: pod and client meet over TCP, as over two dongles."""

import contextlib
import socket
from collections.abc import AsyncIterator

import pytest
from bumble.controller import Controller
from bumble.link import LocalLink
from bumble.transport.tcp_server import open_tcp_server_transport_with_socket
from rig import PlainMovesense, linked, ramp, sample_numbers

from sensors.clock import SessionClock
from sensors.errors import LinkError, LinkFault
from sensors.samples import LinkState
from sensors.virtual.controller import ACL_PACKET_BYTES
from sensors.virtual.gsp import DATA_UUID
from sensors.virtual.movesense import Movesense
from sensors.virtual.peripheral import VirtualPod
from sensors.virtual.radio import on_air, open_radio

NAME = "Movesense 214630000042"


@contextlib.asynccontextmanager
async def dongle(ether: LocalLink) -> AsyncIterator[str]:
    """Offer a virtual controller at a TCP port; yield its transport name."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    transport = await open_tcp_server_transport_with_socket(listener)
    controller = Controller("dongle", transport.source, transport.sink, link=ether)
    controller.le_acl_data_packet_length = ACL_PACKET_BYTES
    try:
        yield f"tcp-client:127.0.0.1:{listener.getsockname()[1]}"
    finally:
        await transport.close()
        transport.server.close()  # type: ignore[attr-defined]  # of the server's own subclass
        await transport.server.wait_closed()  # type: ignore[attr-defined]


async def test_pod_and_link_meet_over_named_transports() -> None:
    clock = SessionClock(10.0)
    ether = LocalLink()  # type: ignore[no-untyped-call]  # untyped in Bumble
    pod = VirtualPod(Movesense(ramp(60.0)), clock, NAME)
    async with (
        dongle(ether) as for_pod,
        dongle(ether) as for_link,
        on_air(pod, for_pod),
        open_radio(for_link) as radio,
        linked(PlainMovesense(), radio, clock) as rig,
    ):
        await rig.reach(LinkState.STREAMING)
        await rig.hear(DATA_UUID, 60)
        await pod.drop(0.5)
        await rig.reach(LinkState.STREAMING, 2)
        await rig.hear(DATA_UUID, 10)
    assert pod.tally.connections == 2
    payloads = [item.payload for item in rig.notifications(DATA_UUID)][1:41]
    assert list(sample_numbers(payloads)) == list(range(160))


@pytest.mark.parametrize("transport", ["nonsense", "nonsense:0", "tcp-client:127.0.0.1:1"])
async def test_radio_that_cannot_be_opened_is_named(transport: str) -> None:
    with pytest.raises(LinkError, match=transport) as refused:
        async with open_radio(transport):
            pass
    assert refused.value.reason is LinkFault.NO_BLUETOOTH
