"""Nothing is imported before it is needed, and the three packages are ours alone."""

import json
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PROBE = """
import json, sys
sys.argv = {argv!r}
try:
    from monitor.cli import main
    main()
except SystemExit:
    pass
print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


def modules_after(*argv: str) -> set[str]:
    """Run the command in a fresh interpreter and return the modules it loaded."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE.format(argv=["stridegate", *argv])],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return {name.split(".")[0] for name in json.loads(done.stderr.splitlines()[-1])}


@pytest.mark.parametrize(
    "argv",
    [
        *(("--help",), ("demo", "--help"), ("replay", "--help"), ("run", "--help")),
        *(("audit", "--help"), ("patient", "enrol", "--help"), ("clinician", "--help")),
        *(("signoff", "--help"), ("serve", "--help")),
    ],
)
def test_help_loads_nothing_heavy(argv: tuple[str, ...]) -> None:
    heavy = {"scipy", "numpy", "textual", "bleak", "bumble", "mcap", "sqlalchemy", "argon2"}
    assert not modules_after(*argv) & {*heavy, "aiohttp", "textual_serve"}


def test_analyse_loads_neither_bluetooth_nor_a_screen(tmp_path: Path) -> None:
    missing = str(tmp_path / "none.csv")
    loaded = modules_after("analyse", missing)
    assert "scipy" in loaded
    assert not loaded & {"textual", "bleak", "bumble"}


def test_each_package_belongs_to_this_distribution_alone() -> None:
    owners = packages_distributions()
    for package in ("monitor", "sensors", "analysis"):
        assert set(owners.get(package, [])) <= {"stridegate"}, owners[package]
