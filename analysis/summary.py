"""A run of steps in a few numbers. What is not known is None, never 0."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import median

from analysis.quality import Quality
from analysis.step import Gait, Step


@dataclass(frozen=True, slots=True)
class Summary:
    """A run of steps of one foot.

    Attributes
    ----------
    duration_s : float or None
        From the first to the last sample.
    fs_hz : float
        Nominal sampling rate.
    cadence_spm : float or None
        Median cadence, steps per minute of both feet.
    run_cadence_spm, walk_cadence_spm : float or None
        The same over run steps and walk steps.
    steps, run_steps, walk_steps : int or None
        Contacts of the instrumented foot; None where there were no samples to find them in.
    contact_ms, run_contact_ms : float or None
        Median contact time of all steps and of the run steps.
    impact_g, run_impact_g : float or None
        Median impact of the steps measured whole. Where steps clipped this is biased low:
        read ``clipped_pct`` beside it.
    clipped_pct : float or None
        Share of steps whose impact reached full scale; None where clipping cannot be seen.
    impact_valid_pct : float or None
        Share of steps whose impact was measured whole or clipped.
    coverage_pct : float or None
        Samples that arrived per samples expected.
    samples, missing_samples, filled_samples, holes : int
        What arrived, what did not, what was filled for timing, and the number of places.
    clipped_samples : int or None
        Samples at full scale; None where the scale is unknown.
    full_scale_g : float or None
        The scale used.
    """

    duration_s: float | None
    fs_hz: float
    cadence_spm: float | None
    run_cadence_spm: float | None
    walk_cadence_spm: float | None
    steps: int | None
    run_steps: int | None
    walk_steps: int | None
    contact_ms: float | None
    run_contact_ms: float | None
    impact_g: float | None
    run_impact_g: float | None
    clipped_pct: float | None
    impact_valid_pct: float | None
    coverage_pct: float | None
    samples: int
    missing_samples: int
    filled_samples: int
    holes: int
    clipped_samples: int | None
    full_scale_g: float | None

    def as_dict(self) -> dict[str, float | int | None]:
        """Return the values by name, in order."""
        return asdict(self)


def summarise(steps: Sequence[Step], quality: Quality) -> Summary:
    """Summarise the steps of one stream.

    Parameters
    ----------
    steps : sequence of Step
        All steps of one analyser.
    quality : Quality
        Its quality after ``flush``.
    """
    runs = [s for s in steps if s.gait is Gait.RUN]
    walks = [s for s in steps if s.gait is Gait.WALK]
    seen = quality.samples > 0
    scale_known = quality.full_scale_g is not None
    return Summary(
        duration_s=quality.duration_s,
        fs_hz=quality.fs_hz,
        cadence_spm=_median(s.cadence_spm for s in steps),
        run_cadence_spm=_median(s.cadence_spm for s in runs),
        walk_cadence_spm=_median(s.cadence_spm for s in walks),
        steps=len(steps) if seen else None,
        run_steps=len(runs) if seen else None,
        walk_steps=len(walks) if seen else None,
        contact_ms=_contact_ms(steps),
        run_contact_ms=_contact_ms(runs),
        impact_g=_median(s.impact_g for s in steps),
        run_impact_g=_median(s.impact_g for s in runs),
        clipped_pct=_share_pct(s.is_clipped for s in steps) if scale_known else None,
        impact_valid_pct=_share_pct(s.is_valid for s in steps),
        coverage_pct=quality.coverage_pct,
        samples=quality.samples,
        missing_samples=quality.missing_samples,
        filled_samples=quality.filled_samples,
        holes=quality.holes,
        clipped_samples=quality.clipped_samples if scale_known else None,
        full_scale_g=quality.full_scale_g,
    )


def _median(values: Iterable[float | None]) -> float | None:
    known = [v for v in values if v is not None]
    return median(known) if known else None


def _contact_ms(steps: Iterable[Step]) -> float | None:
    contact_s = _median(s.contact_s for s in steps)
    return None if contact_s is None else 1000.0 * contact_s


def _share_pct(values: Iterable[bool]) -> float | None:
    known = list(values)
    return 100.0 * sum(known) / len(known) if known else None
