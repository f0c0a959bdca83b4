"""The wheel, installed in a clean environment, runs the demo: data files in, tests out."""

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel of this checkout."""
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", str(out), str(ROOT)],
        check=True,
        capture_output=True,
    )
    (built,) = out.glob("*.whl")
    return built


@pytest.mark.xdist_group("wheel")
def test_the_wheel_holds_the_packages_and_their_data_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {t for t in tops if not t.endswith(".dist-info")} == {"monitor", "sensors", "analysis"}
    for needed in (
        "monitor/programmes/demo.toml",
        "monitor/programmes/hip-bsi.toml",
        "monitor/py.typed",
    ):
        assert needed in names


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.xdist_group("wheel")
def test_an_installed_copy_has_its_demo(wheel: Path, tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    constraints = ROOT / ".ci" / "constraints.txt"
    python = venv / "bin" / "python"
    if uv := shutil.which("uv"):
        subprocess.run([uv, "venv", "-q", "--python", sys.executable, str(venv)], check=True)
        install = [uv, "pip", "install", "-q", "--python", str(python)]
    else:
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
        install = [str(python), "-m", "pip", "install", "-q"]
    subprocess.run([*install, "-c", str(constraints), str(wheel)], check=True)
    environment = {"STRIDEGATE_HOME": str(tmp_path / "home"), "PATH": "/usr/bin:/bin"}
    run = subprocess.run(
        [str(venv / "bin" / "stridegate"), "demo", "--headless", "--seconds", "30",
         "--speed", "6", "--json"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    result = json.loads(run.stdout)
    assert result["end"] == "complete"
    assert result["run_steps"] > 0
    assert Path(result["recording"]).is_file()
