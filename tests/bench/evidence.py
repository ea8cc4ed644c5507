"""What taking in a file costs, and what forty people sending photos at once do to the others."""

from __future__ import annotations

import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from statistics import median, quantiles
from typing import TYPE_CHECKING

from PIL import Image, ImageFilter

from portfolio.media.workplace import Order, Result, work
from tests.bench.measurement import Measurement
from tests.faults.server import Caller
from tests.media import documents, pictures, recordings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bench.servers import Run

TWELVE_MEGAPIXELS = (4000, 3000)
WAITING = re.compile(r'name="upload" value="([^"]+)"')
# A browser's script waits as long as the answer says; nobody waits for ever.
MOST_TRIES = 60
PATH_OF_OTHERS = "/map"


def measure(run: Run) -> Iterator[Measurement]:
    """Measure one file of each kind in a worker of its own, then many photos at once."""
    photo = photographed()
    jpeg = pictures.encoded(photo, "JPEG", quality=90)
    orders = {
        "jpeg_12mp": Order("photo", ("JPEG",), [jpeg]),
        "heic_12mp": Order("photo", ("HEIF",), [pictures.heic(photo)]),
        "sound_3min": Order(
            "sound", ("matroska",), [recordings.recorded(recordings.WAYS["Chrome"], 179)]
        ),
        "pdf_20_pages": Order("paper", ("PDF",), [documents.written(documents.plain(20))]),
    }
    for name, order in orders.items():
        times, made = _times(order, run.effort.decodings)
        yield Measurement("intake_ms", name, median(times), "ms")
        yield Measurement("intake_peak_mb", name, made.facts["peak_kb"] / 1024, "MB")
        kept = "photo_bytes_large" if order.what == "photo" else "bytes_kept"
        yield Measurement(kept, name, len(made.parts[0]), "bytes")
    yield from _at_once(run, jpeg)


def photographed() -> Image.Image:
    """Make a picture of 12 megapixels with the large shapes and the fine grain of a phone's."""
    shapes = Image.effect_noise((500, 375), 80).convert("RGB").resize(TWELVE_MEGAPIXELS)
    grain = Image.effect_noise(TWELVE_MEGAPIXELS, 12).convert("RGB")
    return Image.blend(shapes, grain, 0.12).filter(ImageFilter.GaussianBlur(1))


def _times(order: Order, count: int) -> tuple[list[float], Result]:
    times, made = [], None
    for _ in range(count):
        start = time.perf_counter()
        made = work(order)
        times.append((time.perf_counter() - start) * 1000)
    assert made is not None
    return times, made


def _at_once(run: Run, photo: bytes) -> Iterator[Measurement]:
    server, token = run.product, run.place.targets["start"].token
    drafts = [_begin(server.port, token) for _ in range(run.effort.uploads)]
    over, waits, memory = threading.Event(), [], [server.memory]

    def look_around() -> None:
        caller = Caller(server.port, token)
        while not over.is_set():
            start = time.perf_counter()
            answer = caller.get(PATH_OF_OTHERS)
            waits.append((time.perf_counter() - start) * 1000)
            memory.append(server.memory)
            if answer.status_code != 200:
                message = f"another page answered {answer.status_code}"
                raise RuntimeError(message)

    with ThreadPoolExecutor(run.effort.uploads + 1) as pool:
        other = pool.submit(look_around)
        start = time.perf_counter()
        sent = list(pool.map(lambda draft: _send(server.port, token, draft, photo), drafts))
        seconds = time.perf_counter() - start
        over.set()
        other.result()
    yield Measurement("uploads_at_once", "", len(drafts), "requests")
    yield Measurement("uploads_not_kept", "", sum(tries == 0 for tries in sent), "requests")
    yield Measurement("uploads_seconds", "", seconds, "s")
    yield Measurement("uploads_tries", "", max(sent), "requests")
    yield Measurement("others_p50_ms", "", median(waits), "ms")
    yield Measurement("others_p95_ms", "", quantiles(waits, n=20)[-1], "ms")
    yield Measurement("memory_mb_most", "", max(memory), "MB")


def _begin(port: int, token: str) -> str:
    caller = Caller(port, token)
    place = caller.post("/toevoegen", {"leefgebied": "werk"}).headers["Location"]
    caller.close()
    return place.rpartition("/")[0]


def _send(port: int, token: str, draft: str, photo: bytes) -> int:
    """Send a photo as a page without script does; gives the tries it took, 0 when it is not kept.

    Who is told to wait sends no file again: it is there, and only its turn is asked for.
    """
    caller = Caller(port, token)
    fields: dict[str, str] = {}
    files: dict[str, tuple[str, bytes, str]] | None = {"foto": ("foto.jpg", photo, "image/jpeg")}
    for tries in range(1, MOST_TRIES + 1):
        answer = caller.post(f"{draft}/foto", fields, files)
        if answer.status_code == 303:
            caller.close()
            return tries
        if answer.status_code != 503:
            return 0
        waiting = WAITING.search(answer.text)
        fields, files = ({"upload": waiting[1]}, None) if waiting else (fields, files)
        time.sleep(float(answer.headers["Retry-After"]))
    return 0
