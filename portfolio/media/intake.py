"""Taking in a photo: its kind by content, limits before decoding, encoded anew and clean.

What comes out is a screen size and a thumbnail, right way up, in sRGB, without any
metadata. What does not live here: sealing and keeping; the entry's models do that.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import filetype
from PIL import Image, ImageCms, ImageOps

from portfolio.languages import mark

LARGEST_BYTES = 20 * 1024 * 1024
LARGEST_PIXELS = 50_000_000
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
LARGE_SIDE = 1600
SMALL_SIDE = 480
QUALITY = 80

# Pillow refuses at twice this size on opening; our own limit is checked then, before decoding.
Image.MAX_IMAGE_PIXELS = LARGEST_PIXELS


EMPTY, LARGE, KIND, BROKEN = "empty", "large", "kind", "broken"
REFUSALS = {
    EMPTY: mark("De foto is leeg. Kies de foto nog een keer."),
    LARGE: mark("De foto is te groot. Maak een nieuwe foto of kies een andere."),
    KIND: mark("Wij kunnen deze foto niet lezen. Kies een foto van je telefoon."),
    BROKEN: mark("Deze foto is stuk. Maak een nieuwe foto of kies een andere."),
}


class PhotoRefusedError(Exception):
    """A photo is not taken; `sentence` says what happened and what to do now."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
        self.sentence = REFUSALS.get(why, REFUSALS[BROKEN])


@dataclass(frozen=True)
class Picture:
    """One encoded size of a photo."""

    content: bytes
    width: int
    height: int


@dataclass(frozen=True)
class CleanPhoto:
    """A photo as it is kept: for the screen and as a thumbnail."""

    large: Picture
    small: Picture


def take_photo(content: bytes) -> CleanPhoto:
    """Decode a photo and encode it anew. Raises PhotoRefusedError with a sentence for the owner."""
    if not content:
        raise PhotoRefusedError(EMPTY)
    if len(content) > LARGEST_BYTES:
        raise PhotoRefusedError(LARGE)
    kind = filetype.guess_mime(content)
    if kind not in FORMATS:
        raise PhotoRefusedError(KIND)
    try:
        return _clean(content, FORMATS[kind])
    except PhotoRefusedError:
        raise
    except Image.DecompressionBombError as error:
        raise PhotoRefusedError(LARGE) from error
    except Exception as error:  # hostile bytes make decoders raise anything
        raise PhotoRefusedError(BROKEN) from error


def _clean(content: bytes, kind: str) -> CleanPhoto:
    with Image.open(io.BytesIO(content), formats=[kind]) as image:
        if image.width * image.height > LARGEST_PIXELS:
            raise PhotoRefusedError(LARGE)
        if kind == "JPEG":
            # Lets the decoder skip detail that the screen size would throw away.
            image.draft("RGB", (LARGE_SIDE, LARGE_SIDE))
        upright = ImageOps.exif_transpose(image)
        flat = _to_srgb(upright)
    large = ImageOps.contain(flat, (LARGE_SIDE, LARGE_SIDE)) if _over(flat, LARGE_SIDE) else flat
    small = ImageOps.contain(large, (SMALL_SIDE, SMALL_SIDE)) if _over(flat, SMALL_SIDE) else large
    return CleanPhoto(_encode(large), _encode(small))


def _over(image: Image.Image, side: int) -> bool:
    return max(image.size) > side


def _to_srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I"):
        # 16 bits a pixel: only the upper half is kept, or else all of it would be white.
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode in ("RGBA", "LA", "P", "PA"):
        layer = image.convert("RGBA")
        paper = Image.new("RGBA", layer.size, "white")
        image = Image.alpha_composite(paper, layer).convert("RGB")
    if profile and image.mode in ("RGB", "CMYK", "L"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            turned = ImageCms.profileToProfile(
                image, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except (ImageCms.PyCMSError, OSError):
            # A broken profile costs a little colour, not the photo.
            turned = None
        if turned is not None:
            image = turned
    return image.convert("RGB")


def _encode(image: Image.Image) -> Picture:
    # A new image from bare pixels: comments, profiles and tags have nothing to hang on.
    bare = Image.frombytes("RGB", image.size, image.tobytes())
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return Picture(out.getvalue(), *bare.size)
