from __future__ import annotations

import io

import pytest
from PIL import ExifTags, Image, ImageCms

from portfolio.media.decoding import limits
from portfolio.media.decoding.photo import clean_photo
from portfolio.media.intake import Intake, RefusedError
from portfolio.media.refusals import OF_A_PHOTO
from tests.media.pictures import (
    SECRET,
    encoded,
    exif_with_everything,
    full_of_tags,
    halves,
    heic,
    noise,
    opened,
)

KINDS = ["JPEG", "PNG", "WEBP", "HEIF"]
TAGS = (b"Exif", b"GPS", b"xmp", b"ICC_PROFILE", b"Photoshop", b"8BIM", b"Adobe")


def bare(content: bytes) -> Image.Image:
    """Decode a JPEG and see that it says nothing but its pixels."""
    for tag in (SECRET, SECRET.decode().encode("utf-16-be"), *TAGS):
        assert tag not in content
    image = opened(content)
    assert image.format == "JPEG"
    assert image.mode == "RGB"
    assert dict(image.getexif()) == {}
    assert image.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"} | {
        "progressive",
        "progression",
    }
    assert [name for name, _ in getattr(image, "applist", [])] == ["APP0"]
    return image


def red_then_blue(image: Image.Image) -> bool:
    left, right = image.getpixel((20, 100)), image.getpixel((380, 100))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    return left[0] > 200 > left[2] and right[2] > 200 > right[0]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_comes_out_without_any_metadata(quick: Intake, kind: str) -> None:
    """ASVS 14.2.8: metadata that may identify a person is removed."""
    content = full_of_tags(kind)
    assert SECRET in content
    photo = quick.photo(content)
    for picture in (photo.large, photo.small):
        assert bare(picture.content).size == (400, 200)
        assert (picture.width, picture.height) == (400, 200)
        assert red_then_blue(opened(picture.content))


# What a camera stores for each orientation is the picture turned the other way.
UNDO = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_stands_the_right_way_up(quick: Intake, orientation: int, kind: str) -> None:
    turned = halves()
    if orientation in UNDO:
        turned = turned.transpose(UNDO[orientation])
    photo = quick.photo(full_of_tags(kind, orientation, turned))
    image = bare(photo.large.content)
    assert image.size == (400, 200)
    assert red_then_blue(image)


@pytest.mark.parametrize("turn", range(4))
def test_an_iphone_picture_stands_the_right_way_up(quick: Intake, turn: int) -> None:
    """Its box says the way up; what the camera writes besides is not done a second time."""
    held = halves().rotate(-90 * turn, expand=True)
    exif = exif_with_everything(6 if turn else 1).tobytes()[6:]
    image = bare(quick.photo(heic(held, exif=exif, turn=turn)).large.content)
    assert image.size == (400, 200)
    assert red_then_blue(image)


def test_a_large_photo_is_turned_too(quick: Intake) -> None:
    sideways = halves((4000, 2000)).convert("P").transpose(UNDO[6])
    exif = exif_with_everything(6).tobytes()
    image = bare(quick.photo(encoded(sideways, "PNG", exif=exif)).small.content)
    assert image.size == (480, 240)
    assert red_then_blue(image.resize((400, 200)))


@pytest.mark.parametrize("size", [(4000, 3000), (3000, 4000), (300, 200), (6000, 30), (9000, 1)])
def test_it_comes_in_two_sizes_and_never_grows(size: tuple[int, int]) -> None:
    photo = clean_photo(encoded(halves(size), "JPEG"))
    for picture, longest in ((photo.large, limits.LARGE_SIDE), (photo.small, limits.SMALL_SIDE)):
        assert opened(picture.content).size == (picture.width, picture.height)
        assert max(picture.width, picture.height) == min(longest, max(size))


def test_the_large_size_is_never_too_large_to_send() -> None:
    photo = clean_photo(encoded(noise((2000, 1500)), "JPEG"))
    assert len(photo.large.content) <= limits.LARGE_BYTES
    assert max(photo.large.width, photo.large.height) >= limits.SMALL_SIDE
    calm = clean_photo(encoded(halves((2000, 1500)), "JPEG"))
    assert calm.large.width == limits.LARGE_SIDE


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGBA", "I;16", "CMYK"])
@pytest.mark.parametrize("size", [(400, 200), (3200, 1600)])
def test_every_way_of_colouring_is_taken(mode: str, size: tuple[int, int]) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    source = halves(size)
    source = source.convert("L") if mode == "I;16" else source
    source = source.convert("RGBA").convert("P") if mode == "PA" else source.convert(mode)
    photo = clean_photo(encoded(source, kind), kind)
    assert opened(photo.large.content).mode == "RGB"


