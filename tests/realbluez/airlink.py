"""The link between controllers, for one whose address changes: a Linux kernel's.

Linux scans with random addresses and connects with its public one. Bumble's own link takes a
controller's present random address for the sender of every packet, so that the pod would not know
the connection that a packet belongs to.
"""

import asyncio

from bumble.controller import Controller
from bumble.core import PhysicalTransport
from bumble.hci import Address
from bumble.link import LocalLink


class AirLink(LocalLink):
    """A link whose packets come from the address that the connection was made with."""

    def send_acl_data(
        self,
        sender_controller: Controller,
        destination_address: Address,
        transport: PhysicalTransport,
        data: bytes,
    ) -> None:
        """Carry one packet."""
        connection = sender_controller.le_connections.get(destination_address)
        receiver = self.find_le_controller(destination_address)
        if connection is not None and receiver is not None:
            asyncio.get_running_loop().call_soon(
                receiver.on_link_acl_data, connection.self_address, transport, data
            )
