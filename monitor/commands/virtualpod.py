"""``stridegate virtual-pod``: be a foot pod over the air, for another computer or adapter."""

import asyncio
from pathlib import Path

from monitor.demo.patient import demo_gait
from monitor.demo.pod import reports_of
from monitor.demo.session import demo_setup
from monitor.errors import UsageError
from sensors.clock import SessionClock
from sensors.csvfile import read_csv
from sensors.pods.registry import pod_of_kind
from sensors.virtual.gait import GaitSource
from sensors.virtual.names import NAMES
from sensors.virtual.peripheral import VirtualPod
from sensors.virtual.player import ArraySource, SampleSource
from sensors.virtual.radio import on_air
from sensors.virtual.rsc import RunningSpeed
from sensors.virtual.shelf import PLAYERS, playing_pod

RSC = "rsc"

DEMO_S = 120.0
"""s. Length of the demo's plan, which the made gait follows."""


def run_virtual_pod(radio: str, play: Path | None, kind: str, speed: float) -> int:
    """Advertise a virtual pod on a Bluetooth controller until it is interrupted.

    Parameters
    ----------
    radio : str
        A Bumble transport, for example ``usb:0``.
    play : Path or None
        A CSV to play; None: the demo's made gait.
    kind : str
        A kind of pod with samples that can be played, or ``"rsc"``.
    speed : float
        Pod seconds per real second.

    Returns
    -------
    int
        Exit status.

    Raises
    ------
    UsageError
        Where the kind is unknown or cannot play a file.
    """
    if kind not in (*PLAYERS, RSC):
        raise UsageError(f"--kind {kind}: say {', '.join(PLAYERS)} or {RSC}")
    if kind == RSC and play is not None:
        raise UsageError(
            f"--play {play}: an rsc pod sends no samples; use --kind {next(iter(PLAYERS))}"
        )
    clock = SessionClock(speed)
    if kind == RSC:
        pod = VirtualPod(
            RunningSpeed(reports_of(demo_gait(demo_setup(DEMO_S)))), clock, name=NAMES[RSC]
        )
    else:
        pod = playing_pod(kind, _source(play, kind), clock)
    try:
        asyncio.run(_advertise(pod, radio))
    except KeyboardInterrupt:
        print(f"{pod.name} is switched off.")
    return 0


async def _advertise(pod: VirtualPod, radio: str) -> None:
    async with on_air(pod, radio):
        print(f"{pod.name} is on the air at {pod.address}; Ctrl+C switches it off.", flush=True)
        await asyncio.get_running_loop().create_future()


def _source(play: Path | None, kind: str) -> SampleSource:
    if play is None:
        fs_hz = pod_of_kind(kind).abilities.fs_hz
        assert fs_hz is not None, "a pod that is played sends samples"
        return GaitSource(demo_gait(demo_setup(DEMO_S)), fs_hz)
    csv = read_csv(play)
    return ArraySource(csv.t_s, csv.acc_g, csv.gyro_dps, csv.fs_hz)
