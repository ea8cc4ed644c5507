"""A paper that was photographed: each photo made clean, and one page of one PDF."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pikepdf
from pikepdf import Array, Dictionary, Name

from .clean import CleanPaper, Picture
from .limits import PAPER_SIDE
from .paper import first_page, save
from .photo import encode, upright_photo

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pikepdf import Object, Pdf

# Letters stay sharp, and twenty pages stay small enough to send.
QUALITY = 74
# The long side of A4, so that it prints as large as it was.
LONG_SIDE = 842.0


def bind(photos: Iterable[tuple[bytes, str]]) -> CleanPaper:
    """Bind photos, each with its format, into one PDF. Raises what reading a photo raises."""
    out = io.BytesIO()
    with pikepdf.new() as target:
        for content, kind in photos:
            picture = encode(upright_photo(content, kind, PAPER_SIDE), QUALITY)
            target.pages.append(pikepdf.Page(target.make_indirect(_page(target, picture))))
        pages = len(target.pages)
        save(target, out)
    return CleanPaper(out.getvalue(), pages, first_page(out.getvalue()))


def _page(target: Pdf, picture: Picture) -> Object:
    scale = LONG_SIDE / max(picture.width, picture.height)
    width, height = round(picture.width * scale, 2), round(picture.height * scale, 2)
    image = target.make_stream(picture.content)
    image.Type, image.Subtype = Name.XObject, Name.Image
    image.Width, image.Height = picture.width, picture.height
    image.ColorSpace, image.BitsPerComponent = Name.DeviceRGB, 8
    image.Filter = Name.DCTDecode
    return Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, width, height]),
        Resources=Dictionary(XObject=Dictionary(P=image)),
        Contents=target.make_stream(f"q {width} 0 0 {height} 0 0 cm /P Do Q".encode()),
    )
