"""One pod's road from notifications to steps: decode, time base, analysis, and what went wrong.

This is the place where ``sensors`` and ``analysis`` meet. It is pure: the same notifications in
the same order give the same steps, live and in a replay.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence

from analysis.step import Step
from analysis.steps import StepAnalyser
from monitor.firstlook import FirstLook
from monitor.plausibility import doubt_of
from monitor.seat import Seat
from monitor.setup import PodSetup
from sensors.errors import BadPacketError, PacketFault
from sensors.pods.cadence import CadenceMemory, CadenceReader
from sensors.pods.distance import Distance
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
    SensorLocation,
    StepFeatures,
    StepReport,
)
from sensors.timebase import Timebase

HOLE_S = 0.25
"""s. Missing samples for so long may hide a whole contact. Design default."""

RATE_TOLERANCE = 0.03
"""Relative. A measured rate that moves by more is another rate, and the analysis begins anew with
it; a pod's clock may be 3 % off (design default)."""

WIDE_ENOUGH_G = 16.0
"""g. Up to here running impacts at the shank are measured whole, save the hardest (24.6 g were
reported overground); with a smaller range many are cut."""

UNREADABLE_IN_A_ROW = 50
"""Notifications that cannot be read, without one between that can, after which the reason is told:
some seconds of a stream, or a step-counting pod's minute (design default)."""

TURNED = "The pod has turned by {:.0f}° on the leg: is it clipped on as before, and tight?"

