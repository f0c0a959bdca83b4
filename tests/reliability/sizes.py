"""How large recordings are, and how fast they are decided again."""

import gc
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from made_sessions import FS_HZ, inputs_of, made_setup
from recorded_files import T0_UTC_NS
from reliability.row import Row, memory_folder
from reliability.soak import loop_ms
from two_feet import cadence_pod

from analysis.step import Gait
from monitor.cli import SELDOM
from monitor.core import GRID_HZ, Input
from monitor.programme.model import Part, Segment
from monitor.record import RecordingSink
from monitor.replay import decide
from sensors.pods import polar_control
from sensors.samples import Notification
from sensors.virtual.gait import GaitSource
from sensors.virtual.gait_script import GaitScript, run, walk
from sensors.virtual.polar_mode import SENSE
from sensors.virtual.polar_wire import contents, frame

LONG_S = 600.0
"""s. Of pods that send little, so that the header does not count for much."""

ROUNDS, PAUSE_S = 20, 8.0
"""A machine that others use can be slow for minutes: rounds, and s between them."""

GROWING, CLOSED, SPEED = 1.35, 1.1, 300.0
SETUP = made_setup((Segment(Gait.WALK, 60.0, Part.WARM_UP), Segment(Gait.RUN, 239.0, Part.MAIN)))


def script(seconds: float) -> GaitScript:
    """Return a minute of walking, and running for the rest."""
    return GaitScript((walk(60.0), run(seconds - 60.0, impact_g=4.5)))


def walker(seconds: float) -> list[Input]:
    """Return a session's inputs: a minute of walking, the rest running."""
    return list(inputs_of(GaitSource(script(seconds), FS_HZ)))


def polar(seconds: float) -> list[Input]:
    """Return what a Polar Verity Sense sends: a compressed frame four times a second."""
    source = GaitSource(script(seconds), FS_HZ)
    return [
        Notification(
            content.last_s + 0.03,
            *("pod", polar_control.DATA_UUID),
            frame(round(content.last_s * 1e9), SENSE.layout, content.body),
        )
        for content in contents(source, SENSE.layout, 16)
    ]


def rsc(seconds: float) -> list[Input]:
    """Return what a step-counting pod sends: nine bytes a second."""
    return cadence_pod(script(seconds))


def sizes(items: list[Input], every_s: float = 1.0 / GRID_HZ) -> tuple[float, float]:
    """Return the size while growing and after closing, with the bytes of the notifications as 1."""
    raw = sum(len(item.payload) for item in items if isinstance(item, Notification))
    with tempfile.TemporaryDirectory(dir=memory_folder()) as name:
        path = Path(name) / "r.mcap"
        sink = RecordingSink(path, SETUP, T0_UTC_NS)
        flushed_s = 0.0
        for item in items:
            if item.t_s - flushed_s >= every_s:
                sink.flush()
                flushed_s = item.t_s
            sink.item(item)
        sink.flush()
        growing = path.stat().st_size
        sink.close()
        return growing / raw, path.stat().st_size / raw


def replayed(items: list[Input]) -> tuple[float, float]:
    """Return how many times faster than real time a session is decided, and what a loop took then.

    Of the processor; the loop is ``loop_ms``.

    The best of some rounds, as in the benchmarks: the first one loads what is needed, and others on
    the machine only ever make one slower.
    """
    # As the command does.
    gc.set_threshold(SELDOM)
    speeds: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        time.sleep(PAUSE_S)
        began_s = time.process_time()
        core = decide(SETUP, items)
        speeds.append((core.t_s / (time.process_time() - began_s), loop_ms()))
    return max(speeds)


def proof() -> Iterator[Row]:
    """Measure."""
    items = walker(300.0)
    growing, closed = sizes(items)
    result = f"{growing:.2f} while it grows, {closed:.2f} closed (allowed {GROWING} and {CLOSED})"
    yield Row("size", "a pod at 208 Hz with a gyroscope, a flush each 0.1 s", "5 min", result)
    for name, few in (("a Polar Verity Sense", polar(LONG_S)), ("a pod that counts", rsc(LONG_S))):
        growing, closed = sizes(few)
        raw_kb = sum(len(i.payload) for i in few if isinstance(i, Notification)) / 1000.0
        result = f"{growing:.2f} while it grows, {closed:.2f} closed: {growing * raw_kb:.0f} kB"
        yield Row("size", f"{name}, a flush each 0.1 s", f"10 min, {raw_kb:.0f} kB sent", result)
    speed, loop = replayed(items)
    result = (
        f"{speed:.0f} x real time of the processor, where an empty loop of a million takes "
        f"{loop:.0f} ms"
    )
    yield Row(
        "speed", "a session decided again, without a screen", f"5 min, {ROUNDS} times", result
    )
