"""The virus scanner: nothing is taken without its clear word, where there is one."""

from __future__ import annotations

import shutil
import socket
import struct
import subprocess
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from portfolio.media import clamd
from portfolio.media.clamd import Scanner
from portfolio.media.decoding.clean import NotTakenError
from portfolio.media.intake import Intake, RefusedError
from portfolio.media.refusals import OF_A_PAPER, OF_A_PHOTO, OF_A_SOUND
from tests.media import documents, pictures, recordings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

GOOD = pictures.encoded(pictures.halves(), "JPEG")
# No virus: words of our own, which the scanner of this test is told to find.
BAD_WORDS = b"this-is-what-the-scanner-of-the-test-finds"
PATIENCE = 30


def refused(scanner: Scanner, content: bytes = GOOD) -> str:
    with pytest.raises(NotTakenError) as error:
        scanner.check(content)
    return error.value.why


# clamd itself


@pytest.fixture(scope="module", params=["unix", "tcp"])
def address(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Run Debian's clamd, with one signature of our own."""
    folder = tmp_path_factory.mktemp("clamd")
    (folder / "signatures").mkdir()
    signature = f"Test.Words:0:*:{BAD_WORDS.hex()}\n"
    (folder / "signatures" / "test.ndb").write_text(signature, encoding="ascii")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    where = {
        "unix": (f"LocalSocket {folder}/socket", f"unix:{folder}/socket"),
        "tcp": (f"TCPSocket {port}\nTCPAddr 127.0.0.1", f"tcp://127.0.0.1:{port}"),
    }[request.param]
    settings = (
        f"Foreground yes\nDatabaseDirectory {folder}/signatures\nTemporaryDirectory {folder}\n"
        f"StreamMaxLength 25M\nMaxThreads 2\nConcurrentDatabaseReload no\n{where[0]}\n"
    )
    (folder / "clamd.conf").write_text(settings, encoding="ascii")
    with running(folder / "clamd.conf", where[1]):
        yield where[1]


@contextmanager
def running(settings: Path, address: str) -> Iterator[None]:
    program = shutil.which("clamd", path="/usr/sbin:/usr/bin:/usr/local/sbin")
    assert program
    with subprocess.Popen(
        [program, "--config-file", str(settings)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            wait_for(Scanner(address))
            yield
        finally:
            process.terminate()


def wait_for(scanner: Scanner) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return scanner.check(b"anything")
        except NotTakenError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


@pytest.mark.clamd
def test_what_the_scanner_knows_is_refused_at_every_door(address: str) -> None:
    """ASVS 5.4.3."""
    intake = Intake(threads=8, clamd_url=address)
    photo = GOOD + BAD_WORDS
    sound = recordings.recorded(recordings.WAYS["WAV"], 0.1) + BAD_WORDS
    paper = documents.written(documents.plain()) + BAD_WORDS
    for take, sentences in (
        (lambda: intake.photo(photo), OF_A_PHOTO),
        (lambda: intake.sound(sound), OF_A_SOUND),
        (lambda: intake.paper([paper]), OF_A_PAPER),
        (lambda: intake.paper([GOOD, photo]), OF_A_PAPER),
    ):
        with pytest.raises(RefusedError) as error:
            take()
        assert error.value.why == "found"
        assert error.value.sentence == sentences["found"]


@pytest.mark.clamd
def test_what_the_scanner_does_not_know_is_taken(address: str) -> None:
    intake = Intake(threads=8, clamd_url=address)
    assert intake.photo(GOOD).large.width == 400
    assert intake.paper([GOOD, GOOD]).pages == 2


@pytest.mark.clamd
def test_the_largest_file_is_scanned_to_its_end(address: str) -> None:
    scanner = Scanner(address)
    large = bytes(20 * 2**20)
    scanner.check(large)
    assert refused(scanner, large + BAD_WORDS) == "found"
    assert refused(scanner, bytes(26 * 2**20)) == "silent", "more than it takes is no OK"


# Whatever else may sit at that address


@contextmanager
def sitting(behave: Callable[[socket.socket], None]) -> Iterator[str]:
    """Let something sit at an address that is not quite a scanner."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            try:
                line, _ = server.accept()
                with line:
                    behave(line)
            except OSError:
                return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
    thread.join(5)


def told(line: socket.socket) -> bytes:
    """Hear a file to its end, as clamd does."""
    stream = line.makefile("rb")
    assert stream.read(10) == b"zINSTREAM\0"
    content = b""
    while length := int.from_bytes(stream.read(4), "big"):
        content += stream.read(length)
    return content


def answering(answer: bytes) -> Callable[[socket.socket], None]:
    def behave(line: socket.socket) -> None:
        assert told(line) == GOOD
        line.sendall(answer)

    return behave


def test_it_hears_the_whole_file() -> None:
    with sitting(answering(b"stream: OK\0")) as address:
        Scanner(address).check(GOOD)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"stream: Test.Words FOUND\0", "found"),
        (b"", "silent"),
        (b"\0", "silent"),
        (b"OK\0", "silent"),
        (b"stream: OK", "silent"),
        (b"stream: OK\n\0", "silent"),
        (b"stream: OK\0stream: Test FOUND\0", "found"),
        (b"INSTREAM size limit exceeded. ERROR\0", "silent"),
        (b"HTTP/1.1 200 OK\r\n\r\n\0", "silent"),
        (b"x" * 100_000, "silent"),
    ],
)
def test_only_its_clear_word_counts(answer: bytes, why: str) -> None:
    with sitting(answering(answer)) as address:
        assert refused(Scanner(address)) == why


def slowly(line: socket.socket) -> None:
    told(line)
    for _ in range(100):
        line.sendall(b"s")
        time.sleep(0.1)


def silent(line: socket.socket) -> None:
    line.recv(1)
    time.sleep(1.5)


def half_way(line: socket.socket) -> None:
    line.recv(1000)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@pytest.mark.parametrize(
    "behave",
    [silent, socket.socket.close, half_way, slowly],
    ids=["says nothing", "closes", "breaks off", "says it letter by letter"],
)
def test_a_scanner_that_does_not_answer_lets_nothing_in(
    behave: Callable[[socket.socket], None],
) -> None:
    """ASVS 5.4.3."""
    started = time.monotonic()
    with sitting(behave) as address:
        assert refused(Scanner(address, patience=0.5), bytes(8 * 2**20)) == "silent"
        assert time.monotonic() - started < 3


def test_no_scanner_at_its_address_lets_nothing_in(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for address in (f"tcp://127.0.0.1:{port}", f"unix:{tmp_path}/none"):
        intake = Intake(threads=8, clamd_url=address)
        with pytest.raises(RefusedError) as error:
            intake.photo(GOOD)
        assert error.value.why == "silent"
        assert error.value.sentence == OF_A_PHOTO["silent"]


@pytest.mark.parametrize(
    "url", ["", "clamd", "http://host", "tcp:///x", "unix:", "tcp://host:port", "unix://"]
)
def test_a_wrong_address_is_said_at_the_start(url: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- whatever it says, nothing starts
        Scanner(url)


def test_the_usual_port_is_clamds_own() -> None:
    assert Scanner("tcp://host")._host == ("host", clamd.PORT)
