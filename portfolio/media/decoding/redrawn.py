"""A page of a PDF, copied by name: only what is needed to draw it, and nothing else.

Nothing is searched for and removed. What is not named here is not copied: scripts, actions,
links, attachments, forms, layers, descriptions, and whatever will be thought of next.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from .bare_content import bare_content
from .clean import BROKEN, LARGE, NotTakenError
from .streams import Streams

if TYPE_CHECKING:
    from collections.abc import Iterator

PLAIN, RESOURCES, MAP, DRAWINGS, CONTENT = "plain", "resources", "map", "drawings", "content"

# Keys of dictionaries, each needed to draw something: of pictures and forms, of how they are
# packed, of fonts, of the state of drawing, of patterns and functions, and of colours.
_NEEDED = """
    Type Subtype Width Height BitsPerComponent ColorSpace Decode DecodeParms Filter ImageMask
    Intent Interpolate Mask Matte SMask SMaskInData BBox FormType Group Matrix Resources CS I K S

    BlackIs1 Colors Columns DamagedRowsBeforeError EarlyChange EncodedByteAlign EndOfBlock
    EndOfLine JBIG2Globals Predictor Rows ColorTransform

    Ascent AvgWidth BaseEncoding BaseFont CapHeight CharProcs CharSet CIDSet CIDSystemInfo
    CIDToGIDMap CMapName Descent DescendantFonts Differences DW DW2 Encoding FirstChar Flags
    FontBBox FontDescriptor FontFamily FontFile FontFile2 FontFile3 FontMatrix FontName
    FontStretch FontWeight ItalicAngle LastChar Leading Length1 Length2 Length3 MaxWidth
    MissingWidth Ordering Registry StemH StemV Style Supplement ToUnicode UseCMap W W2 Widths
    WMode XHeight

    AIS BC BG BG2 BM ca CA D FL Font G HT LC LJ LW ML OP op OPM RI SA SM TK TR TR2 UCR UCR2

    AntiAlias Background BitsPerCoordinate BitsPerFlag BitsPerSample Bounds C0 C1 Coords Domain
    Encode Extend ExtGState Function Functions FunctionType N Order PaintType PatternType Range
    Shading ShadingType Size TilingType VerticesPerRow XStep YStep

    BlackPoint Gamma WhitePoint
"""
KEYS = frozenset(f"/{key}" for key in _NEEDED.split())
RESOURCE_MAPS = frozenset(
    f"/{key}" for key in ("ColorSpace", "ExtGState", "Font", "Pattern", "Shading", "XObject")
)
BY_CHANNELS = {1: Name.DeviceGray, 3: Name.DeviceRGB, 4: Name.DeviceCMYK}
DEEPEST = 60
MOST_OBJECTS = 100_000


class Redrawn:
    """Copies into a new PDF what pages of another draw; what they share is copied once."""

    def __init__(self, target: Pdf) -> None:
        self._target = target
        self._streams = Streams()
        self._done: dict[tuple[tuple[int, int], str], Object] = {}
        self._count = 0

    def resources(self, found: Object | None) -> Object:
        """Copy the resources of a page."""
        if not isinstance(found, Dictionary):
            return Dictionary()
        copied: Object = self._copy(found, RESOURCES, 0)
        return copied

    def group(self, found: Object | None) -> Object | None:
        """Copy how the parts of a page shine through each other, if it says so."""
        copied: Object | None = self._copy(found, PLAIN, 0)
        return copied

    def contents(self, found: Object | None) -> Object:
        """Copy the instructions of a page: one stream, or several that go on in each other."""
        parts = list(found) if isinstance(found, Array) else [found]
        drawn = b"\n".join(self._streams.read(part) for part in parts if isinstance(part, Stream))
        return self._target.make_stream(bare_content(drawn))

    def _copy(self, found: Any, role: str, depth: int) -> Any:
        if not isinstance(found, Object) or isinstance(found, Name):
            return found if isinstance(found, (bool, int, Decimal, Name)) else None
        self._count += 1
        if depth > DEEPEST or self._count > MOST_OBJECTS:
            raise NotTakenError(LARGE)
        if not found.is_indirect:
            return self._copy_anew(found, role, depth)
        place = (found.objgen, role)
        if place not in self._done:
            # What points back to itself finds this, and comes no further.
            self._done[place] = self._target.make_indirect(Dictionary())
            copied = self._copy_anew(found, role, depth)
            if isinstance(copied, (Dictionary, Array)):
                copied = self._target.make_indirect(copied)
            self._done[place] = copied
        return self._done[place]

    def _copy_anew(self, found: Object, role: str, depth: int) -> Any:
        if isinstance(found, String):
            return String(bytes(found))
        if isinstance(found, Array):
            return self._array(found, role, depth)
        if isinstance(found, Stream):
            return self._stream(found, role, depth)
        if isinstance(found, Dictionary):
            return Dictionary(dict(self._entries(found, role, depth)))
        return None

    def _array(self, found: Array, role: str, depth: int) -> Object:
        items = list(found)
        if items and items[0] == Name.ICCBased:
            return self._by_channels(items)
        return Array([self._copy(item, role, depth + 1) for item in items])

    def _by_channels(self, items: list[Any]) -> Name:
        """Say plainly which colours are meant; a profile says by whose machine, too."""
        profile = items[1] if len(items) > 1 else None
        if not isinstance(profile, Stream):
            raise NotTakenError(BROKEN)
        return BY_CHANNELS[int(profile.get("/N", 3))]

    def _entries(self, found: Object, role: str, depth: int) -> Iterator[tuple[str, Any]]:
        for key, value in found.items():
            inner = _role_of(key, role)
            if inner:
                copied = self._copy(value, inner, depth + 1)
                if copied is not None:
                    yield key, copied

    def _stream(self, found: Stream, role: str, depth: int) -> Object:
        said = dict(self._entries(found.stream_dict, PLAIN, depth))
        if role == CONTENT or said.get("/Subtype") == Name.Form or "/PatternType" in said:
            said.pop("/Filter", None)
            said.pop("/DecodeParms", None)
            content = bare_content(self._streams.read(found))
        else:
            content, how = self._streams.packed(found)
            if how is None:
                said.pop("/Filter", None)
                said.pop("/DecodeParms", None)
            else:
                said["/Filter"] = how
        return self._made(content, said)

    def _made(self, content: bytes, said: dict[str, Any]) -> Object:
        made = self._target.make_stream(content)
        for key, value in said.items():
            made[key] = value
        return made


def _role_of(key: str, role: str) -> str:
    """Say how the value of a key is copied; empty for one that is not."""
    if role == RESOURCES:
        return MAP if key in RESOURCE_MAPS else ""
    if role == MAP:
        return PLAIN
    if role == DRAWINGS:
        return CONTENT
    if key not in KEYS:
        return ""
    return {"/Resources": RESOURCES, "/CharProcs": DRAWINGS}.get(key, PLAIN)
