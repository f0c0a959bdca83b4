"""``stridegate watch`` and what it watches: which session is meant, plain lines, two processes."""

import asyncio
import contextlib
import datetime as dt
import io
import os
import pty
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from made_runs import stridegate
from made_snapshots import HOLDING, FakeRunner
from served import published, until

from monitor.cli import main
from monitor.commands.watch import target_of
from monitor.errors import LiveError, UsageError
from monitor.live.client import Viewing
from monitor.live.consent import Consent
from monitor.live.door import Door, announced, doors_folder
from monitor.live.opening import open_remote
from monitor.live.options import WatchOptions
from monitor.live.publisher import Publisher
from monitor.live.ticket import Ticket, read_ticket
from monitor.marks import MarkKind
from sensors.clock import SessionClock

COMMAND = (sys.executable, "-c", "from monitor.cli import main; main()")
TICKET = Ticket("127.0.0.1", 8765, "token", "0" * 64)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STRIDEGATE_HOME", str(tmp_path))
    doors_folder().mkdir()
    return tmp_path


def a_door(session: str, patient: str) -> Door:
    return Door(session, patient, os.getpid(), socket="/nowhere")


def test_without_a_session_there_is_nothing_to_watch(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["stridegate", "watch"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "No session runs on this computer: start one" in capsys.readouterr().err


def test_which_of_several_is_meant_has_to_be_said(home: Path) -> None:
    anna, ben = a_door("s-1", "anna"), a_door("s-2", "ben")
    with announced(anna):
        assert target_of(None) == anna
        with announced(ben):
            with pytest.raises(UsageError, match=r"name one of anna \(s-1\), ben \(s-2\)"):
                target_of(None)
            assert target_of("ben") == ben
            assert target_of("s-1") == anna
            with pytest.raises(UsageError, match=r"No session of eve runs .*there is anna"):
                target_of("eve")


def test_a_ticket_may_come_from_standard_input(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{TICKET}\n"))
    assert target_of("-") == TICKET
    assert target_of(str(TICKET)) == TICKET
    with pytest.raises(LiveError, match="is no ticket"):
        target_of("stridegate://127.0.0.1")


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are a matter of Unix")
async def test_plain_lines_in_a_terminal_take_requests_and_ctrl_c_leaves_the_view_alone(
    home: Path,
) -> None:
    session = FakeRunner()
    publisher = Publisher(session, "s-1", "P-017")
    async with published(publisher, doors_folder()):
        terminal, side = pty.openpty()
        viewer = await asyncio.create_subprocess_exec(
            *COMMAND, "watch", "--plain", stdin=side, stdout=side, stderr=side, preexec_fn=_own
        )
        os.close(side)
        shown = bytearray()
        loop = asyncio.get_running_loop()
        loop.add_reader(terminal, lambda: shown.extend(_read(terminal)))
        try:
            await until(lambda: b"RUN" in shown)
            os.write(terminal, b"message Shorter steps\nstart\nhold\n")
            await until(lambda: b"Done: hold" in shown)
            assert b"Type and press Enter" in shown
            assert session.marks == [
                (MarkKind.MESSAGE, None, "Shorter steps"),
                (MarkKind.HOLD, None, "the physio"),
            ]
            session.snapshot = HOLDING
            await until(lambda: b"HOLD" in shown)
            os.write(terminal, b"\x03")
            async with asyncio.timeout(60.0):
                assert await viewer.wait() == 0
            await until(lambda: publisher.viewers == 0)
            assert not session.snapshot.is_over
            assert len(session.marks) == 2
        finally:
            loop.remove_reader(terminal)
            os.close(terminal)
            with contextlib.suppress(ProcessLookupError):
                viewer.kill()
            await viewer.wait()


def _own() -> None:
    import fcntl
    import termios

    # Whoever runs the tests in the background ignores it, and so would everything below.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _read(terminal: int) -> bytes:
    with contextlib.suppress(OSError):
        return os.read(terminal, 65_536)
    return b""


# ---- two processes, TLS between them


@contextlib.asynccontextmanager
async def demo(home: Path, *options: str) -> AsyncIterator[tuple[subprocess.Popen[str], Ticket]]:
    """Run a watched demo; gives the ticket that it prints."""
    running = stridegate(
        *("demo", "--plain", "--seconds", "120", *options), home=home, stdin=subprocess.PIPE
    )
    assert running.stderr is not None
    try:
        while "stridegate watch " not in (line := await asyncio.to_thread(running.stderr.readline)):
            assert line, "no ticket was printed"
        yield running, read_ticket(line.split()[-1])
    finally:
        running.kill()
        await asyncio.to_thread(running.communicate)


def say(running: subprocess.Popen[str], line: str) -> None:
    assert running.stdin is not None
    running.stdin.write(f"{line}\n")
    running.stdin.flush()


@contextlib.asynccontextmanager
async def viewing(ticket: Ticket) -> AsyncIterator[Viewing]:
    view = Viewing(ticket, SessionClock())
    task = asyncio.create_task(view.run())
    try:
        yield view
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_a_demo_is_watched_from_another_process_once_it_is_allowed(tmp_path: Path) -> None:
    async with demo(tmp_path, "--watch", "127.0.0.1:0") as (running, ticket):
        assert ticket.port
        assert len(ticket.pin) == 64
        wrong = Ticket(ticket.host, ticket.port, ticket.token, "0" * 64)
        with pytest.raises(LiveError, match="is not the session of this ticket"):
            await Viewing(wrong, SessionClock()).run()
        async with viewing(ticket) as view:
            await until(lambda: "Waiting for the patient" in view.notice)
            assert view.snapshot is None
            say(running, "allow")
            await until(lambda: view.snapshot is not None and view.snapshot.patient == "demo")
            say(running, "refuse")
            await until(lambda: view.snapshot is None)
            assert "does not want" in view.notice


def has_ipv6() -> bool:
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET6) as probe:
        probe.bind(("::1", 0))
        return True
    return False


@pytest.mark.skipif(not has_ipv6(), reason="this computer has no IPv6 loopback")
async def test_a_session_can_be_watched_over_ipv6(home: Path) -> None:
    remote = open_remote(WatchOptions("[::1]:0"), dt.datetime.now(dt.UTC))
    publisher = Publisher(FakeRunner(), "s-1", "P-017", remote)
    async with published(publisher, doors_folder()):
        assert publisher.ticket is not None
        assert str(publisher.ticket).startswith("stridegate://[::1]:")
        async with viewing(read_ticket(str(publisher.ticket))) as view:
            await until(lambda: publisher.consent is Consent.ASKED)
            publisher.allow(is_allowed=True)
            await until(lambda: view.snapshot is not None)


def certificate_for(host: str, folder: Path) -> tuple[Path, Path]:
    """Write a certificate that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "own.pem", folder / "own.key"
    paths[0].write_bytes(made.public_bytes(Encoding.PEM))
    paths[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return paths


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_with_a_certificate_of_your_own_a_viewer_checks_it_as_a_browser_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, key = certificate_for("localhost", tmp_path)
    options = ("--watch", "localhost:0", "--tls-cert", str(certificate), "--tls-key", str(key))
    async with demo(tmp_path, *options) as (_, ticket):
        assert ticket.pin == ""
        async with viewing(ticket) as view:
            # Nobody vouches for it: nothing is sent to it.
            await until(lambda: "No connection" in view.notice)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        async with viewing(ticket) as view:
            await until(lambda: "Waiting for the patient" in view.notice)
        elsewhere = Ticket("127.0.0.1", ticket.port, ticket.token)
        async with viewing(elsewhere) as view:
            await until(lambda: "No connection" in view.notice)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--tls-cert", "a.pem"), "go together"),
        (("--tls-cert", "a.pem", "--tls-key", "a.key"), "go with --watch"),
        (("--watch", "8765"), "write HOST:PORT"),
        (
            ("--watch", "127.0.0.1:0", "--tls-cert", "/no.pem", "--tls-key", "/no.key"),
            "cannot be used for TLS",
        ),
    ],
)
def test_wrong_options_are_one_line(
    home: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
    said: str,
) -> None:
    monkeypatch.setattr(sys, "argv", ["stridegate", "demo", "--headless", *options])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert said in capsys.readouterr().err
