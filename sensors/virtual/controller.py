"""A Bluetooth controller in this process that fails to connect as one of silicon does.

Bumble's own believes every connection that it begins, and never gives one up.
"""

import asyncio

from bumble.controller import Connection, Controller
from bumble.hci import (
    Address,
    HCI_ErrorCode,
    HCI_LE_Connection_Complete_Event,
    HCI_LE_Create_Connection_Cancel_Command,
    HCI_StatusReturnParameters,
    Role,
)
from bumble.link import LocalLink

ACL_PACKET_BYTES = 251
"""Bytes. What a controller with data length extension takes; Bumble's default of 27 cuts every
notification into pieces and costs most of the time at high speed."""

ESTABLISHED_S = 0.045
"""Real seconds for the other side's first answer: six of the shortest connection intervals, 7.5 ms
(Bluetooth Core 5.4, volume 6, part B, 4.5.2)."""


class VirtualController(Controller):
    """One radio of the ether.

    Parameters
    ----------
    name : str
        For messages.
    ether : LocalLink
        What its packets go through.
    """

    def __init__(self, name: str, ether: LocalLink) -> None:
        super().__init__(name, link=ether)
        self._ether = ether
        self.le_acl_data_packet_length = ACL_PACKET_BYTES
        self.acl_data_packet_length = ACL_PACKET_BYTES

    def create_le_connection(self, peer_address: Address) -> None:
        """Begin a connection, and end it where the other side does not join in."""
        super().create_le_connection(peer_address)
        connection = self.le_connections.get(peer_address)
        if connection is not None:
            loop = asyncio.get_running_loop()
            loop.call_later(ESTABLISHED_S, self._end_unanswered, connection)

    def on_hci_le_create_connection_cancel_command(
        self, _command: HCI_LE_Create_Connection_Cancel_Command
    ) -> HCI_StatusReturnParameters:
        """Give up a connection that has not begun."""
        if self.pending_le_connection is None:
            return HCI_StatusReturnParameters(HCI_ErrorCode.COMMAND_DISALLOWED_ERROR)
        peer_address = self.pending_le_connection.peer_address
        self.pending_le_connection = None
        self.send_hci_packet(
            HCI_LE_Connection_Complete_Event(
                status=HCI_ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER_ERROR,
                connection_handle=0,
                role=Role.CENTRAL,
                peer_address_type=peer_address.address_type,
                peer_address=peer_address,
                connection_interval=0,
                peripheral_latency=0,
                supervision_timeout=0,
                central_clock_accuracy=0,
            )
        )
        return HCI_StatusReturnParameters(HCI_ErrorCode.SUCCESS)

    def _end_unanswered(self, connection: Connection) -> None:
        others = (other for other in self._ether.controllers if other is not self)
        if self.le_connections.get(connection.peer_address) is not connection or any(
            other.le_connections.get(connection.self_address) is not None
            and other.le_connections[connection.self_address].self_address
            == connection.peer_address
            for other in others
        ):
            return
        self.on_le_disconnected(connection, HCI_ErrorCode.CONNECTION_FAILED_TO_BE_ESTABLISHED_ERROR)
