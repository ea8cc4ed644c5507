"""Photos for the tests, with everything in them that must not come out."""

from __future__ import annotations

import io
from fractions import Fraction

import av
from PIL import ExifTags, Image, ImageCms, PngImagePlugin

SECRET = b"kanarie"
XMP = b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"


def encoded(image: Image.Image, kind: str, **more: object) -> bytes:
    """Write a picture as a file of some kind."""
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    """Decode a picture wholly."""
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def halves(size: tuple[int, int] = (400, 200)) -> Image.Image:
    """Draw a picture that is red on the left and blue on the right."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    return image


def noise(size: tuple[int, int]) -> Image.Image:
    """Draw a picture that no encoder makes small."""
    return Image.merge("RGB", [Image.effect_noise(size, 90) for _ in range(3)])


def exif_with_everything(orientation: int = 1) -> Image.Exif:
    """Say who, where and which way up."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Artist] = SECRET.decode()
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (52.0, 5.0, 0.0)
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment] = SECRET
    return exif


def profile() -> bytes:
    """Make a colour profile whose description is our secret."""
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    text = "sRGB built-in".encode("utf-16-be")
    words = SECRET.decode().ljust(len(text) // 2).encode("utf-16-be")
    assert text in made
    return made.replace(text, words)


def iptc() -> bytes:
    """Make the marker in which agencies write who took a photo, and where."""
    said = b"\x1c\x02\x50" + len(SECRET).to_bytes(2, "big") + SECRET
    block = b"8BIM\x04\x04\0\0" + len(said).to_bytes(4, "big") + said + b"\0" * (len(said) % 2)
    return marker(0xED, b"Photoshop 3.0\0" + block)


def marker(name: int, said: bytes) -> bytes:
    """Write one marker of a JPEG."""
    return bytes((0xFF, name)) + (len(said) + 2).to_bytes(2, "big") + said


def full_of_tags(kind: str, orientation: int = 1, image: Image.Image | None = None) -> bytes:
    """Write a photo in which every place for words holds our secret."""
    image = image or halves()
    exif = exif_with_everything(orientation)
    if kind == "HEIF":
        return heic(image, exif=exif.tobytes()[6:], xmp=XMP)
    more: dict[str, object] = {"exif": exif.tobytes(), "icc_profile": profile()}
    if kind == "PNG":
        words = PngImagePlugin.PngInfo()
        words.add_text("Author", SECRET.decode())
        words.add_text("Comment", SECRET.decode(), zip=True)
        words.add_itxt("XML:com.adobe.xmp", XMP.decode())
        words.add(b"prVt", SECRET)
        return encoded(image, kind, pnginfo=words, **more)
    if kind == "JPEG":
        content = encoded(image, kind, comment=SECRET, xmp=XMP, **more)
        return content[:2] + iptc() + marker(0xE9, SECRET) + content[2:]
    return encoded(image, kind, xmp=XMP, **more)


def heic(
    image: Image.Image, *, exif: bytes = b"", xmp: bytes = b"", turn: int = 0, shown: object = None
) -> bytes:
    """Write a photo as an iPhone does; `turn` counts quarters, `shown` lies about the size."""
    configuration, sample = _hevc(image)
    items = [(b"hvc1", sample, b""), (b"Exif", bytes(4) + exif, b"")]
    items.append((b"mime", xmp, b"application/rdf+xml\0"))
    size = shown if isinstance(shown, tuple) else image.size
    properties = configuration + _box(b"ispe", bytes(4) + b"".join(_four(n) for n in size))
    properties += _box(b"irot", bytes((turn,)))
    associated = bytes(4) + _four(1) + _two(1) + bytes((3, 0x81, 2, 0x83))
    listed = b"".join(
        _box(b"infe", b"\x02\0\0\0" + _two(number) + bytes(2) + kind + b"\0" + more)
        for number, (kind, _, more) in enumerate(items, 1)
    )
    tells = b"".join(_box(b"cdsc", _two(n) + _two(1) + _two(1)) for n in (2, 3))
    start = _box(b"ftyp", b"heic" + bytes(4) + b"mif1heic")

    def meta(offset: int) -> bytes:
        places = bytes(4) + b"\x44\0" + _two(len(items))
        for number, (_, content, _) in enumerate(items, 1):
            places += _two(number) + _two(0) + _two(1) + _four(offset) + _four(len(content))
            offset += len(content)
        return _box(
            b"meta",
            bytes(4)
            + _box(b"hdlr", bytes(8) + b"pict" + bytes(13))
            + _box(b"pitm", bytes(4) + _two(1))
            + _box(b"iloc", places)
            + _box(b"iinf", bytes(4) + _two(len(items)) + listed)
            + _box(b"iref", bytes(4) + tells)
            + _box(b"iprp", _box(b"ipco", properties) + _box(b"ipma", associated)),
        )

    before = len(start) + len(meta(0)) + 8
    return start + meta(before) + _box(b"mdat", b"".join(content for _, content, _ in items))


def _hevc(image: Image.Image) -> tuple[bytes, bytes]:
    """Encode one picture, and take it out of the film around it."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as film:
        stream = film.add_stream(
            "libx265", rate=1, options={"x265-params": "keyint=1:bframes=0:log-level=none"}
        )
        stream.width, stream.height = image.size
        stream.pix_fmt = "yuv420p"
        frame = av.VideoFrame(*image.size, "rgb24")
        plane = frame.planes[0]
        row, wide = image.width * 3, plane.line_size
        raw = image.convert("RGB").tobytes()
        plane.update(
            b"".join(raw[y * row : (y + 1) * row].ljust(wide, b"\0") for y in range(image.height))
        )
        frame.pts, frame.time_base = 0, Fraction(1, 1)
        for packet in (*stream.encode(frame), *stream.encode(None)):
            packet.pts = packet.dts = 0
            packet.duration = 1
            film.mux(packet)
    content = out.getvalue()
    return _found(content, b"hvcC"), _found(content, b"mdat")[8:]


def _found(content: bytes, name: bytes) -> bytes:
    start = content.index(name) - 4
    return content[start : start + int.from_bytes(content[start : start + 4], "big")]


def _box(name: bytes, content: bytes) -> bytes:
    return _four(len(content) + 8) + name + content


def _four(number: int) -> bytes:
    return number.to_bytes(4, "big")


def _two(number: int) -> bytes:
    return number.to_bytes(2, "big")
