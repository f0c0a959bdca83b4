"""Every mistake in a programme file: its line, its key, what is wrong and how to mend it."""

import re
import shutil
import tomllib
from pathlib import Path

import pytest

import monitor
from monitor.errors import ProgrammeError
from monitor.programme.file import load_programme, parse_programme

BUNDLED = Path(monitor.__path__[0]) / "programmes"
CASES = tomllib.loads(
    Path(__file__).with_name("programme_mistakes.toml").read_text(encoding="utf-8")
)["case"]
HIP = (BUNDLED / "hip-bsi.toml").read_text(encoding="utf-8")

SMALL = """\
format = 1
id = "small"
title = "Small"
version = "1"
author = "A"
status = "draft"
cadence = { run_spm = 165, walk_spm = 110, evidence = "D" }
[[phases]]
id = "A"
title = "First"
min_days = 1
min_days_range = [0, 2]
exit = [{ id = "exam", title = "examination" }]
evidence = "D"
min_gap_h = 18
max_per_week = 3
[[phases]]
id = "B"
title = "Second"
min_days = 1
min_days_range = [0, 2]
exit = [{ id = "exam", title = "examination" }]
evidence = "D"
min_gap_h = 18.5
max_per_week = 3
[limits.easy]
impact = { baseline = "R0", amber_ratio = 1.15, red_ratio = 1.3, evidence = "D" }
load = { amber_pct = 110, red_pct = 125, evidence = "R", source = "A 2020" }
[[stages]]
id = "A1"
phase = "A"
limits = "easy"
sessions_required = 3
main = [{ repeat = 6, walk_min = 4, run_min = 1 }]
[[stages]]
id = "B1"
phase = "B"
limits = "easy"
sessions_required = 3
main = [{ run_min = 30 }]
"""


def sentences(text: str | bytes) -> tuple[str, ...]:
    content = text.encode() if isinstance(text, str) else text
    with pytest.raises(ProgrammeError) as caught:
        parse_programme(content, "f.toml")
    assert str(caught.value) == "\n".join(caught.value.sentences)
    return caught.value.sentences


def changed(old: str, new: str, text: str = SMALL) -> str:
    assert text.count(old) >= 1, f"the test's file has no {old!r}"
    return text.replace(old, new, 1)


def test_the_small_file_is_right() -> None:
    assert [s.id for s in parse_programme(SMALL.encode(), "f.toml").stages] == ["A1", "B1"]


@pytest.mark.parametrize("case", CASES, ids=[case["says"] for case in CASES])
def test_each_mistake_is_one_line_that_says_how_to_mend_it(case: dict[str, str]) -> None:
    assert sentences(changed(case["old"], case["new"])) == (f"f.toml:{case['says']}",)


def test_a_stage_without_anything_to_do() -> None:
    text = changed('limits = "easy"\nsessions_required = 3\nmain = [{ run_min = 30 }]', "", SMALL)
    assert sentences(text + "min_days = 3\nsupervised = true\n") == (
        (
            "f.toml:35: stages[B1]: the stage has nothing to do: "
            "add main, week_runs_min or contacts, or a name"
        ),
        (
            "f.toml:40: stages[B1].supervised: supervised needs sessions: "
            "add main, week_runs_min or contacts, or remove supervised"
        ),
    )


def test_stages_out_of_the_order_of_their_phases() -> None:
    head, first, second = (
        SMALL.partition("[[stages]]")[0],
        *re.findall(r"\[\[stages\]\][^\[]*\[\{[^\]]*\]\n", SMALL),
    )
    assert sentences(head + second + first) == (
        (
            "f.toml:37: stages[A1].phase: a stage of A stands after one of B: "
            "put the stages in the order of the phases"
        ),
    )


def test_a_phase_without_stages() -> None:
    head = SMALL.rpartition("[[stages]]")[0]
    assert sentences(head) == (
        "f.toml:17: phases[B]: phase B has no stage: add one, or remove the phase",
    )


def test_no_stages_at_all() -> None:
    head = SMALL.partition("[[stages]]")[0]
    found = sentences("stages = []\n" + head)
    assert "f.toml:1: stages: too few entries: write at least 1" in found
    assert "f.toml:1: stages: the key is missing: add a table [[stages]]" in sentences(head)


