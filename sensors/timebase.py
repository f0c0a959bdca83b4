"""From a pod's counter to session seconds: the one place where samples get their times.

A packet's arrival is never a sample's time: packets come late, in bursts and out of order. The
pod's own counter spaces the samples; the least delayed arrivals say how the pod's clock lies to the
session's. Pure: the same blocks and arrivals give the same times, to the last bit.
"""

from sensors.pods.pod import PodClock
from sensors.samples import ImuBlock, ImuSamples
from sensors.timing.counter import CounterStamper, Stamper
from sensors.timing.epoch import Counts, Epoch, Packet
from sensors.timing.samplecount import SampleStamper


class Timebase:
    """Gives the samples of one pod their session times.

    Parameters
    ----------
    clock : PodClock or None
        The counter in the packets; None where they carry none: then the samples are counted.
    fs_hz : float
        Nominal sample rate.

    Attributes
    ----------
    counts : Counts
        What went wrong so far.

    Raises
    ------
    ValueError
        Where the rate is not above 0.
    """

    def __init__(self, clock: PodClock | None, fs_hz: float) -> None:
        if not fs_hz > 0.0:
            raise ValueError(f"time base: fs_hz is {fs_hz}; give a rate above 0")
        self.counts = Counts()
        self._nominal_s = 1.0 / fs_hz
        self._tick_s = 0.0 if clock is None else clock.tick_s
        self._clock = clock
        self._stamper = self._new_stamper()
        self._epoch = self._new_epoch(None)
        self._fs_before_hz: float | None = None

    @property
    def fs_hz(self) -> float | None:
        """Measured rate in Hz of session time; None before the first samples are out."""
        return self._epoch.fs_hz or self._fs_before_hz

    @property
    def lost_samples(self) -> int:
        """Slots in which no sample arrived, so far."""
        return self.counts.lost_samples

    @property
    def unsure(self) -> list[tuple[float, float]]:
        """Stretches of session time in which samples are missing, nobody knows which, in order."""
        return self.counts.unsure

    def push(self, block: ImuBlock, t_arrival_s: float) -> list[ImuSamples]:
        """Take one block.

        Parameters
        ----------
        block : ImuBlock
            As decoded; of any length.
        t_arrival_s : float
            Session time at which its notification arrived.

        Returns
        -------
        list of ImuSamples
            What is now in its place, in order: often one entry; none while packets are held back
            (the first half second, and behind a gap that may still be filled); several after that.
        """
        if len(block.acc_g) == 0:
            return []
        return self._placed(self._stamper.stamp(block, t_arrival_s, self._epoch.fit))

    def restart(self) -> list[ImuSamples]:
        """Learn the pod's clock anew, as after a sleep of the computer; return what was held back.

        Time never goes back behind the samples that are out.
        """
        samples = self.flush()
        self._fs_before_hz = self.fs_hz
        self._stamper = self._new_stamper()
        self._epoch = self._new_epoch(self._epoch.last_s)
        return samples

    def flush(self) -> list[ImuSamples]:
        """End the stream: return everything that is still held back."""
        return self._placed(self._stamper.flush()) + self._epoch.flush()

    def _placed(self, packets: list[Packet]) -> list[ImuSamples]:
        samples: list[ImuSamples] = []
        for packet in packets:
            if packet.restarts or self._epoch.is_off_pace:
                samples += self._epoch.flush()
                self._fs_before_hz = self.fs_hz
                self._epoch = self._new_epoch(self._epoch.last_s)
            samples += self._epoch.push(packet)
        return samples

    def _new_stamper(self) -> Stamper:
        if self._clock is None:
            return SampleStamper(self._nominal_s, self.counts)
        return CounterStamper(self._clock, self.counts)

    def _new_epoch(self, after_s: float | None) -> Epoch:
        return Epoch(self._tick_s, self._nominal_s, self.counts, after_s)
