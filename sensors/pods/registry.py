"""The kinds of pods that the program knows, by name and by what they advertise."""

from collections.abc import Callable
from typing import Final

from sensors.pods.metamotion import MetaMotion
from sensors.pods.movesense import DEFAULT_RATE_HZ, Movesense
from sensors.pods.openpod import OpenPod
from sensors.pods.pod import Pod
from sensors.pods.polar import H10, OH1, VERITY_SENSE, Polar
from sensors.pods.rsc import Rsc
from sensors.pods.witmotion import WitMotion

KINDS: Final[dict[str, Callable[[int | None], Pod]]] = {
    Movesense.kind: lambda rate_hz: Movesense(DEFAULT_RATE_HZ if rate_hz is None else rate_hz),
    VERITY_SENSE.kind: lambda rate_hz: Polar(VERITY_SENSE, rate_hz),
    H10.kind: lambda rate_hz: Polar(H10, rate_hz),
    OH1.kind: lambda rate_hz: Polar(OH1, rate_hz),
    MetaMotion.kind: lambda rate_hz: MetaMotion() if rate_hz is None else MetaMotion(rate_hz),
    WitMotion.kind: lambda rate_hz: WitMotion() if rate_hz is None else WitMotion(rate_hz),
    OpenPod.kind: lambda rate_hz: OpenPod() if rate_hz is None else OpenPod(rate_hz),
    Rsc.kind: lambda _rate_hz: Rsc(),
}
"""Each kind with what makes a pod of it, given a sample rate in Hz or None for the usual one.

The order is the order of preference where several match: samples come before step reports.
"""


def pod_of_kind(kind: str, rate_hz: int | None = None) -> Pod:
    """Return a pod of a kind, for example one named in a recording's header.

    Parameters
    ----------
    kind : str
        A key of ``KINDS``.
    rate_hz : int or None
        The sample rate to ask for; None for the kind's usual one, or where it sends no samples.

    Raises
    ------
    ValueError
        Where the kind is unknown, or has no such rate.
    """
    if kind not in KINDS:
        raise ValueError(f"pod kind {kind!r} is unknown; choose one of {', '.join(KINDS)}")
    return KINDS[kind](rate_hz)


def pod_for_advertisement(name: str, service_uuids: frozenset[str]) -> Pod | None:
    """Return a pod of the first kind that an advertisement fits; None where no kind does.

    Parameters
    ----------
    name : str
        The advertised name, empty where there is none.
    service_uuids : frozenset of str
        The advertised services as 128-bit UUIDs.
    """
    pods = (make(None) for make in KINDS.values())
    return next((pod for pod in pods if pod.matches(name, service_uuids)), None)
