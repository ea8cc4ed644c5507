"""A photo, decoded and encoded anew: upright, in sRGB, bare pixels, in two sizes.

What does not live here: which kinds are taken; the intake knows that by the first bytes.
"""

from __future__ import annotations

import io
import math
import struct
import warnings

import pi_heif
from PIL import ExifTags, Image, ImageCms, WebPImagePlugin

from .clean import LARGE, CleanPhoto, NotTakenError, Picture
from .limits import LARGE_BYTES, LARGE_SIDE, PHOTO_PIXELS, SMALL_SIDE

BEST, BETWEEN, LEAST = 80, 67, 55
# A picture that is all noise is too large even so; then it loses pixels, at least so many.
SMALLER = 0.95
FORMATS = frozenset({"JPEG", "PNG", WebPImagePlugin.WebPImageFile.format, "HEIF"})

# What makes a picture upright, by what its camera says about the way it was held.
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# Pillow refuses at twice this size on opening; our own limit is checked then, before decoding.
Image.MAX_IMAGE_PIXELS = PHOTO_PIXELS
# A worker opens no file any more once it decodes, so every format is loaded now.
Image.preinit()
# The depth map, the thumbnail and other pictures beside the one are never decoded.
pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
pi_heif.options.DECODE_THREADS = 1


def clean_photo(content: bytes, kind: str = "JPEG") -> CleanPhoto:
    """Make a photo clean in its two sizes. Raises NotTakenError, or whatever a decoder raises."""
    flat = upright_photo(content, kind, LARGE_SIDE)
    large = _encode_within(flat, LARGE_BYTES)
    small = encode(contain(flat, SMALL_SIDE), BEST)
    return CleanPhoto(large, small)


def upright_photo(content: bytes, kind: str, side: int) -> Image.Image:
    """Decode a photo, upright and in sRGB, with the longest side at most `side` pixels."""
    if kind not in FORMATS:
        raise ValueError(kind)
    with warnings.catch_warnings(action="ignore"), _opened(content, kind) as image:
        if image.width * image.height > PHOTO_PIXELS:
            raise NotTakenError(LARGE)
        if kind == "JPEG":
            # Lets the decoder skip detail that the screen size would throw away.
            image.draft("RGB", (side, side))
        image.load()
        turn = _turn_of(image)
        flat = _to_srgb(contain(_with_shades(image), side))
    return flat if turn is None else flat.transpose(turn)


def _opened(content: bytes, kind: str) -> Image.Image:
    try:
        return Image.open(io.BytesIO(content), formats=[kind])
    except Image.DecompressionBombError as error:
        raise NotTakenError(LARGE) from error


def contain(image: Image.Image, side: int) -> Image.Image:
    """Make a picture smaller until it fits in a square; it never grows."""
    if max(image.size) <= side:
        return image
    scale = side / max(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    smaller = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    # The colours are still to be read from it.
    smaller.info = image.info
    return smaller


def _turn_of(image: Image.Image) -> Image.Transpose | None:
    try:
        return TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 0))
    except (OSError, ValueError, SyntaxError, struct.error, TypeError):
        # A broken tag costs the way up, not the photo.
        return None


def _with_shades(image: Image.Image) -> Image.Image:
    """Give a picture shades in which it can be made smaller."""
    info = image.info
    if image.mode.startswith("I"):
        # 16 bits a pixel: only the upper half is kept, or else all of it would be white.
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    elif image.mode in ("P", "PA"):
        image = image.convert("RGBA")
    elif image.mode == "1":
        image = image.convert("L")
    image.info = info
    return image


def _to_srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if image.mode in ("RGBA", "LA"):
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


def _encode_within(image: Image.Image, largest: int) -> Picture:
    """Encode within so many bytes: as good as it may be, then less good, then smaller."""
    picture = encode(image, BEST)
    if len(picture.content) <= largest:
        return picture
    while len((picture := encode(image, LEAST)).content) > largest:
        shrink = min(SMALLER, math.sqrt(largest / len(picture.content)))
        image = contain(image, int(max(image.size) * shrink))
    better = encode(image, BETWEEN)
    return better if len(better.content) <= largest else picture


def encode(image: Image.Image, quality: int) -> Picture:
    """Encode a picture in sRGB as a JPEG that says nothing but its pixels."""
    # A new image from bare pixels: comments, profiles and tags have nothing to hang on.
    bare = Image.frombytes("RGB", image.size, image.tobytes())
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    return Picture(out.getvalue(), *bare.size)
