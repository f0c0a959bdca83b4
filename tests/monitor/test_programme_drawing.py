"""The drawing of a programme says all of it, at any width, and breaks no limit in two."""

import re
from dataclasses import replace

import pytest

from monitor.programme.drawing import NARROWEST, WIDEST, Tone, ladder_lines
from monitor.programme.file import bundled_programmes, load_programme
from monitor.programme.model import Programme, Status
from monitor.programme.rules import Evidence
from monitor.programme.ruletext import limit_texts
from monitor.text import as_ascii

HIP = load_programme("hip-bsi")
PROGRAMMES = [load_programme(name) for name in bundled_programmes()]
COLUMNS = (1, 60, 80, 120, 500)


def drawn(columns: int = 80, tone: Tone | None = None) -> list[str]:
    return [line.text for line in ladder_lines(HIP, columns) if tone in (None, line.tone)]


@pytest.mark.parametrize("programme", PROGRAMMES, ids=lambda programme: programme.id)
@pytest.mark.parametrize("columns", COLUMNS)
def test_no_line_is_wider_than_the_terminal(programme: Programme, columns: int) -> None:
    width = min(max(columns, NARROWEST), WIDEST)
    lines = [line.text for line in ladder_lines(programme, columns)]
    assert max(map(len, lines)) <= width


@pytest.mark.parametrize("columns", COLUMNS)
def test_every_stage_stands_there_with_its_structure_sessions_and_days(columns: int) -> None:
    text = "\n".join(drawn(columns))
    for stage in HIP.stages:
        if stage.has_sessions:
            (line,) = re.findall(rf"^├ {stage.id} .*$", text, re.MULTILINE)
            assert line.endswith(f" {stage.sessions_required} × clean  {stage.min_days} days")
            assert stage.title.split()[0] in line
    at_80 = drawn(80)
    assert (
        "├ WR4    6 × (2.5 min walk, 2.5 min run)               15 min  2 × clean  5 days" in at_80
    )
    assert (
        "├ T8     35 min run · 35 min run · 42 min run    112 min/week  3 × clean  7 days" in at_80
    )
    assert (
        "├ L4     240 contacts: jog on the spot           240 contacts  2 × clean  5 days" in at_80
    )


@pytest.mark.parametrize("columns", [80, 120])
def test_every_limit_stands_whole_on_a_line_with_its_evidence(columns: int) -> None:
    notes = drawn(columns, Tone.NOTE)
    for stage in HIP.stages:
        for text in limit_texts(stage.limits):
            assert text.endswith("[D]")
            assert any(text in line for line in notes), text


def test_the_limits_in_words() -> None:
    assert limit_texts(HIP.stage("T1").limits) == (
        "impact 1.25 / 1.40 × R0 [D]",
        "while R0 is stale 3.50 / 4.50 × W0 [D]",
        "cadence from 0.97, aim 1.05 (1.00–1.10) × R0 [D]",
        "load 110 / 125 % of plan [D]",
        "no run above 110 % of the longest of 30 days [D]",
    )
    assert "run time 90–110 % of plan [D]" in limit_texts(HIP.stage("WR1").limits)


def test_a_source_stands_beside_its_mark() -> None:
    limits = HIP.stage("W1").limits
    assert limits.impact is not None
    impact = replace(limits.impact, evidence=Evidence.READ, source="A 2020")
    assert limit_texts(replace(limits, impact=impact))[0].endswith("× W0 [V: A 2020]")


def test_phases_gaps_exits_sites_presets_and_blocks() -> None:
    text = " ".join(" ".join(drawn()).split())
    for phase in HIP.phases:
        assert re.search(rf"{phase.id} {phase.title} {phase.min_days} days", text)
        for item in phase.exit:
            assert item.title in text
    assert "42 h between sessions, at most 3 in 7 days; 5 min warm-up walk" in text
    assert "imaging allows running (only fn_compression, fn_fixed_postop)" in text
    assert "Femoral neck, fixed, high risk P0 surgeon P1 surgeon P2 28 P3 28 [D]" in text
    assert "Sacrum P0 7 P1 7 P2 21 P3 21 [D]" in text
    assert "Edema only, low grade P0 28 P1 7 P2 21 P3 14 [D]" in text
    for item in (*HIP.hard_blocks, *HIP.soft_blocks, *HIP.red_flags):
        assert item.title in text


def test_a_draft_says_so_and_a_signed_one_does_not() -> None:
    assert any("draft, signed by no clinician" in line for line in drawn(80, Tone.NOTICE))
    signed = ladder_lines(replace(HIP, status=Status.SIGNED), 80)
    assert not any("draft" in line.text for line in signed)


def test_an_ascii_terminal_loses_no_sign() -> None:
    lines = [as_ascii(line) for line in drawn()]
    assert "?" not in "".join(lines)
    assert (
        "| WR1    6 x (4 min walk, 1 min run)                    6 min  3 x clean  7 days" in lines
    )


def test_long_words_of_an_own_programme_are_broken_and_not_lost() -> None:
    title = "run as if nobody were watching, " * 8
    stage = replace(HIP.stage("P0"), name=title.strip())
    own = replace(HIP, title="A" * 200, stages=(stage, *HIP.stages[1:]))
    lines = [line.text for line in ladder_lines(own, 80)]
    assert max(map(len, lines)) <= 80
    assert "".join(lines).count("A" * 40) >= 4
    assert " ".join("\n".join(lines).replace("│", "").split()).count("nobody were watching") == 8
