"""Loss never lowers the over-limit steps without a word: the short form of ``make losses``."""

from losses import COUNTED, STREAMS, Verdict, campaign, compared, heard, source_of


def test_every_pod_whose_loss_can_be_seen_has_its_stream() -> None:
    assert set(COUNTED) == set(STREAMS), "say in tests/losses.py how it sends a gait"


def test_no_over_limit_step_is_lowered_in_silence() -> None:
    verdicts: dict[str, list[Verdict]] = {kind: [] for kind in COUNTED}
    for kind, percent, burst, verdict in campaign(16.0, range(3, 31, 9), 1):
        assert verdict.silent == (), (kind, percent, burst)
        verdicts[kind].append(verdict)
    for found in verdicts.values():
        assert sum(v.kept for v in found) > 10
        assert sum(v.flagged for v in found) > 10


def test_a_loss_that_is_hidden_would_be_noticed() -> None:
    source = source_of("movesense", 16.0, 0)
    whole, lossy = heard("movesense", source), heard("movesense", source, 0.3, 2)
    assert compared(whole, lossy).flagged > 5
    lossy = type(lossy)(lossy.pipeline, ())
    assert compared(whole, lossy).silent != ()
