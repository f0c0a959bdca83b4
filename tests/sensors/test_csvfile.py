"""CSV files: every readable one gives samples and counts, every other one sentence."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from shared_recordings import DATA, needs_recordings

from sensors.csvfile import LARGEST_ACC_G, LARGEST_T_S, CsvRecording, read_csv, write_csv
from sensors.errors import UnreadableFileError, UnwritableFileError
from sensors.samples import FloatArray

HEADER = "t_s,ax_g,ay_g,az_g"
LONG_HEADER = "t_s,ax_g,ay_g,az_g,gx_dps,gy_dps,gz_dps"
ROWS = ["0.00,0,0,1", "0.01,0,0.5,1", "0.02,0,0,-1"]

shared_folder = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def read_text(folder: Path, text: str) -> CsvRecording:
    path = folder / "r.csv"
    path.write_text(text, encoding="utf-8", newline="")
    return read_csv(path)


def read_lines(folder: Path, *lines: str) -> CsvRecording:
    return read_text(folder, "\n".join(lines) + "\n")


def refusal(folder: Path, data: bytes) -> str:
    path = folder / "r.csv"
    path.write_bytes(data)
    with pytest.raises(UnreadableFileError) as caught:
        read_csv(path)
    sentence = caught.value.sentence
    assert sentence.startswith(f"{path}: ")
    assert "; " in sentence
    assert "\n" not in sentence
    return sentence.removeprefix(f"{path}: ")


def test_acceleration_alone(tmp_path: Path) -> None:
    recording = read_lines(tmp_path, HEADER, *ROWS)
    np.testing.assert_array_equal(recording.t_s, [0.0, 0.01, 0.02])
    np.testing.assert_array_equal(recording.acc_g, [[0, 0, 1], [0, 0.5, 1], [0, 0, -1]])
    assert recording.gyro_dps is None
    assert recording.fs_hz == 100.0
    assert (recording.missing_slots, recording.duplicates, recording.backwards) == (0, 0, 0)


def test_acceleration_and_gyroscope(tmp_path: Path) -> None:
    recording = read_lines(tmp_path, LONG_HEADER, *(row + ",1,-2,3e2" for row in ROWS))
    assert recording.gyro_dps is not None
    np.testing.assert_array_equal(recording.gyro_dps, [[1, -2, 300]] * 3)


@pytest.mark.parametrize(
    "text",
    [
        "\n".join([HEADER, *ROWS]),
        "\r\n".join([HEADER, *ROWS, ""]),
        "\r".join([HEADER, *ROWS, ""]),
        "\n".join([HEADER, "", *ROWS, "", ""]),
        "\ufeff" + "\n".join([HEADER, *ROWS]),
        "\n".join([HEADER.replace(",", ", "), *(row.replace(",", " , ") for row in ROWS)]),
    ],
)
def test_what_other_programs_do_to_a_csv_is_read(tmp_path: Path, text: str) -> None:
    assert len(read_text(tmp_path, text).t_s) == 3


def test_a_name_that_looks_packed_is_no_matter(tmp_path: Path) -> None:
    for ending in ("gz", "bz2", "xz"):
        path = tmp_path / f"r.csv.{ending}"
        path.write_text("\n".join([HEADER, *ROWS]))
        assert len(read_csv(path).t_s) == 3


@pytest.mark.parametrize("cell", ["nan", "NaN", "inf", "-inf", "1e999", "1001", "-1e300"])
def test_a_row_that_is_no_measurement_is_a_missing_sample(tmp_path: Path, cell: str) -> None:
    recording = read_lines(tmp_path, HEADER, *ROWS, f"0.03,0,{cell},0", "0.05,0,0,1")
    np.testing.assert_array_equal(recording.t_s, [0.0, 0.01, 0.02, 0.05])
    assert recording.missing_slots == 2


def test_the_largest_measurement_is_kept(tmp_path: Path) -> None:
    recording = read_lines(tmp_path, HEADER, *ROWS, f"0.03,{LARGEST_ACC_G},0,0")
    assert recording.acc_g[-1, 0] == LARGEST_ACC_G


def test_a_row_without_a_time_is_a_missing_sample(tmp_path: Path) -> None:
    recording = read_lines(
        tmp_path, HEADER, *ROWS, "nan,0,0,1", f"{LARGEST_T_S * 2},0,0,1", "0.05,0,0,1"
    )
    np.testing.assert_array_equal(recording.t_s, [0.0, 0.01, 0.02, 0.05])
    assert recording.missing_slots == 2


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", f"is empty; write the header {HEADER} and rows"),
        (b"\n", f"line 1: the header is ''; write {HEADER}, or {LONG_HEADER}"),
        (b"0.00,0,0,1\n0.01,0,0,1\n", "line 1: the header is '0.00,0,0,1'"),
        (b"t_s,ax_g,az_g,ay_g\n", "line 1: the header is 't_s,ax_g,az_g,ay_g'"),
        (b"t_s,ax_g,ay_g,az_g,gx_dps\n", "line 1: the header is"),
        (b"\x89MCAP0\r\n", "line 1: is not UTF-8 text; save the file as UTF-8"),
        (HEADER.encode(), "has a header and no rows; write one row a sample"),
        (HEADER.encode() + b"\n\n\n", "has a header and no rows"),
        (HEADER.encode() + b"\n0,0,0,1\n", "its times do not advance"),
        (HEADER.encode() + b"\n0,0,0,1\n10,0,0,1\n", "its times give a rate of 0.1 Hz"),
        (HEADER.encode() + b"\nnan,0,0,1\nnan,0,0,1\n", "no row has a time"),
        (HEADER.encode() + b"\n0,5e3,0,1\n.01,5e3,0,1\n", "fewer than two samples; write acc"),
    ],
)
def test_what_is_no_csv_of_samples_is_named(tmp_path: Path, data: bytes, sentence: str) -> None:
    assert sentence in refusal(tmp_path, data)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (b"0.03,0,abc,1", "line 5: 'abc' in column ay_g is not a number; write a number, or nan"),
        (b"0.03,0,,1", "line 5: '' in column ay_g is not a number"),
        (b"0.03,0,1", "line 5: 3 columns instead of 4; write every column in every row"),
        (b"0.03,0,1,2,", "line 5: 5 columns instead of 4"),
        (b"0,03;0;1;2", "line 5: 2 columns instead of 4"),
        (b"   ", "line 5: 1 columns instead of 4"),
        (b"0.03,0,\xff,1", "line 5: is not UTF-8 text"),
        (b"0.03,0,\x00,1", "line 5: '\\x00' in column ay_g"),
        (b"0.03,0," + b"x" * 10_000 + b",1", "line 5: '" + "x" * 40 + "' in column ay_g"),
    ],
)
def test_a_faulty_line_is_named(tmp_path: Path, line: bytes, sentence: str) -> None:
    data = "\n".join([HEADER, *ROWS]).encode() + b"\n" + line + b"\n0.04,0,0,1\n"
    assert sentence in refusal(tmp_path, data)


def test_rows_that_all_lack_a_column_are_named(tmp_path: Path) -> None:
    data = "\n".join([LONG_HEADER, *ROWS]).encode()
    assert refusal(tmp_path, data).startswith("line 2: 4 columns instead of 7")


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"gone\.csv: no such file; give a CSV file"):
        read_csv(tmp_path / "gone.csv")
    with pytest.raises(UnreadableFileError, match=r"not a file; give a CSV file"):
        read_csv(tmp_path)


@shared_folder
@given(st.binary(max_size=200), st.sampled_from(["", HEADER + "\n", LONG_HEADER + "\r\n"]))
def test_any_bytes_are_read_or_refused(tmp_path: Path, data: bytes, start: str) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes(start.encode() + data)
    sentence = outcome(path)
    assert sentence == "read" or sentence.startswith(f"{path}: ")
    assert "\n" not in sentence


def outcome(path: Path) -> str:
    try:
        read_csv(path)
    except UnreadableFileError as error:
        return error.sentence
    return "read"


cells = (
    st.floats().map(repr) | st.integers(0, 20).map(lambda n: repr(n / 100)) | st.text(max_size=4)
)


@shared_folder
@given(st.lists(st.lists(cells, min_size=4, max_size=4), max_size=8))
def test_any_table_is_read_or_refused(tmp_path: Path, rows: list[list[str]]) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes(
        "\n".join([HEADER, *map(",".join, rows)]).encode("utf-8", errors="surrogatepass")
    )
    try:
        recording = read_csv(path)
    except UnreadableFileError:
        return
    assert np.all(np.isfinite(recording.acc_g))
    assert np.all(np.diff(recording.t_s) > 0)


@shared_folder
@given(
    acc_g=hnp.arrays(np.float64, (4, 3), elements=st.floats(-LARGEST_ACC_G, LARGEST_ACC_G)),
    has_gyro=st.booleans(),
    start_s=st.floats(-1e4, 1e4),
)
def test_what_is_written_is_read_again(
    tmp_path: Path, acc_g: FloatArray, has_gyro: bool, start_s: float
) -> None:
    path = tmp_path / "written.csv"
    path.unlink(missing_ok=True)
    t_s = start_s + np.arange(4) / 208
    gyro_dps = acc_g[:, ::-1] * 7 if has_gyro else None
    write_csv(path, t_s, acc_g, gyro_dps)
    recording = read_csv(path)
    np.testing.assert_array_equal(recording.t_s, t_s)
    np.testing.assert_array_equal(recording.acc_g, acc_g)
    if gyro_dps is None:
        assert recording.gyro_dps is None
    else:
        np.testing.assert_array_equal(recording.gyro_dps, gyro_dps)


def test_writing_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("mine")
    with pytest.raises(UnwritableFileError, match=r"r\.csv: exists already; give another name"):
        write_csv(tmp_path / "r.csv", np.zeros(2), np.zeros((2, 3)))
    assert (tmp_path / "r.csv").read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UnwritableFileError, match=r"cannot be written"):
        write_csv(tmp_path / "file" / "r.csv", np.zeros(2), np.zeros((2, 3)))


@needs_recordings
@pytest.mark.parametrize(
    ("name", "count", "fs_hz", "missing", "duplicates", "backwards"),
    [
        # Counts of an independent look at the times: sorted, made unique, in steps of 10 ms.
        ("ble_pod/run_102s.csv", 9064, 100.0, 1128, 0, 0),
        ("ble_pod/lossy_41s.csv", 3103, 100.0, 975, 0, 0),
        ("ble_pod/duplicates_and_backwards_time.csv", 2798, 100.0, 406, 1940, 768),
        # Its stamps are slots of 2.51 ms: over three slots the signal moves three times as far as
        # over one, and rows with equal times are equal in every value.
        ("foot_jitter/short_walk_400hz.csv", 16334, 398.406375, 244, 205, 0),
        ("foot_vicon/run_2017-11-27-11-17-28.csv", 5117, 200.0, 0, 0, 0),
    ],
)
def test_real_recordings(
    name: str, count: int, fs_hz: float, missing: int, duplicates: int, backwards: int
) -> None:
    recording = read_csv(DATA / name)
    assert len(recording.t_s) == count
    assert recording.fs_hz == pytest.approx(fs_hz)
    assert recording.missing_slots == missing
    assert (recording.duplicates, recording.backwards) == (duplicates, backwards)
    assert not recording.is_restamped
    assert recording.acc_g.shape == (count, 3)