def test_sixteen_bits_a_pixel_keep_their_shades() -> None:
    grey = Image.new("I;16", (60, 40), 128 * 256)
    clean = clean_photo(encoded(grey, "PNG"), "PNG").large.content
    assert opened(clean).getpixel((30, 20)) == (128,) * 3


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
@pytest.mark.parametrize("size", [(50, 50), (2000, 2000)])
def test_what_is_see_through_becomes_paper(kind: str, size: tuple[int, int]) -> None:
    photo = clean_photo(encoded(Image.new("RGBA", size, (0, 0, 0, 0)), kind), kind)
    assert opened(photo.large.content).getpixel((25, 25)) == (255, 255, 255)


@pytest.mark.parametrize(
    "profile", [ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes(), b"x" * 900]
)
def test_a_strange_colour_profile_costs_colour_and_not_the_photo(profile: bytes) -> None:
    photo = clean_photo(encoded(halves(), "JPEG", icc_profile=profile))
    assert opened(photo.large.content).size == (400, 200)


def test_a_broken_tag_costs_the_way_up_and_not_the_photo() -> None:
    exif = bytearray(exif_with_everything(6).tobytes())
    exif[10:14] = b"\xff\xff\xff\x7f"
    assert clean_photo(encoded(halves(), "JPEG", exif=bytes(exif))).large.width == 400


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_a_moving_picture_the_first_is_kept(kind: str) -> None:
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    content = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
    pixel = opened(clean_photo(content, kind).large.content).getpixel((20, 20))
    assert isinstance(pixel, tuple)
    assert pixel[0] > 200 > pixel[2]


@pytest.mark.parametrize("orientation_tag", [ExifTags.Base.Orientation])
def test_bare_pixels_are_encoded(orientation_tag: int) -> None:
    """A picture that was opened and saved would keep its comment; ours has none to keep."""
    with Image.open(io.BytesIO(full_of_tags("JPEG", 3))) as image:
        assert image.getexif()[orientation_tag] == 3
        assert SECRET in image.info["comment"]
    bare(clean_photo(full_of_tags("JPEG", 3)).large.content)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"<html><script>alert(1)</script>", "kind"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "kind"),
        (b"%PDF-1.7\n", "kind"),
        (encoded(Image.new("RGB", (9, 9)), "GIF"), "kind"),
        (encoded(Image.new("RGB", (9, 9)), "BMP"), "kind"),
        (encoded(Image.new("RGB", (9, 9)), "TIFF"), "kind"),
        (b"\0\0\0\x18ftypavif" + bytes(90), "kind"),
        (b"\xff\xd8\xff" + b"\x00" * 500, "broken"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 500, "broken"),
        (b"RIFF\x00\x01\x00\x00WEBPVP8 " + b"\x00" * 500, "broken"),
        (b"\0\0\0\x18ftypheic" + bytes(90), "broken"),
        (encoded(halves((800, 800)), "JPEG")[:-2000], "broken"),
        (encoded(halves((800, 800)), "PNG")[:-200], "broken"),
        (b"\xff\xd8\xff" + bytes(limits.PHOTO_BYTES), "large"),
    ],
)
def test_what_is_no_whole_photo_is_refused_with_a_sentence(
    quick: Intake, content: bytes, why: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        quick.photo(content)
    assert refused.value.why == why
    assert refused.value.sentence == OF_A_PHOTO[why]


@pytest.mark.parametrize("size", [(10_000, 5_001), (30_000, 30_000)])
def test_too_many_pixels_are_refused_before_they_are_decoded(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch, quick: Intake
) -> None:
    """ASVS 5.2.6."""
    # One bit a pixel: a small file that would unpack to hundreds of megabytes.
    content = encoded(Image.new("1", size), "PNG")
    assert len(content) < limits.PHOTO_BYTES
    with pytest.raises(RefusedError) as refused:
        quick.photo(content)
    assert refused.value.why == "large"

    def decode(*_args: object, **_kw: object) -> None:
        message = "it was decoded"
        raise AssertionError(message)

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", decode)
    with pytest.raises(Exception, match="large"):
        clean_photo(content, "PNG")


def test_a_kind_is_known_by_content_and_not_by_what_stands_before_it(quick: Intake) -> None:
    with pytest.raises(RefusedError):
        quick.photo(b"GIF89a" + encoded(halves(), "JPEG"))
    # Whatever follows the picture in its file does not come along.
    photo = quick.photo(encoded(halves(), "JPEG") + b"<script>" + SECRET)
    assert SECRET not in photo.large.content
