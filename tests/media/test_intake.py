"""The door itself: real workers, their limits, and what happens when they fail."""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from portfolio.media import workplace
from portfolio.media.decoding import clean, limits, worker
from portfolio.media.decoding.clean import NotTakenError
from portfolio.media.intake import BusyError, Intake, RefusedError
from portfolio.media.refusals import OF_A_PAPER, OF_A_PHOTO, OF_A_SOUND
from portfolio.media.workplace import Order, Result, work
from tests.media import documents, pictures, recordings
from tests.media.test_paper import harmless
from tests.media.test_photo import bare
from tests.media.test_sound import heard

if TYPE_CHECKING:
    from collections.abc import Callable

ORDER = Order(worker.PHOTO, ("JPEG",), [pictures.encoded(pictures.halves(), "JPEG")])


def saying(program: str) -> tuple[str, ...]:
    """Write the command of a worker that does something else."""
    return (sys.executable, "-I", "-c", "import os, sys, time\n" + program)


def refused(command: tuple[str, ...], order: Order = ORDER, patience: float = 10) -> str:
    with pytest.raises(NotTakenError) as error:
        work(order, command=command, patience=patience)
    return error.value.why


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_photo_through_a_real_worker(intake: Intake, kind: str) -> None:
    photo = intake.photo(pictures.full_of_tags(kind, 1))
    bare(photo.large.content)
    bare(photo.small.content)


@pytest.mark.parametrize("name", recordings.WAYS)
def test_a_sound_through_a_real_worker(intake: Intake, name: str) -> None:
    heard(intake.sound(recordings.recorded(recordings.WAYS[name])))


def test_a_paper_through_a_real_worker(intake: Intake) -> None:
    harmless(intake.paper([documents.full_of_danger()]))
    harmless(intake.paper([documents.filled_in("Amina")]))
    harmless(intake.paper([pictures.full_of_tags(kind) for kind in ("JPEG", "PNG", "HEIF")]))


def test_a_photo_of_several_pictures_is_one_photo(intake: Intake) -> None:
    """Some phones put a second picture behind the first."""
    pair = [pictures.halves(), pictures.halves()]
    content = pictures.encoded(pair[0], "MPO", save_all=True, append_images=pair[1:])
    bare(intake.photo(content).large.content)


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("os._exit(3)", "broken"),
        ("os.abort()", "broken"),
        ("os.kill(os.getpid(), 11)", "broken"),
        ("print('nonsense')", "broken"),
        ("print('[]')", "broken"),
        ("print('{}')", "broken"),
        ("print('{\"lengths\": [9]}')", "broken"),
        ("print('{\"lengths\": [-1, 1]}')", "broken"),
        ('print(\'{"lengths": ["a"]}\')', "broken"),
        ('print(\'{"refused": "large"}\')', "large"),
        ('print(\'{"refused": "<script>"}\')', "broken"),
        ('print(\'{"refused": ["large"]}\')', "broken"),
        ("print('[' * 100000)", "broken"),
        ("sys.stdout.buffer.write(b'x' * 1000)", "broken"),
        ("sys.stdin.buffer.read(); os._exit(0)", "broken"),
        ("os.close(0); time.sleep(0.3)", "broken"),
    ],
)
def test_whatever_a_worker_does_it_is_an_answer(program: str, why: str) -> None:
    assert refused(saying(program)) == why


def test_a_worker_that_talks_without_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workplace, "ANSWER_BYTES", 2**20)
    started = time.monotonic()
    assert refused(saying("while True: os.write(1, b'x' * 65536)")) == "broken"
    assert time.monotonic() - started < 5


def test_neither_side_waits_for_the_other() -> None:
    """It answers before it has heard everything, and then hears nothing any more."""
    large = Order(worker.PHOTO, ("JPEG",), [bytes(20 * 2**20)] * 2)
    answer = '{"lengths": [8000000]}\\n'
    deaf = f"sys.stdout.write('{answer}' + 'x' * 8000000)"
    assert len(work(large, command=saying(deaf)).parts[0]) == 8_000_000


def test_a_worker_that_hangs_is_ended_with_all_that_it_started() -> None:
    ours, theirs = os.pipe()
    os.set_inheritable(theirs, True)  # noqa: FBT003 -- the call has no name for it
    child = "import time; time.sleep(60)"
    program = f"import subprocess; subprocess.Popen([sys.executable, '-c', {child!r}]); "
    started = time.monotonic()
    assert refused(saying(program + "time.sleep(60)"), patience=1) == "broken"
    assert time.monotonic() - started < 5
    os.close(theirs)
    os.close(ours)


