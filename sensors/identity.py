"""Who a pod is: read from its Device Information, and held against who it was before."""

from collections.abc import Awaitable, Callable

from sensors.binding import stranger
from sensors.samples import PodIdentity

IDENTITY_UUIDS = {
    "manufacturer": "00002a29-0000-1000-8000-00805f9b34fb",
    "model": "00002a24-0000-1000-8000-00805f9b34fb",
    "serial": "00002a25-0000-1000-8000-00805f9b34fb",
    "firmware": "00002a26-0000-1000-8000-00805f9b34fb",
}
"""The characteristics of the Device Information service, by the field they fill."""


async def identify(
    kind: str, name: str, address: str, read: Callable[[str], Awaitable[bytes | None]]
) -> PodIdentity:
    """Read what a pod says of itself.

    Parameters
    ----------
    kind, name, address : str
        What is known already.
    read : callable
        Reads a characteristic; None where the pod has none, or does not give it.
    """
    texts = {}
    for field, uuid in IDENTITY_UUIDS.items():
        value = await read(uuid)
        texts[field] = (value or b"").decode("utf-8", errors="replace").rstrip("\0")
    return PodIdentity(kind, name, address, **texts)


def check_same(before: PodIdentity | None, now: PodIdentity) -> None:
    """Refuse a stranger: a session never changes over to another pod by itself.

    Raises
    ------
    LinkError
        Where a serial number was said before, and now another one or none; where another maker or
        model is said than before.
    """
    if before is None:
        return
    if before.serial and before.serial != now.serial:
        who = f"serial {now.serial}" if now.serial else "without a serial number"
        raise stranger(before.name, f"{who}, not {before.serial}")
    for what in ("manufacturer", "model"):
        was, says = getattr(before, what), getattr(now, what)
        if was and says and was != says:
            raise stranger(before.name, f"{what} {says}, not {was}")