def test_presets_name_known_phases() -> None:
    preset = (
        '[[presets]]\nid = "p"\ntitle = "t"\nmin_days = { A = 1, C = 2 }\nsurgeon_sets = ["AB"]\n'
        'evidence = "D"\n'
    )
    assert sentences(SMALL + preset) == (
        "f.toml:44: presets[p].min_days.C: unknown phase: choose one of A, B",
        'f.toml:45: presets[p].surgeon_sets[0]: unknown phase "AB": did you mean B?',
    )


def test_the_rule_for_a_stale_r0_is_relative_to_walking() -> None:
    line = 'impact_when_stale = { baseline = "R0", amber_ratio = 2, red_ratio = 3, evidence = "D" }'
    text = changed("load = {", f"{line}\nload = {{")
    assert sentences(text) == (
        (
            "f.toml:28: limits.easy.impact_when_stale.baseline: the rule for a stale R0 cannot be "
            'relative to R0: write baseline = "W0"'
        ),
    )


@pytest.mark.parametrize(
    ("band", "wrong"),
    [
        ((0.97, 1.05, 1.06, 1.10), "target_low_ratio 1.06 must be below target_ratio 1.05"),
        ((0.97, 1.05, 1.00, 1.05), "target_ratio 1.05 must be below target_high_ratio 1.05"),
        ((1.06, 1.05, 1.00, 1.10), "low_ratio 1.06 must be below target_ratio 1.05"),
    ],
)
def test_the_cadence_band_is_in_order(band: tuple[float, ...], wrong: str) -> None:
    keys = ("low_ratio", "target_ratio", "target_low_ratio", "target_high_ratio")
    pairs = ", ".join(f"{k} = {v}" for k, v in zip(keys, band, strict=True))
    text = changed("load = {", f'cadence = {{ {pairs}, evidence = "D" }}\nload = {{')
    (sentence,) = sentences(text)
    assert wrong in sentence


LISTS = """\
[[sites]]
id = "fn_test"
title = "Femoral neck"
risk = "high"
min_days = { A = 1 }
surgeon_sets = ["B"]
evidence = "D"
[[sites]]
id = "shin"
title = "Shin"
risk = "other"
evidence = "D"
[[hard_blocks]]
id = "limp"
title = "limp"
[[hard_blocks]]
id = "displaced"
title = "displaced"
only_sites = ["fn_test"]
"""
"""Lists after the small file, from its line 41 on."""


def test_the_small_file_with_lists_is_right() -> None:
    programme = parse_programme((SMALL + LISTS).encode(), "f.toml")
    assert [site.id for site in programme.sites] == ["fn_test", "shin"]
    assert [block.id for block in programme.hard_blocks if block.is_for("shin")] == ["limp"]
    assert programme.site("shin").min_days == {}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            'risk = "high"',
            'risk = "other"',
            (
                '44: sites[fn_test].risk: a femoral neck can displace, its risk is never "other": '
                'write risk = "high"'
            ),
        ),
        (
            'risk = "high"',
            'risk = "low"',
            "44: sites[fn_test].risk: \"low\" is not known: write 'high' or 'other'",
        ),
        ('risk = "high"\n', "", '41: sites[fn_test].risk: the key is missing: add risk = "high"'),
        (
            "{ A = 1 }",
            "{ C = 1 }",
            "45: sites[fn_test].min_days.C: unknown phase: choose one of A, B",
        ),
        (
            "{ A = 1 }",
            "{ B = 1 }",
            (
                "46: sites[fn_test].surgeon_sets[0]: min_days names B too: "
                "the surgeon sets its days, or the file does"
            ),
        ),
        (
            '["B"]',
            '["BB"]',
            '46: sites[fn_test].surgeon_sets[0]: unknown phase "BB": did you mean B?',
        ),
        (
            'id = "shin"\ntitle = "Shin"\nrisk = "other"',
            'id = "fn_test"\ntitle = "Shin"\nrisk = "high"',
            (
                '49: sites[fn_test].id: "fn_test" is used by an earlier entry too: '
                "give this one another id"
            ),
        ),
        (
            'id = "displaced"',
            'id = "limp"',
            (
                '57: hard_blocks[limp].id: "limp" is used by an earlier entry too: '
                "give this one another id"
            ),
        ),
        (
            '["fn_test"]',
            '["fn_tset"]',
            (
                '59: hard_blocks[displaced].only_sites[0]: unknown site "fn_tset": '
                "did you mean fn_test?"
            ),
        ),
    ],
)
def test_mistakes_in_the_lists(old: str, new: str, says: str) -> None:
    assert sentences(SMALL + changed(old, new, LISTS)) == (f"f.toml:{says}",)


