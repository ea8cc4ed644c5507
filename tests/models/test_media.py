from __future__ import annotations

import io

import pytest
from PIL import ExifTags, Image, ImageCms, PngImagePlugin

from portfolio.media import intake
from portfolio.media.intake import PhotoRefusedError, take_photo

SECRET = b"kanarie"


def encoded(image: Image.Image, kind: str, **more: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def halves(size: tuple[int, int] = (400, 200)) -> Image.Image:
    """Draw a picture that is red on the left and blue on the right."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    return image


def exif_with_everything(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Artist] = SECRET.decode()
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (52.0, 5.0, 0.0)
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment] = SECRET
    return exif


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_kind_comes_out_without_any_metadata(kind: str) -> None:
    """ASVS 5.0 14.2.8: metadata that may identify a person is removed."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    more: dict[str, object] = {"exif": exif_with_everything().tobytes(), "icc_profile": profile}
    if kind == "JPEG":
        more |= {"comment": SECRET, "xmp": b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"}
    if kind == "WEBP":
        more |= {"xmp": b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"}
    if kind == "PNG":
        words = PngImagePlugin.PngInfo()
        words.add_text("Author", SECRET.decode())
        words.add_itxt("XML:com.adobe.xmp", SECRET.decode())
        more["pnginfo"] = words
    content = encoded(halves(), kind, **more)
    assert SECRET in content
    photo = take_photo(content)
    for picture in (photo.large, photo.small):
        assert SECRET not in picture.content
        for tag in (b"Exif", b"GPS", b"xmp", b"ICC_PROFILE", b"Photoshop"):
            assert tag not in picture.content
        image = opened(picture.content)
        assert image.format == "JPEG"
        assert dict(image.getexif()) == {}
        assert not {"comment", "icc_profile", "xmp", "exif"} & image.info.keys()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_stands_the_right_way_up(orientation: int) -> None:
    turned = halves()
    # What a camera stores for each orientation is the picture turned the other way.
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    if orientation in undo:
        turned = turned.transpose(undo[orientation])
    photo = take_photo(encoded(turned, "JPEG", exif=exif_with_everything(orientation).tobytes()))
    image = opened(photo.large.content)
    assert image.size == (400, 200)
    left, right = image.getpixel((20, 100)), image.getpixel((380, 100))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert left[0] > 200 > left[2]
    assert right[2] > 200 > right[0]


@pytest.mark.parametrize("size", [(4000, 3000), (3000, 4000), (300, 200), (6000, 30)])
def test_it_comes_in_two_sizes_and_never_grows(size: tuple[int, int]) -> None:
    photo = take_photo(encoded(halves(size), "JPEG"))
    for picture, longest in ((photo.large, intake.LARGE_SIDE), (photo.small, intake.SMALL_SIDE)):
        assert opened(picture.content).size == (picture.width, picture.height)
        assert max(picture.width, picture.height) == min(longest, max(size))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_every_way_of_colouring_is_taken(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    source = halves().convert("L") if mode == "I;16" else halves()
    photo = take_photo(encoded(source.convert(mode), kind))
    assert opened(photo.large.content).mode == "RGB"


def test_sixteen_bits_a_pixel_keep_their_shades() -> None:
    grey = Image.new("I;16", (60, 40), 128 * 256)
    assert opened(take_photo(encoded(grey, "PNG")).large.content).getpixel((30, 20)) == (128,) * 3


def test_what_is_see_through_becomes_paper() -> None:
    photo = take_photo(encoded(Image.new("RGBA", (50, 50), (0, 0, 0, 0)), "PNG"))
    assert opened(photo.large.content).getpixel((25, 25)) == (255, 255, 255)


def test_a_colour_profile_becomes_plain_colours() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    photo = take_photo(encoded(halves(), "JPEG", icc_profile=profile))
    assert opened(photo.large.content).size == (400, 200)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", intake.EMPTY),
        (b"<html><script>alert(1)</script>", intake.KIND),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", intake.KIND),
        (b"%PDF-1.7\n", intake.KIND),
        (encoded(Image.new("RGB", (9, 9)), "GIF"), intake.KIND),
        (encoded(Image.new("RGB", (9, 9)), "BMP"), intake.KIND),
        (encoded(Image.new("RGB", (9, 9)), "TIFF"), intake.KIND),
        (b"\xff\xd8\xff" + b"\x00" * 500, intake.BROKEN),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 500, intake.BROKEN),
        (b"RIFF\x00\x01\x00\x00WEBPVP8 " + b"\x00" * 500, intake.BROKEN),
        (encoded(halves((800, 800)), "JPEG")[:-2000], intake.BROKEN),
        (encoded(halves((800, 800)), "PNG")[:-200], intake.BROKEN),
        (b"\xff\xd8\xff" + bytes(intake.LARGEST_BYTES), intake.LARGE),
    ],
)
def test_what_is_no_whole_photo_is_refused_with_a_sentence(content: bytes, why: str) -> None:
    with pytest.raises(PhotoRefusedError) as refused:
        take_photo(content)
    assert refused.value.why == why
    assert refused.value.sentence == intake.REFUSALS[why]


@pytest.mark.parametrize("size", [(10_000, 5_001), (30_000, 30_000)])
def test_too_many_pixels_are_refused_before_they_are_decoded(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    # One bit a pixel: a small file that would unpack to hundreds of megabytes.
    content = encoded(Image.new("1", size), "PNG")
    assert len(content) < intake.LARGEST_BYTES

    def decode(*_args: object, **_kw: object) -> None:
        message = "it was decoded"
        raise AssertionError(message)

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", decode)
    with pytest.raises(PhotoRefusedError) as refused:
        take_photo(content)
    assert refused.value.why == intake.LARGE


def test_a_kind_is_known_by_content_and_not_by_what_stands_before_it() -> None:
    hidden = b"GIF89a" + encoded(halves(), "JPEG")
    with pytest.raises(PhotoRefusedError):
        take_photo(hidden)
    # Whatever follows the picture in its file does not come along.
    photo = take_photo(encoded(halves(), "JPEG") + b"<script>" + SECRET)
    assert SECRET not in photo.large.content
