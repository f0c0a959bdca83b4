"""The controller that the guest's kernel drives."""

from bumble import ll
from bumble.hci import (
    Address,
    HCI_ErrorCode,
    HCI_Reset_Command,
    HCI_StatusReturnParameters,
    LeFeatureMask,
)
from bumble.link import LocalLink

from sensors.virtual.controller import VirtualController

ADDRESS = "00:16:3E:00:00:01"

LACKING = (
    LeFeatureMask.LL_PRIVACY
    | LeFeatureMask.LE_EXTENDED_ADVERTISING
    | LeFeatureMask.LE_PERIODIC_ADVERTISING
)
"""What Bumble's controller says that it has and does not do as Linux asks: bleak's own tests of
its back ends take the same away."""


class KernelController(VirtualController):
    """One with a public address that forgets everything at a reset, as the standard asks.

    Parameters
    ----------
    link : LocalLink
        What its packets go through.
    """

    def __init__(self, link: LocalLink) -> None:
        super().__init__("kernel", link)
        self.public_address = Address(ADDRESS, Address.PUBLIC_DEVICE_ADDRESS)
        self.le_features &= ~LACKING

    def on_hci_reset_command(self, command: HCI_Reset_Command) -> HCI_StatusReturnParameters:
        """End every connection, and say nothing of it: Linux has forgotten them already."""
        for connection in tuple(self.le_connections.values()):
            connection.send_ll_control_pdu(
                ll.TerminateInd(HCI_ErrorCode.REMOTE_USER_TERMINATED_CONNECTION_ERROR)
            )
        self.le_connections.clear()
        self.pending_le_connection = None
        self.le_scan_enable = False
        return super().on_hci_reset_command(command)
