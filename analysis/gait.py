"""Walk or run, step by step.

Each step is judged by itself, so that the label follows a change of gait at once: in running the
limb moves more during stance, swings harder before it, and the stride is short. Only a step
between the two keeps the label of the step before.
"""

from dataclasses import dataclass
from math import log

from analysis.signals import Column
from analysis.step import Gait, Placement
from analysis.tape import Tape

STANCE_S = (0.08, 0.30)
"""The part after contact in which a walker's limb stands."""
SWING_S = (-0.30, -0.05)
"""The part before contact."""
SHORTEST_S = 0.70
"""A shorter stride (171 steps/min) speaks no more for running: small steps in a turn are short."""
SURE = 0.6
"""Score beyond which (either sign) a step speaks for itself."""


@dataclass(frozen=True, slots=True)
class GaitModel:
    """Values half-way between walking and running, and their weights.

    Attributes
    ----------
    stance_g : float
        Mean movement during stance (walking below, running above).
    swing_g : float
        Mean movement before contact.
    stride_s : float
        Stride period (walking above, running below).
    swing_weight, stride_weight : float
        Against a weight of 1 for stance; all three as natural logarithms.
    """

    stance_g: float
    swing_g: float
    stride_s: float
    swing_weight: float
    stride_weight: float


MODELS = {
    Placement.SHANK: GaitModel(0.85, 1.0, 0.90, 0.0, 2.0),
    Placement.FOOT: GaitModel(0.42, 1.2, 0.90, 1.0, 5.0),
}
"""Shank in stance: walking 0.3-0.5 g, running 1.3-1.8 g. Foot: 0.2-0.5 g against 0.4-0.8 g, so
there swing (0.8-1.2 g against 1.2-2.0 g) and stride must help."""


class GaitJudge:
    """Names the gait of each step of one stretch, in order.

    Parameters
    ----------
    placement : Placement
        Where the pod is worn.
    fs_hz : float
        Sampling rate in Hz.

    Attributes
    ----------
    ahead : int
        A step can be judged this many samples after its contact.
    """

    def __init__(self, placement: Placement, fs_hz: float) -> None:
        self._model = MODELS[placement]
        self._last: Gait | None = None
        self._stance = (int(STANCE_S[0] * fs_hz), int(STANCE_S[1] * fs_hz))
        self._swing = (int(SWING_S[0] * fs_hz), int(SWING_S[1] * fs_hz))
        self.ahead = self._stance[1] + 1

    def movement_g(self, tape: Tape, contact_index: int) -> tuple[float, float]:
        """Return the mean movement in the stance after a contact and in the swing before."""
        (near, far), (early, late) = self._stance, self._swing
        return (
            tape.mean(Column.MOVED, contact_index + near, contact_index + far),
            tape.mean(Column.MOVED, contact_index + early, contact_index + late),
        )

    def loads_like_running(self, stance_g: float) -> bool:
        """Return whether the limb moves in stance as it does in running."""
        return stance_g > self._model.stance_g

    def judge(self, stance_g: float, swing_g: float, stride_s: float | None) -> Gait:
        """Return the gait of the next step.

        Parameters
        ----------
        stance_g, swing_g : float
            Its ``movement_g``.
        stride_s : float or None
            Stride in seconds; None: not known, and speaks for neither.
        """
        model = self._model
        score = (
            log((stance_g + 0.01) / model.stance_g)
            + model.swing_weight * log((swing_g + 0.01) / model.swing_g)
            + model.stride_weight
            * log(model.stride_s / max(stride_s or model.stride_s, SHORTEST_S))
        )
        if self._last is None or abs(score) > SURE:
            self._last = Gait.RUN if score > 0.0 else Gait.WALK
        return self._last

    @property
    def was_running(self) -> bool:
        """Whether the last step was a running step."""
        return self._last is Gait.RUN
