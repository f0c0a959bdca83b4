"""One pod's road from notifications to steps: decode, time base, analysis, and what went wrong.

This is the place where ``sensors`` and ``analysis`` meet. It is pure: the same notifications in
the same order give the same steps, live and in a replay.
"""

import math
from collections import Counter
from collections.abc import Callable

from analysis.step import Step
from analysis.steps import StepAnalyser
from monitor.firstlook import FirstLook
from monitor.setup import PodSetup
from sensors.errors import BadPacketError, PacketFault
from sensors.pods.cadence import CadenceReader
from sensors.pods.registry import pod_of_kind
from sensors.samples import (
    Battery,
    FullScale,
    ImuBlock,
    ImuSamples,
    LinkEvent,
    LinkState,
    Notification,
    PodIdentity,
    StepReport,
)
from sensors.timebase import Timebase

HOLE_S = 0.25
"""s. Missing samples for so long may hide a whole contact. Design default."""

RATE_TOLERANCE = 0.03
"""Relative. A measured rate that moves by more is another rate, and the analysis begins anew with
it; a pod's clock may be 3 % off (design default)."""


class PodPipeline:
    """The state of one pod's stream.

    Parameters
    ----------
    setup : PodSetup
        The pod and where it is worn.
    with_strikes : bool
        Whether contacts are announced at once too; the steps are the same either way.

    Attributes
    ----------
    listener : callable or None
        Called with the samples that reach the analysis.
    steps : list of Step
        Every step so far, in order.
    battery_pct : int or None
        The last charge that the pod gave.
    full_scale_g : float or None
        Where the accelerometer clips: as the pod says it, or else as its kind is known to.
    report : StepReport or None
        The last step report, and
    report_t_s : float or None
        when it arrived.
    cadence_spm : float or None
        The cadence of that report, in steps per minute of both feet.
    data_t_s : float or None
        Arrival of the newest notification that carried data.
    bad_packets : Counter of PacketFault
        Notifications that could not be decoded.
    samples : int
        Samples that reached the analysis.
    strike_t_s : float or None
        The newest contact as it was announced, before its step is final: for a screen alone.
    first_look : FirstLook
        Whether the pod is where it should be, by the beginning of the stream.
    """

    def __init__(self, setup: PodSetup, *, with_strikes: bool = True) -> None:
        self.setup = setup
        self.listener: Callable[[ImuSamples], None] | None = None
        self._with_strikes = with_strikes
        self.pod = pod_of_kind(setup.kind, setup.rate_hz)
        self.steps: list[Step] = []
        self.battery_pct: int | None = None
        self.full_scale_g = self.pod.abilities.full_scale_g
        self.report: StepReport | None = None
        self.report_t_s: float | None = None
        self.data_t_s: float | None = None
        self.bad_packets: Counter[PacketFault] = Counter()
        self.samples = 0
        self.too_slow: str | None = None
        self.cadence_spm: float | None = None
        self.name = ""
        self._cadence = CadenceReader()
        self._decoder = self.pod.decoder()
        fs_hz = self.pod.abilities.fs_hz
        self.timebase = None if fs_hz is None else Timebase(self.pod.abilities.clock, fs_hz)
        self.analyser: StepAnalyser | None = None
        self._fs_hz: float | None = None
        self._holes: list[tuple[float, float]] = []
        self._until_s = -math.inf
        self.strike_t_s: float | None = None
        self.first_look = FirstLook()

    @property
    def has_samples(self) -> bool:
        """Whether there is anything to find steps in: no steps are not 0 steps."""
        return self.analyser is not None

    @property
    def fs_hz(self) -> float | None:
        """The sample rate as measured; None before enough packets came."""
        return None if self.timebase is None else self.timebase.fs_hz

    @property
    def lost_samples(self) -> int | None:
        """Samples known to be missing so far; None for a pod that sends none."""
        return None if self.timebase is None else self.timebase.lost_samples

    @property
    def dropped_packets(self) -> int:
        """Packets that came twice, too late or with an impossible counter."""
        return 0 if self.timebase is None else self.timebase.counts.dropped

    @property
    def holes(self) -> tuple[tuple[float, float], ...]:
        """Where samples are missing for ``HOLE_S`` or more, in session seconds, from end to end."""
        return (*self._holes, (self._until_s, math.inf))

    def link(self, event: LinkEvent) -> None:
        """Take note of the link: a new connection starts with a fresh decoder."""
        if event.state is LinkState.CONNECTING:
            self._decoder = self.pod.decoder()

    def identify(self, identity: PodIdentity) -> None:
        """Take note of who the pod is: some models count their cadence in a way of their own."""
        if self.name != identity.name:
            self.name = identity.name
            self._cadence = CadenceReader(identity.name)

    def feed(self, notification: Notification) -> None:
        """Decode one notification and push what it held through time base and analysis."""
        try:
            decoded = self._decoder.decode(notification)
        except BadPacketError as error:
            self.bad_packets[error.reason] += 1
            return
        for value in decoded:
            match value:
                case ImuBlock():
                    self._place(value, notification.t_s)
                case StepReport():
                    self.data_t_s = self.report_t_s = notification.t_s
                    self.report = value
                    self.cadence_spm = self._cadence.steps_per_min(value)
                case Battery(charge_pct=charge_pct):
                    self.battery_pct = charge_pct
                case FullScale(full_scale_g=full_scale_g):
                    self._set_full_scale(full_scale_g)

    def flush(self) -> None:
        """End the stream: what the time base and the analysis still hold comes out."""
        if self.timebase is not None:
            self._analyse(self.timebase.flush())
        if self.analyser is not None:
            self.steps += self.analyser.flush()

    def _set_full_scale(self, full_scale_g: float) -> None:
        if full_scale_g == self.full_scale_g:
            return
        self.full_scale_g = full_scale_g
        if self.analyser is not None and self._fs_hz is not None:
            # What was clipped before is clipped elsewhere now: the analysis begins anew.
            self._open_analyser(self._fs_hz)

    def _place(self, block: ImuBlock, t_s: float) -> None:
        if self.timebase is None:
            return
        dropped = self.timebase.counts.dropped
        placed = self.timebase.push(block, t_s)
        if self.timebase.counts.dropped == dropped:
            # A pod that repeats one packet for ever sends no data, however busy its link is.
            self.data_t_s = t_s
        self._analyse(placed)

    def _analyse(self, blocks: list[ImuSamples]) -> None:
        for block in blocks:
            self.samples += len(block.t_s)
            self._note_hole(block)
            fs_hz = self.fs_hz
            assert fs_hz is not None, "samples leave the time base only after it measured the rate"
            if self._fs_hz is None or abs(fs_hz / self._fs_hz - 1.0) > RATE_TOLERANCE:
                self._open_analyser(fs_hz)
            if self.analyser is not None:
                self.steps += self.analyser.push(block.t_s, block.acc_g, block.gyro_dps)
                for strike in self.analyser.take_strikes():
                    self.strike_t_s = strike.t_ic_s
                self.first_look.push(block, fs_hz)
                if self.listener is not None and len(block.t_s):
                    self.listener(block)

    def _note_hole(self, block: ImuSamples) -> None:
        if not len(block.t_s):
            return
        if block.t_s[0] - self._until_s >= HOLE_S:
            self._holes.append((self._until_s, float(block.t_s[0])))
        self._until_s = float(block.t_s[-1])

    def _open_analyser(self, fs_hz: float) -> None:
        # The filters want the rate the pod really has: not the claimed one, and not the one that a
        # bad start of the stream, or the pod before its restart, seemed to have.
        if self.analyser is not None:
            self.steps += self.analyser.flush()
        self._fs_hz = fs_hz
        self.analyser = None
        self.too_slow = None
        try:
            self.analyser = StepAnalyser(
                fs_hz=fs_hz,
                placement=self.setup.placement,
                full_scale_g=self.full_scale_g,
                with_strikes=self._with_strikes,
            )
        except ValueError as error:
            self.too_slow = str(error)
