"""A PDF made anew from what its pages draw, and its first page as a picture.

What does not live here: which parts of a page are copied (`redrawn`), and photographed papers.
"""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING, Any

import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary, Name, Pdf

from .clean import BROKEN, EMPTY, LOCKED, PAGES, CleanPaper, NotTakenError, Picture
from .limits import PAPER_PAGES, PAPER_UNPACKED, SMALL_SIDE
from .photo import BEST, encode
from .redrawn import Redrawn

if TYPE_CHECKING:
    from collections.abc import Sequence

A4 = (0.0, 0.0, 595.276, 841.89)
# What readers take, in points of 1/72 inch.
SHORTEST, LONGEST = 1.0, 14_400.0
QUARTER = 90
ENCRYPTED = b"/Encrypt"

pikepdf.settings.set_qpdf_limits(
    flate_max_memory=PAPER_UNPACKED,
    run_length_max_memory=PAPER_UNPACKED,
    png_max_memory=PAPER_UNPACKED,
    tiff_max_memory=PAPER_UNPACKED,
    parser_max_nesting=100,
)


def clean_paper(content: bytes) -> CleanPaper:
    """Make a PDF clean. Raises NotTakenError, or whatever a reader raises."""
    with _opened(content) as source:
        if source.is_encrypted:
            raise NotTakenError(LOCKED)
        pages = len(source.pages)
        if not pages:
            raise NotTakenError(EMPTY)
        if pages > PAPER_PAGES:
            raise NotTakenError(PAGES)
        _draw_what_was_filled_in(source)
        clean = _redraw(source)
    return CleanPaper(clean, pages, first_page(clean))


def _opened(content: bytes) -> Pdf:
    try:
        return pikepdf.open(io.BytesIO(content), suppress_warnings=True)
    except Exception as error:
        # Some locks cannot even be tried here: a worker has no source of chance.
        if isinstance(error, pikepdf.PasswordError) or ENCRYPTED in content:
            raise NotTakenError(LOCKED) from error
        raise


def _draw_what_was_filled_in(source: Pdf) -> None:
    """Let words in fields and stamps become part of the page; the fields themselves go."""
    source.generate_appearance_streams()
    source.flatten_annotations("screen")


def _redraw(source: Pdf) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as target:
        redrawn = Redrawn(target)
        for page in source.pages:
            drawn = Dictionary(
                Type=Name.Page,
                MediaBox=Array(_box(page.mediabox)),
                CropBox=Array(_box(page.cropbox)),
                Rotate=_turn(page.rotation),
                Resources=redrawn.resources(page.obj.get("/Resources")),
                Contents=redrawn.contents(page.obj.get("/Contents")),
            )
            group = redrawn.group(page.obj.get("/Group"))
            if group is not None:
                drawn.Group = group
            target.pages.append(pikepdf.Page(target.make_indirect(drawn)))
        save(target, out)
    return out.getvalue()


def save(target: Pdf, out: io.BytesIO) -> None:
    """Write a PDF of ours; nothing in it tells when or by what it was made."""
    target.save(
        out,
        static_id=True,
        compress_streams=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
    )


def _box(found: Any) -> Sequence[float]:
    """Give a page a size that a reader can show; the standard one where it has none."""
    try:
        left, low, right, high = (float(number) for number in found)
    except (TypeError, ValueError):
        return A4
    sides = (abs(right - left), abs(high - low))
    if not all(math.isfinite(side) and SHORTEST <= side <= LONGEST for side in sides):
        raise NotTakenError(BROKEN)
    return (min(left, right), min(low, high), max(left, right), max(low, high))


def _turn(found: Any) -> int:
    return int(found) // QUARTER * QUARTER % (4 * QUARTER)


def first_page(clean: bytes) -> Picture:
    """Draw the first page of a PDF of ours, at most 480 pixels on its long side."""
    document = pypdfium2.PdfDocument(clean)
    try:
        page = document[0]
        scale = SMALL_SIDE / max(page.get_size())
        drawn = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
        # Rounding up may have added a pixel.
        whole = drawn.crop((0, 0, min(drawn.width, SMALL_SIDE), min(drawn.height, SMALL_SIDE)))
        return encode(whole, BEST)
    finally:
        document.close()
