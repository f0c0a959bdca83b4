"""When a virtual walker's foot touches the ground, and how hard: every stride of a script."""

from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sensors.samples import FloatArray
from sensors.virtual.gait_script import GaitScript, Motion, Stretch

BoolArray = NDArray[np.bool_]

STRIDE_CV: Final = 0.015
"""Variation of stride times: healthy walkers and runners have 1 to 2 %."""

CONTACT_CV: Final = 0.025
"""Variation of contact times (design default)."""

IMPACT_CV: Final = 0.08
"""Variation of impacts within a run: about what one runner shows on level ground."""

FADE_S: Final = 0.4
"""Seconds in which the last stance of a bout comes to rest (design default)."""

CHANGE_S: Final = 0.5
"""Seconds in which one gait's slow movement turns into the other's (design default)."""

SHAPES: Final = 8
"""Random numbers that shape one stride, each about standard normal."""


@dataclass(frozen=True, slots=True)
class TrueStep:
    """One step of the instrumented foot.

    Attributes
    ----------
    t_ic_s : float
        Initial contact, on the source's clock.
    t_tc_s : float or None
        Terminal contact; None where the walker stays on the foot.
    impact_g : float
        Peak resultant of the clean signal from 50 ms before to 100 ms after initial contact.
    gait : str
        ``"walk"`` or ``"run"``.
    """

    t_ic_s: float
    t_tc_s: float | None
    impact_g: float
    gait: str


@dataclass(frozen=True, slots=True, eq=False)
class Schedule:
    """Every stride, as columns; a bout begins with the swing before its first contact.

    Attributes
    ----------
    t_ic_s, stride_s, contact_s : ndarray, shape (n,)
        Initial contact, time to the next one, contact time.
    impact_g : ndarray, shape (n,)
        Impact to be reached.
    is_contact : ndarray of bool, shape (n,)
        False for the swing that begins a bout.
    is_left : ndarray of bool, shape (n,)
        Whether the foot leaves the ground again.
    is_run : ndarray of bool, shape (n,)
        The gait of the stride.
    shape : ndarray, shape (n, SHAPES)
        Random numbers for the form of its bursts.
    moving_knots, run_knots : ndarray, shape (m, 2)
        Times and values, 0 to 1, between which the share of movement, and of running in it, change.
    """

    t_ic_s: FloatArray
    stride_s: FloatArray
    contact_s: FloatArray
    impact_g: FloatArray
    is_contact: BoolArray
    is_left: BoolArray
    is_run: BoolArray
    shape: FloatArray
    moving_knots: FloatArray
    run_knots: FloatArray


@dataclass(slots=True)
class _Stride:
    t_ic_s: float
    stride_s: float
    contact_s: float
    impact_g: float
    is_contact: bool
    is_left: bool
    is_run: bool
    shape: FloatArray


def schedule(script: GaitScript, rng: np.random.Generator) -> Schedule:
    """Draw every stride of a script.

    Parameters
    ----------
    script : GaitScript
        What is done.
    rng : numpy.random.Generator
        The only source of chance. Strides are drawn in order: a longer script begins alike.
    """
    strides: list[_Stride] = []
    moving: list[tuple[float, float]] = []
    running: list[tuple[float, float]] = []
    for bout in script.bouts():
        drawn = _bout(bout, rng)
        begin_s, first_s, last_s = bout[0][0], drawn[1].t_ic_s, drawn[-1].t_ic_s
        rest_s = last_s + 0.1
        moving += [(begin_s, 0.0), (first_s, 1.0), (rest_s, 1.0), (rest_s + FADE_S, 0.0)]
        running.append((begin_s, float(drawn[0].is_run)))
        for before, after in pairwise(drawn):
            if before.is_run is not after.is_run:
                half_s = CHANGE_S / 2.0
                running.append((after.t_ic_s - half_s, float(before.is_run)))
                running.append((after.t_ic_s + half_s, float(after.is_run)))
        running.append((rest_s + FADE_S, float(drawn[-1].is_run)))
        strides += drawn
    return Schedule(
        t_ic_s=np.array([stride.t_ic_s for stride in strides]),
        stride_s=np.array([stride.stride_s for stride in strides]),
        contact_s=np.array([stride.contact_s for stride in strides]),
        impact_g=np.array([stride.impact_g for stride in strides]),
        is_contact=np.array([stride.is_contact for stride in strides], dtype=bool),
        is_left=np.array([stride.is_left for stride in strides], dtype=bool),
        is_run=np.array([stride.is_run for stride in strides], dtype=bool),
        shape=np.array([stride.shape for stride in strides]).reshape(-1, SHAPES),
        moving_knots=_knots(moving),
        run_knots=_knots(running),
    )


def other_foot(plan: Schedule, impact_ratio: float, contact_ratio: float) -> Schedule:
    """Return the strides of the other foot: half a stride later, with its own impact and contact.

    Parameters
    ----------
    plan : Schedule
        Of the one foot.
    impact_ratio, contact_ratio : float
        Its impacts and contact times, over those of the one foot.
    """
    t_ic_s = plan.t_ic_s + 0.5 * plan.stride_s
    stride_s = plan.stride_s.copy()
    # A bout begins with the swing before its first contact: strides do not reach across.
    within = plan.is_contact[1:]
    stride_s[:-1][within] = np.diff(t_ic_s)[within]
    return replace(
        plan,
        t_ic_s=t_ic_s,
        stride_s=stride_s,
        contact_s=np.minimum(plan.contact_s * contact_ratio, 0.8 * stride_s),
        impact_g=plan.impact_g * impact_ratio,
    )


def _bout(bout: list[tuple[float, Stretch]], rng: np.random.Generator) -> list[_Stride]:
    starts_s = [start_s for start_s, _ in bout]
    begin_s, first = bout[0]
    end_s = bout[-1][0] + bout[-1][1].duration_s
    stride = _draw(begin_s, first, rng)
    # The foot leaves the ground as the bout begins: this stride's contact was the standing.
    stride.t_ic_s, stride.is_contact = begin_s - stride.contact_s, False
    strides = [stride]
    while True:
        t_ic_s = strides[-1].t_ic_s + strides[-1].stride_s
        if t_ic_s >= end_s and len(strides) > 1:
            break
        stretch = bout[max(0, bisect_right(starts_s, t_ic_s) - 1)][1]
        strides.append(_draw(t_ic_s, stretch, rng))
    strides[-1].is_left = False
    return strides


def _draw(t_ic_s: float, stretch: Stretch, rng: np.random.Generator) -> _Stride:
    chance = np.clip(rng.standard_normal(3 + SHAPES), -2.5, 2.5)
    stride_s = 120.0 / stretch.cadence_spm * (1.0 + STRIDE_CV * chance[0])
    return _Stride(
        t_ic_s=t_ic_s,
        stride_s=float(stride_s),
        contact_s=float(stride_s * stretch.contact_fraction * (1.0 + CONTACT_CV * chance[1])),
        impact_g=float(stretch.impact_g * (1.0 + IMPACT_CV * chance[2])),
        is_contact=True,
        is_left=True,
        is_run=stretch.motion is Motion.RUN,
        shape=chance[3:],
    )


def _knots(knots: list[tuple[float, float]]) -> FloatArray:
    return np.array(knots or [(0.0, 0.0)])
