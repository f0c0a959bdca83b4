"""Which Bluetooth the link talks through: the system's, or one that is handed in.

The value carries nothing but keyword arguments for bleak, so that ``sensors.link`` is the same
code over the system's Bluetooth, over a virtual radio and over a dongle that Bumble drives.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sensors.turns import Turns


@dataclass(frozen=True, slots=True, eq=False)
class Radio:
    """The radio that all links of a session share.

    Attributes
    ----------
    scanner_kwargs, client_kwargs, notify_kwargs : mapping
        Handed to ``BleakScanner``, ``BleakClient`` and ``BleakClient.start_notify``. Empty for the
        system's Bluetooth.
    connecting : asyncio.Lock
        Held while a link connects: a controller can have one pending connection only.
    searching : Turns
        Of the links that search, where the system takes one search at a time.
    taken : set of str
        Addresses that a link of this session holds, so that two links never share a pod.
    """

    scanner_kwargs: Mapping[str, Any] = field(default_factory=dict)
    client_kwargs: Mapping[str, Any] = field(default_factory=dict)
    notify_kwargs: Mapping[str, Any] = field(default_factory=dict)
    connecting: asyncio.Lock = field(default_factory=asyncio.Lock)
    searching: Turns = field(default_factory=Turns)
    taken: set[str] = field(default_factory=set)

    @property
    def is_system(self) -> bool:
        """Whether this is the operating system's own Bluetooth."""
        return "backend" not in self.client_kwargs
