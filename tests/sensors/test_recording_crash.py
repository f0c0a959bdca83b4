"""A writing process that is killed: everything it had flushed is there."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sensors.recording.reader import read_recording
from sensors.samples import Notification

ROOT = Path(__file__).parents[2]

RECORDER = """
import sys
from pathlib import Path
from sensors.recording.writer import RecordingWriter
from sensors.samples import Notification

writer = RecordingWriter(Path(sys.argv[1]), {"pod": "x"}, 10**18)
n = 0
while True:
    for _ in range(1 + n % 7):
        writer.notification(Notification(n / 100, "pod", "uuid", n.to_bytes(4, "little") * 50))
        n += 1
    writer.flush()
    print(n, flush=True)
"""


@pytest.mark.parametrize("flushes", [1, 2, 5, 40, 200])
def test_everything_flushed_survives_a_kill(tmp_path: Path, flushes: int) -> None:
    path = tmp_path / "r.mcap"
    with subprocess.Popen(
        [sys.executable, "-c", RECORDER, str(path)], stdout=subprocess.PIPE, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        acknowledged = 0
        for _ in range(flushes):
            acknowledged = int(process.stdout.readline())
        process.kill()
        process.wait()
        assert process.returncode == -signal.SIGKILL
        for line in process.stdout:
            if line.endswith(b"\n"):
                acknowledged = int(line)
    recording = read_recording(path)
    assert not recording.is_finished
    numbers = [
        int.from_bytes(item.payload[:4], "little")
        for item in recording.items
        if isinstance(item, Notification)
    ]
    assert len(numbers) >= acknowledged > 0
    assert numbers == list(range(len(numbers)))
