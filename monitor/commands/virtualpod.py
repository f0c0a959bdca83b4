"""``stridegate virtual-pod``: be a foot pod over the air, for another computer or adapter."""

import asyncio
from pathlib import Path

from analysis.step import Gait
from monitor.demo.patient import demo_gait
from monitor.demo.session import demo_setup
from monitor.errors import UsageError
from sensors.clock import SessionClock
from sensors.csvfile import read_csv
from sensors.samples import StepReport
from sensors.virtual.gait import GaitSource
from sensors.virtual.kinds import NAMES as PLAYING
from sensors.virtual.kinds import playing
from sensors.virtual.peripheral import Profile, VirtualPod
from sensors.virtual.player import ArraySource, SampleSource
from sensors.virtual.radio import on_air
from sensors.virtual.rsc import RunningSpeed

RSC = "rsc"
NAMES = {**PLAYING, RSC: "StrideGate RSC"}

FS_HZ = 208.0
"""Hz. Of the made gait."""

DEMO_S = 120.0
"""s. Length of the demo's plan, which the made gait follows."""

RUN_MPS, WALK_MPS = 2.6, 1.4
"""m/s. What a step-counting pod reports while the demo patient runs or walks. Design default."""


def run_virtual_pod(radio: str, play: Path | None, kind: str, speed: float) -> int:
    """Advertise a virtual pod on a Bluetooth controller until it is interrupted.

    Parameters
    ----------
    radio : str
        A Bumble transport, for example ``usb:0``.
    play : Path or None
        A CSV to play; None: the demo's made gait.
    kind : str
        A key of ``NAMES``, for example ``"movesense"`` or ``"rsc"``.
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
    if kind not in NAMES:
        raise UsageError(f"--kind {kind}: say one of {', '.join(NAMES)}")
    if kind == RSC and play is not None:
        samplers = " or ".join(PLAYING)
        raise UsageError(f"--play {play}: an rsc pod sends no samples; use --kind {samplers}")
    clock = SessionClock(speed)
    profile: Profile = RunningSpeed(_reports()) if kind == RSC else playing(kind, _source(play))
    pod = VirtualPod(profile, clock, name=NAMES[kind])
    try:
        asyncio.run(_advertise(pod, radio))
    except KeyboardInterrupt:
        print(f"{pod.name} is switched off.")
    return 0


async def _advertise(pod: VirtualPod, radio: str) -> None:
    async with on_air(pod, radio):
        print(f"{pod.name} is on the air at {pod.address}; Ctrl+C switches it off.", flush=True)
        await asyncio.get_running_loop().create_future()


def _source(play: Path | None) -> SampleSource:
    if play is None:
        return GaitSource(demo_gait(demo_setup(DEMO_S)), FS_HZ)
    csv = read_csv(play)
    return ArraySource(csv.t_s, csv.acc_g, csv.gyro_dps, csv.fs_hz)


def _reports() -> list[tuple[float, StepReport]]:
    reports = []
    t_s = distance_m = 0.0
    for segment in demo_setup(DEMO_S).segments:
        is_running = segment.gait is Gait.RUN
        speed_mps, cadence = (RUN_MPS, 83) if is_running else (WALK_MPS, 55)
        for _ in range(round(segment.duration_s)):
            t_s += 1.0
            distance_m += speed_mps
            stride_m = speed_mps * 60.0 / cadence
            reports.append((t_s, StepReport(speed_mps, cadence, is_running, stride_m, distance_m)))
    return reports