def in_a_worker(program: str) -> str:
    """Run this where a decoder runs, after the limits are set."""
    confined = (
        f"sys.path.insert(0, {workplace.COMMAND[-1]!r})\n"
        "import socket\nfrom decoding import confinement\n"
        "confinement.confine(); confinement.shut()\n"
        f"try:\n    {program}\n    said = 'done'\n"
        "except BaseException as error:\n    said = type(error).__name__\n"
        'answer = \'{"said": "%s", "lengths": [1]}\' % said\n'
        "os.write(1, answer.encode() + b'\\nx')"
    )
    said: str = work(ORDER, command=saying(confined)).facts["said"]
    return said


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("bytes(2 * 1024 ** 3)", "MemoryError"),
        ("open('/etc/passwd')", "OSError"),
        ("open('/tmp/x', 'w')", "OSError"),
        ("socket.socket()", "OSError"),
        ("os.pipe()", "OSError"),
        ("assert set(os.environ) <= {'LC_CTYPE'}", "done"),
        ("assert os.getcwd() == '/'", "done"),
        ("assert os.nice(0) >= 10", "done"),
        ("bytes(100 * 1024 ** 2)", "done"),
    ],
)
def test_what_a_worker_cannot_do(program: str, said: str) -> None:
    """ASVS 15.2.2."""
    assert in_a_worker(program) == said


def test_a_worker_that_thinks_too_long_is_ended() -> None:
    """By the machine itself: it counts the time that is worked, not the time that passes."""
    program = (
        "import resource; confine = resource.setrlimit\n"
        f"sys.path.insert(0, {workplace.COMMAND[-1]!r})\n"
        "from decoding import confinement\n"
        "confinement.CPU_SECONDS = 1\nconfinement.confine()\nwhile True: pass"
    )
    started = time.monotonic()
    assert refused(saying(program), patience=20) == "broken"
    assert time.monotonic() - started < 10


def test_no_more_than_half_the_threads_are_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """ASVS 15.2.2."""
    intake, held, at_once = Intake(threads=8, clamd_url=None), threading.Event(), []
    working = threading.Semaphore(0)

    def slow(_order: Order) -> Result:
        at_once.append(threading.active_count())
        working.release()
        assert held.wait(10)
        return Result([b"\xff\xd8\xff"] * 2, {"sizes": [[1, 1], [1, 1]]})

    monkeypatch.setattr("portfolio.media.intake.work", slow)
    threads = [threading.Thread(target=intake.photo, args=ORDER.contents) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(2):
        assert working.acquire(timeout=5)
    wait_until(lambda: intake._inside._value == 0)
    with pytest.raises(BusyError):
        intake.photo(ORDER.contents[0])
    assert len(at_once) == 2, "two are decoded, two wait, and the fifth is told at once"
    held.set()
    for thread in threads:
        thread.join(10)
    intake.photo(ORDER.contents[0])


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_refusal_frees_its_place(intake: Intake) -> None:
    for _ in range(20):
        with pytest.raises(RefusedError):
            intake.photo(b"")


def test_a_worker_is_not_believed_about_what_it_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """A decoder that was taken over cannot hand in a page of its own."""
    intake = Intake(threads=8, clamd_url=None)
    page = b"<html>"
    said = {"sizes": [[1, 1], [1, 1]], "seconds": 1, "pages": 1}
    monkeypatch.setattr("portfolio.media.intake.work", lambda _order: Result([page, page], said))
    for take in (
        lambda: intake.photo(ORDER.contents[0]),
        lambda: intake.sound(recordings.recorded(recordings.WAYS["WAV"], 0.1)),
        lambda: intake.paper([documents.written(documents.plain())]),
    ):
        with pytest.raises(RefusedError) as error:
            take()
        assert error.value.why == "broken"


def test_every_reason_has_a_sentence_where_it_may_arise() -> None:
    everywhere = {clean.EMPTY, clean.LARGE, clean.KIND, clean.BROKEN, clean.FOUND, clean.SILENT}
    assert OF_A_PHOTO.keys() == everywhere
    assert OF_A_SOUND.keys() == everywhere | {clean.LONG, clean.FILM}
    assert OF_A_PAPER.keys() == everywhere | {clean.PAGES, clean.PHOTOS, clean.LOCKED}


def test_the_limits_are_what_was_promised() -> None:
    assert (limits.PHOTO_BYTES, limits.PHOTO_PIXELS) == (20 * 2**20, 50_000_000)
    assert (limits.SOUND_BYTES, limits.SOUND_SECONDS) == (10 * 2**20, 180)
    assert (limits.PAPER_BYTES, limits.PAPER_PAGES) == (10 * 2**20, 50)