def test_a_phase_without_sessions_has_one_stage() -> None:
    rest = '[[stages]]\nid = "{}"\nphase = "B"\nname = "rest"\n'
    text = SMALL.rpartition("[[stages]]")[0] + rest.format("B1") + rest.format("B2")
    assert sentences(text) == (
        (
            "f.toml:41: stages[B2].phase: phase B is left by a signature alone, after one stage: "
            "remove this one"
        ),
    )


def test_all_mistakes_are_named_at_once_in_the_order_of_the_lines() -> None:
    text = HIP
    for old, new in [
        ("run_spm = 165", 'run_spm = "165"'),
        ('id = "P1"', 'id = "P0"'),
        ("amber_ratio = 1.25", "amber_ratio = 1.75"),
        ('limits = "walk"', 'limits = "wlak"'),
        ("repeat = 8, walk_min = 2", "repeat = 8, walk_sec = 120"),
    ]:
        text = changed(old, new, text)
    found = sentences(text)
    lines = [int(sentence.split(":")[1]) for sentence in found]
    assert lines == sorted(lines)
    for key in (
        "cadence.run_spm",
        "phases[P0].id",
        "limits.walk.impact.amber_ratio",
        "stages[W1].limits",
        "stages[WR0].main[0].walk_sec",
    ):
        (sentence,) = [s for s in found if f": {key}: " in s]
        line = text.splitlines()[int(sentence.split(":")[1]) - 1]
        assert key.rpartition(".")[2] in line


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"a = 1\nb = = 2\n", "f.toml:2: not TOML at column 5: "),
        (b"a = 1\n[a]\nb = 1\n", "f.toml:2: not TOML at column 3: "),
        (b"a = 1\nb = [1,\n", "f.toml:2: not TOML at the end of the file: "),
        (b"a = 1\na = 2\n", "f.toml:2: not TOML at "),
        (b"a = 1\nb = '\xff'\n", "f.toml:2: the file is not UTF-8 text: save it with"),
        (b"\xef\xbb\xbfa = 1\n", "f.toml:1: not TOML at column 1: "),
    ],
)
def test_what_is_not_toml(content: bytes, sentence: str) -> None:
    (found,) = sentences(content)
    assert found.startswith(sentence)
    assert ("byte order mark" in found) is content.startswith(b"\xef")


def test_an_empty_file_lacks_every_key() -> None:
    found = sentences("")
    assert len(found) == 10
    assert all(s.startswith("f.toml:1: ") and "the key is missing: add " in s for s in found)


def test_a_file_of_any_place_can_be_loaded(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    shutil.copy(BUNDLED / "demo.toml", file)
    assert load_programme(str(file)).id == "demo"
    assert load_programme(file).file == str(file)


def test_a_missing_file_or_name_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProgrammeError, match=r"no\.toml: cannot be read \(No such file"):
        load_programme(tmp_path / "no.toml")
    with pytest.raises(ProgrammeError, match=r"did you mean hip-bsi\? Or give the path"):
        load_programme("hip_bsi")


@pytest.mark.parametrize("line", range(1, SMALL.count("\n") + 1))
@pytest.mark.parametrize("what", ["", "x = 1", "id = 7"])
def test_any_damaged_line_gives_sentences_and_never_another_error(line: int, what: str) -> None:
    lines = SMALL.splitlines()
    lines[line - 1] = what
    try:
        parse_programme("\n".join(lines).encode(), "f.toml")
        found: tuple[str, ...] = ()
    except ProgrammeError as error:
        found = error.sentences
    assert found or what != "x = 1" or lines[line - 1] == SMALL.splitlines()[line - 1]
    assert all(re.fullmatch(r"f\.toml:\d+: .+: .+", sentence) for sentence in found)
