"""The report: said, measured, judged, next; escaped, offline, and seen in a real browser."""

import json
import re
import subprocess
import sys
from pathlib import Path

import matplotlib.image as mpl_image
import numpy as np
import pytest
from browser import seen
from command_line import Run
from made_runs import READY, Wall, driven, home_places, made_patient

from monitor.record import read_session
from monitor.report.page import Page, rendered
from monitor.report.session import SessionFacts, session_facts
from monitor.store.chain import patient_chain
from monitor.store.store import Store

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "fixtures" / "demo.mcap"
RSC = ROOT / "fixtures" / "rsc.mcap"
NASTY = "<script>document.title = 'taken'</script>\nשלום & 👟 <img src=http://example.org/x>"


@pytest.fixture
def store(run: Run, tmp_path: Path) -> Store:
    made = made_patient(home_places(tmp_path / "home"), READY)
    wall = Wall()
    driven(made, wall)
    made.append(patient_chain("anna"), "note", {"by": "dr-x", "text": NASTY}, wall.s)
    return made


@pytest.fixture(scope="module")
def demo() -> SessionFacts:
    return session_facts(read_session(DEMO))


def test_a_patients_page_says_all_and_is_seen_as_it_is_meant(
    run: Run, store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "anna.html"
    status, out, err = run("report", "anna", "-o", str(path), "--json")
    assert (status, err) == (0, [])
    value = json.loads(out)
    head = store.head(patient_chain("anna")).outside
    assert value["record_head"] == head
    assert value["decision"]["stage"] == value["days"][-1]["stage"]
    assert value["answers"]["on the next morning"] is None
    assert value["session"]["result"]["run_steps"] > 0
    assert path.stat().st_mode & 0o777 == 0o600
    html = path.read_text(encoding="utf-8")
    assert head in html
    assert "Not a medical device" in html
    assert "not the load on the bone" in html
    order = [html.index(f"<h2>What {part}") for part in ("the p", "was m", "the g", "comes")]
    assert order == sorted(order)
    assert re.search(r"Pain on the next morning</th><td><bdi class=\"free\">–<", html)
    # A name or a day of birth is never there by itself.
    assert "2001" not in html

    page = seen(path, tmp_path)
    # The page's own policy forbids every request, so that one would stand in the console.
    assert page.console == ()
    assert "Content-Security-Policy" in page.dom
    assert "<script" not in page.dom
    assert "&lt;script&gt;" in page.dom
    assert "<img" not in page.dom
    for name in ("session", "dose", "ladder"):
        assert f'id="{name}"' in page.dom
    drawn = mpl_image.imread(page.picture)[..., :3]
    for color in ("#0072B2", "#D55E00"):
        ink = np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)])
        assert np.count_nonzero(np.abs(drawn - ink).max(axis=2) < 0.02) > 200, color


def test_a_recording_alone_has_no_decision_and_says_that_it_is_a_draft(
    run: Run, tmp_path: Path, demo: SessionFacts
) -> None:
    path = tmp_path / "demo.html"
    status, out, _ = run(
        "report", str(DEMO), "-o", str(path), "--name", "<Ann>", "--born", "2001-02-03"
    )
    assert (status, out.splitlines()[0]) == (0, "DEMO: COUNTS NOWHERE")
    html = path.read_text(encoding="utf-8")
    assert "draft: no clinician has signed it" in html
    assert "&lt;Ann&gt;" in html
    assert "2001-02-03" in html
    # Every impact and every cadence is a dot, a line of no length; and a limit is named.
    dots = sum((s.impact_g is not None) + (s.cadence_spm is not None) for s in demo.steps)
    assert len(re.findall(r"M (\S+ \S+) \nL \1 \n", html)) == dots > 60
    assert f"amber {demo.setup.limits.amber_g:.1f} g" in html
    assert run("report", str(DEMO), "-o", str(path))[0] == 2
    assert path.read_text(encoding="utf-8") == html


def test_what_was_not_measured_is_a_dash(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "rsc.html"
    assert run("report", str(RSC), "-o", str(path))[0] == 0
    html = path.read_text(encoding="utf-8")
    assert "no impact was measured" in html
    for name in ("Impact, median of the judged steps", "Clipped steps", "Samples lost", "Holes"):
        assert re.search(rf"{name}</th><td><bdi>–", html), name


def test_wrong_use_is_one_line_and_leaves_no_file(run: Run, store: Store, tmp_path: Path) -> None:
    path = tmp_path / "x.html"
    for argv, says in (
        (["nobody"], "no file, patient or session"),
        ([str(tmp_path / "none.mcap")], "none.mcap"),
        (["anna", "--born", "yesterday"], "YYYY-MM-DD"),
    ):
        status, out, err = run("report", *argv, "-o", str(path))
        assert (status, out, len(err)) == (2, "", 1), argv
        assert says in err[0]
    assert not path.exists()


def test_every_text_of_a_page_is_escaped() -> None:
    page = Page(title=NASTY, who=NASTY, made=NASTY, name=NASTY, word=NASTY, line=NASTY)
    page.warnings = page.next = page.limits = page.notes = page.alarms = [NASTY]
    page.said = page.measured = page.validity = page.record = [(NASTY, NASTY)]
    page.judged, page.has_session = [(NASTY, [NASTY])], True
    html = rendered(page)
    assert html.count("&lt;script&gt;") >= 16
    assert "<script" not in html
    assert "<img" not in html


def test_only_a_report_loads_the_pictures_library() -> None:
    probe = (
        "import sys, monitor.cli, monitor.record, monitor.report.session\n"
        "print({'matplotlib', 'jinja2', 'fhir', 'fit_tool', 'arro3'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_long_pieces_give_the_same_steps_as_packets(demo: SessionFacts) -> None:
    from monitor.replay import decide

    session = read_session(DEMO)
    core = decide(session.setup, session.inputs(), session.ended_s)
    assert tuple(core.judge.steps) == demo.steps
    assert core.plan.stretches(core.t_s) == demo.stretches