_DATA = (ImuBlock, StepReport)
"""What a stream is for; a battery's level says nothing of it."""


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
        The last charge that the pod gave, and
    battery_t_s : float or None
        when it arrived.
    full_scale_g : float or None
        Where the accelerometer clips: as the pod says it, or else as its kind is known to.
    report : StepReport or None
        The last step report, and
    report_t_s : float or None
        when it arrived.
    cadence_spm : float or None
        The cadence of that report, in steps per minute of both feet.
    reports : list of tuple of float
        Arrival and cadence of each report whose cadence is known.
    distance : Distance
        What the reports' distance came to.
    location : str or None
        Where a step-counting pod says it is worn.
    data_t_s : float or None
        Arrival of the newest notification that carried data.
    bad_packets : Counter of PacketFault
        Notifications that could not be decoded.
    samples : int
        Samples that reached the analysis.
    received_bytes : int
        Bytes of all notifications that were used.
    quarantined : int
        Values that were not used: a stranger's, or such as no pod on a leg can send.
    doubt : str or None
        Why the last of those that no pod can send was not used.
    is_stranger : bool
        Whether another pod than the patient's own answers in its place.
    strike_t_s : float or None
        The newest contact as it was announced, before its step is final: for a screen alone.
    first_look : FirstLook
        Whether the pod is where it should be, by the beginning of the stream.
    seat : Seat
        Whether it still sits as it did.
    with_strikes : bool
        Whether contacts are announced at once, before their steps are final.
    """

    def __init__(self, setup: PodSetup, *, with_strikes: bool = True) -> None:
        self.setup = setup
        self.listener: Callable[[ImuSamples], None] | None = None
        self.with_strikes = with_strikes
        self.pod = pod_of_kind(setup.kind, setup.rate_hz)
        self.steps: list[Step] = []
        self.battery_pct: int | None = None
        self.battery_t_s: float | None = None
        self.full_scale_g = self.pod.abilities.full_scale_g
        self.report: StepReport | None = None
        self.report_t_s: float | None = None
        self.data_t_s: float | None = None
        self.bad_packets: Counter[PacketFault] = Counter()
        self.samples = 0
        self.received_bytes = 0
        self.too_slow: str | None = None
        self.cadence_spm: float | None = None
        self.reports: list[tuple[float, float]] = []
        self.name = ""
        self.is_stranger = False
        self.quarantined = 0
        self.doubt: str | None = None
        self._cadence = CadenceReader()
        self.distance = Distance()
        self.location: str | None = None
        self._cadence = self._cadence_reader("", "")
        self._pod_key = ""
        self._decoder = self.pod.decoder()
        fs_hz = self.pod.abilities.fs_hz
        self.timebase = None if fs_hz is None else Timebase(self.pod.abilities.clock, fs_hz)
        self.analyser: StepAnalyser | None = None
        self._fs_hz: float | None = None
        self._holes: list[tuple[float, float]] = []
        self._until_s = -math.inf
        self.strike_t_s: float | None = None
        self.first_look = FirstLook()
        self.seat = Seat()
        self._unreadable = 0
        self._narrow_g: float | None = None
        self._notices: list[str] = []

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
        """Where samples are missing for ``HOLE_S`` or more, in session seconds, from end to end.

        Where samples are missing nobody knows where, all of that time counts as not seen.
        """
        return (*self._holes, *self.unsure, (self._until_s, math.inf))

    @property
    def unsure(self) -> Sequence[tuple[float, float]]:
        """Where steps may read too low: samples are missing, nobody knows which. Never shorter."""
        return () if self.timebase is None else self.timebase.unsure

    def link(self, event: LinkEvent) -> None:
        """Take note of the link: a new connection starts with a fresh decoder."""
        if event.state is LinkState.CONNECTING:
            self._decoder = self.pod.decoder()

    def identify(self, identity: PodIdentity) -> None:
        """Take note of who the pod is: some models count their cadence in a way of their own."""
        self.is_stranger = self.setup.is_stranger(identity)
        if self.name != identity.name:
            self.name = identity.name
            self._pod_key = identity.key
            self._cadence = self._cadence_reader(identity.name, identity.key)

    @property
    def cadence_memory(self) -> CadenceMemory | None:
        """What was decided of the pod's cadence, for its next session; None where nothing was."""
        cadence = self._cadence
        if self.report is None or not cadence.is_decided:
            return None
        return CadenceMemory(cadence.unit, self._pod_key, cadence.is_chosen)

    def _cadence_reader(self, name: str, key: str) -> CadenceReader:
        memory = self.setup.cadence
        if memory is None or not memory.holds_for(key):
            return CadenceReader(name)
        if memory.is_chosen:
            return CadenceReader(name, chosen=memory.unit)
        return CadenceReader(name, last=memory.unit)

    def feed(self, notification: Notification) -> None:
        """Decode one notification and push what it held through time base and analysis.

        Nothing that a stranger sent is used.
        """
        if self.is_stranger:
            self.quarantined += 1
            return
        self.received_bytes += len(notification.payload)
        try:
            decoded = self._decoder.decode(notification)
        except BadPacketError as error:
            self.bad_packets[error.reason] += 1
            self._unreadable += 1
            if self._unreadable == UNREADABLE_IN_A_ROW:
                self._notices.append(f"Nothing that the pod sends can be read: {error.sentence}")
            return
        for value in decoded:
            if self._unreadable and isinstance(value, _DATA):
                self._unreadable = 0
            doubt = doubt_of(value)
            if doubt is not None:
                self.doubt = doubt
                self.quarantined += 1
                continue
            match value:
                case ImuBlock():
                    self._place(value, notification.t_s)
                case StepReport():
                    self._report(value, notification.t_s)
                case StepFeatures():
                    self._cadence.learn_features(value)
                case SensorLocation(name=name):
                    self.location = name
                case Battery(charge_pct=charge_pct):
                    self.battery_pct, self.battery_t_s = charge_pct, notification.t_s
                case FullScale(full_scale_g=full_scale_g):
                    self._set_full_scale(full_scale_g)

    def resume(self) -> None:
        """Begin the pod's clock anew: the computer slept, and the session's clock stood still."""
        if self.timebase is not None:
            self._analyse(self.timebase.restart())

    def take_notices(self) -> list[str]:
        """Return what has to be said of the pod since the last time, in words."""
        notices, self._notices = self._notices, []
        return notices

    def flush(self) -> None:
        """End the stream: what the time base and the analysis still hold comes out."""
        if self.timebase is not None:
            self._analyse(self.timebase.flush())
        if self.analyser is not None:
            self.steps += self.analyser.flush()

    def _report(self, report: StepReport, t_s: float) -> None:
        self.data_t_s = self.report_t_s = t_s
        self.report = report
        self.distance.add(t_s, report.total_distance_m)
        before = self._cadence.unit
        self.cadence_spm = self._cadence.steps_per_min(report, t_s)
        if self.cadence_spm is not None:
            self.reports.append((t_s, self.cadence_spm))
        if self._cadence.unit is not before:
            # What is shown is doubled or halved by this: never without a word.
            self._notices.append(
                f"The pod's cadence is read as {self._cadence.unit} from now on, not "
                f"{before}: {self._cadence.reason}"
            )

    def _set_full_scale(self, full_scale_g: float) -> None:
        if full_scale_g < WIDE_ENOUGH_G and full_scale_g != self._narrow_g:
            self._notices.append(
                f"The pod measures up to ±{full_scale_g:g} g: harder steps cannot be measured, and "
                "count as above every limit"
            )
            self._narrow_g = full_scale_g
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
                if self.with_strikes:
                    for strike in self.analyser.take_strikes():
                        self.strike_t_s = strike.t_ic_s
                self.first_look.push(block, fs_hz)
                if self.listener is not None:
                    self.listener(block)
                turned_deg = self.seat.push(block, fs_hz)
                if turned_deg is not None:
                    self._notices.append(TURNED.format(turned_deg))

    def _note_hole(self, block: ImuSamples) -> None:
        # The time base gives out no block without samples.
        begin_s = block.t_s.item(0)
        if begin_s - self._until_s >= HOLE_S:
            self._holes.append((self._until_s, begin_s))
        self._until_s = block.t_s.item(-1)

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
                with_strikes=self.with_strikes,
            )
        except ValueError as error:
            self.too_slow = str(error)
