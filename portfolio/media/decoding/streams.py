"""The bytes inside a PDF: unpacked within a limit, and packed anew without what is not drawn."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from pikepdf import Array, Name, Object, StreamDecodeLevel

from .bare_jpeg import bare_jpeg, bare_jpx
from .clean import BROKEN, LARGE, NotTakenError
from .limits import PAPER_PIXELS, PAPER_UNPACKED

if TYPE_CHECKING:
    from pikepdf import Stream

JPEG, JPX = Name.DCTDecode, Name.JPXDecode
PICTURES = {
    "/DCTDecode": JPEG,
    "/DCT": JPEG,
    "/JPXDecode": JPX,
    "/CCITTFaxDecode": Name.CCITTFaxDecode,
    "/CCF": Name.CCITTFaxDecode,
    "/JBIG2Decode": Name.JBIG2Decode,
}
FLATE = frozenset({"/FlateDecode", "/Fl"})


class Streams:
    """Reads the streams of one PDF, and counts what they unpack to."""

    def __init__(self) -> None:
        self._left = PAPER_UNPACKED

    def read(self, stream: Stream) -> bytes:
        """Unpack a stream wholly. Raises NotTakenError, or what the reader raises."""
        return self._counted(stream.read_bytes(StreamDecodeLevel.generalized))

    def packed(self, stream: Stream) -> tuple[bytes, Name | None]:
        """Give the bytes to keep and their filter; without one they are packed when saved."""
        filters = _filters(stream)
        _check_size(stream)
        if filters and filters[-1] in PICTURES:
            if len(filters) > 1:
                # A picture packed twice is rare, and unpacking half of it is not worth a risk.
                raise NotTakenError(BROKEN)
            return self._picture(stream.read_raw_bytes(), PICTURES[filters[-1]])
        if len(filters) == 1 and filters[0] in FLATE and "/DecodeParms" in stream.stream_dict:
            return self._same(stream.read_raw_bytes()), Name.FlateDecode
        return self.read(stream), None

    def _picture(self, content: bytes, how: Name) -> tuple[bytes, Name]:
        if how == JPEG:
            content = bare_jpeg(content)
        elif how == JPX:
            content = bare_jpx(content)
        return self._counted(content), how

    def _same(self, content: bytes) -> bytes:
        """Pack the same again: what stood behind the end is gone, and a bomb is not unpacked."""
        unpacked = zlib.decompressobj().decompress(content, self._left + 1)
        return zlib.compress(self._counted(unpacked))

    def _counted(self, content: bytes) -> bytes:
        self._left -= len(content)
        if self._left < 0:
            raise NotTakenError(LARGE)
        return content


def _filters(stream: Stream) -> list[str]:
    found: Object | None = stream.stream_dict.get("/Filter")
    if found is None:
        return []
    return [str(one) for one in found] if isinstance(found, Array) else [str(found)]


def _check_size(stream: Stream) -> None:
    width, height = (stream.stream_dict.get(key, 0) for key in ("/Width", "/Height"))
    if int(width) * int(height) > PAPER_PIXELS:
        raise NotTakenError(LARGE)
