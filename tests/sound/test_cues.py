"""When something is to be heard, and that no two cues are taken for each other."""

from dataclasses import replace
from itertools import combinations

import pytest
from made_snapshots import HOLDING, NOTHING_YET, OVER, RUNNING, SILENT, WALKING

from monitor.cues import AGAIN_S, WORDS, Cue, CueTracker
from monitor.snapshot import Snapshot, Word
from monitor.sound.tones import BELLS, FS_HZ, TONES, length_s, samples_of


def heard(*snapshots: Snapshot) -> list[Cue]:
    tracker = CueTracker()
    return [cue for snapshot in snapshots for cue in tracker.update(snapshot)]


def test_a_new_word_is_heard_once_and_the_first_not_at_all() -> None:
    assert heard(NOTHING_YET, RUNNING, RUNNING, WALKING, SILENT, RUNNING, OVER) == [
        Cue.RUN,
        Cue.WALK,
        Cue.SIGNAL_LOST,
        Cue.RUN,
        Cue.DONE,
    ]
    assert heard(RUNNING, HOLDING) == []


def test_every_word_that_a_runner_must_hear_has_a_sound_of_its_own() -> None:
    assert set(Word) - set(WORDS) == {Word.READY, Word.HOLD}
    told = [WORDS[w] for w in Word if w in WORDS and w is not Word.CONTACTS]
    assert len(set(told)) == len(told)


@pytest.mark.parametrize(("word", "again_s"), AGAIN_S.items())
def test_what_calls_for_something_is_heard_again(word: Word, again_s: float) -> None:
    def at(t_s: float) -> Snapshot:
        return replace(RUNNING, word=word, t_s=t_s, segment_left_s=40.0)

    tracker = CueTracker()
    tracker.update(replace(RUNNING, t_s=99.0))
    assert tracker.update(at(100.0)) == (WORDS[word],)
    assert tracker.update(at(100.0 + again_s - 0.1)) == ()
    assert tracker.update(at(100.0 + again_s)) == (WORDS[word],)
    assert tracker.update(at(100.1 + again_s)) == ()


def test_the_last_three_seconds_are_counted_once_each() -> None:
    lefts = [3.4, 3.0, 2.9, 2.2, 2.0, 1.4, 1.0, 0.3, 0.0]
    counted = heard(*(replace(RUNNING, t_s=9.0 - x, segment_left_s=x) for x in lefts))
    assert counted == [Cue.COUNT] * 3


@pytest.mark.parametrize(
    "changes", [{"is_holding": True}, {"is_over": True}, {"segment_left_s": None}]
)
def test_nothing_is_counted_on_hold_after_the_end_or_without_a_time(
    changes: dict[str, object],
) -> None:
    still = replace(RUNNING, **{"segment_left_s": 2.0, **changes})  # type: ignore[arg-type]
    assert heard(still, still) == []


def test_no_two_cues_sound_or_ring_alike() -> None:
    assert set(TONES) == set(Cue) == set(BELLS)
    for one, other in combinations(Cue, 2):
        assert TONES[one] != TONES[other]
    # Bells cannot rise or fall: those that order something differ in number.
    orders = [Cue.RUN, Cue.WALK, Cue.EASE_OFF, Cue.WALK_NOW, Cue.STOP, Cue.SIGNAL_LOST]
    assert len({BELLS[cue] for cue in orders}) == len(orders)


@pytest.mark.parametrize("cue", list(Cue))
def test_samples_are_as_long_as_said_begin_and_end_in_silence_and_do_not_clip(cue: Cue) -> None:
    samples = memoryview(samples_of(cue)).cast("h")
    assert abs(len(samples) / FS_HZ - length_s(cue)) < 0.001 * len(TONES[cue])
    assert samples[0] == 0
    assert samples[-1] == 0
    assert 10_000 < max(abs(sample) for sample in samples) < 32_767
