from __future__ import annotations

import io
import re

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image, ImageChops

from portfolio.media.decoding import limits
from portfolio.media.intake import CleanPaper, Intake, RefusedError
from portfolio.media.refusals import OF_A_PAPER
from tests.media import documents, pictures
from tests.media.documents import DANGEROUS, bomb, opened, plain, unpacked, with_picture, written
from tests.media.pictures import SECRET


def refusal(intake: Intake, *pages: bytes) -> str:
    with pytest.raises(RefusedError) as refused:
        intake.paper(pages)
    assert refused.value.sentence == OF_A_PAPER[refused.value.why]
    return refused.value.why


def shown(content: bytes, page: int = 0) -> Image.Image:
    document = pypdfium2.PdfDocument(content)
    drawn = document[page].render(scale=0.5, may_draw_forms=False, draw_annots=False)
    picture: Image.Image = drawn.to_pil()
    return picture.convert("RGB")


def words(content: bytes, page: int = 0) -> str:
    said: str = pypdfium2.PdfDocument(content)[page].get_textpage().get_text_range()
    return said


def harmless(paper: CleanPaper) -> bytes:
    """See that a clean paper holds pages that draw, and nothing else."""
    bare = unpacked(paper.content)
    assert SECRET not in bare
    assert SECRET.decode().encode("utf-16-be") not in bare
    names = set(re.findall(rb"/([A-Za-z0-9]+)", bare))
    assert names & set(DANGEROUS) == set()
    orderly(paper)
    return bare


def orderly(paper: CleanPaper) -> None:
    """See that a paper has pages and no other parts, whatever its pixels may spell."""
    with opened(paper.content) as pdf:
        assert set(pdf.Root.keys()) == {"/Type", "/Pages"}
        assert set(pdf.trailer.keys()) <= {"/Root", "/Size", "/ID"} | XREF
        assert len(pdf.pages) == paper.pages
        for page in pdf.pages:
            assert set(page.obj.keys()) <= PAGE
        assert not any(isinstance(o, Stream) and "/F" in o.stream_dict for o in pdf.objects)
    small = pictures.opened(paper.small.content)
    assert (small.format, small.size) == ("JPEG", (paper.small.width, paper.small.height))
    assert max(small.size) == limits.SMALL_SIDE


XREF = {"/Type", "/W", "/Index", "/Length", "/Filter", "/DecodeParms"}
PAGE = {"/Type", "/Parent", "/MediaBox", "/CropBox", "/Rotate", "/Resources", "/Contents", "/Group"}


def test_nothing_of_a_dangerous_paper_is_left_but_what_it_draws(quick: Intake) -> None:
    content = documents.full_of_danger()
    assert unpacked(content).count(SECRET) > 40
    bare = harmless(paper := quick.paper([content]))
    assert paper.pages == 2
    assert words(paper.content, 1).strip().startswith("Loonstrook 2")
    assert b"ID abcd" in bare, "a picture inside the text is still drawn"
    assert ImageChops.difference(shown(content), shown(paper.content)).getbbox() is None


def test_what_somebody_filled_in_is_still_there(quick: Intake) -> None:
    paper = quick.paper([documents.filled_in("Amina werkt hier")])
    harmless(paper)
    assert "Amina werkt hier" in words(paper.content)


def test_the_first_page_is_drawn_as_it_looks(quick: Intake) -> None:
    pdf = plain(3)
    pdf.pages[0].obj.Contents = pdf.make_stream(b"1 0 0 rg 0 0 595 421 re f")
    paper = quick.paper([written(pdf)])
    small = pictures.opened(paper.small.content)
    assert small.size == (340, 480)
    top, low = small.getpixel((170, 100)), small.getpixel((170, 400))
    assert isinstance(top, tuple)
    assert isinstance(low, tuple)
    assert min(top) > 240
    assert low[0] > 200
    assert low[1] < 60


def test_a_page_keeps_its_box_its_turn_and_what_it_inherits(quick: Intake) -> None:
    pdf = plain()
    page = pdf.pages[0].obj
    pages = pdf.Root.Pages
    pages.MediaBox, pages.Rotate, pages.Resources = [0, 0, 400, 200], 90, page.Resources
    del page.MediaBox, page.Resources
    page.Contents = pdf.make_stream(b"BT /F 40 Tf 10 100 Td (Erft) Tj ET")
    paper = quick.paper([written(pdf)])
    harmless(paper)
    assert "Erft" in words(paper.content)
    assert (paper.small.width, paper.small.height) == (240, 480)


@pytest.mark.parametrize(("pages", "taken"), [(50, True), (51, False), (500, False)])
def test_fifty_pages_are_taken(quick: Intake, pages: int, *, taken: bool) -> None:
    content = written(plain(pages))
    if taken:
        assert quick.paper([content]).pages == pages
    else:
        assert refusal(quick, content) == "pages"


@pytest.mark.parametrize("secret", ["geheim", ""])
def test_a_locked_paper_is_refused_with_a_sentence(quick: Intake, secret: str) -> None:
    out = io.BytesIO()
    plain().save(out, encryption=pikepdf.Encryption(user=secret, owner="eigenaar"))
    assert refusal(quick, out.getvalue()) == "locked"


def page_tree(kids: int, *, cyclic: bool = False) -> bytes:
    pdf = plain()
    pages = pdf.Root.Pages
    pages.Kids = Array([pages if cyclic else pdf.pages[0].obj] * kids)
    pages.Count = 1
    return written(pdf)


@pytest.mark.parametrize("kids", [60, 100_000])
def test_a_paper_cannot_lie_about_its_pages(quick: Intake, kids: int) -> None:
    assert refusal(quick, page_tree(kids)) in {"pages", "broken", "large"}


def test_pages_that_hold_themselves_are_refused(quick: Intake) -> None:
    assert refusal(quick, page_tree(2, cyclic=True)) in {"broken", "pages", "empty"}


def test_a_form_that_draws_itself_ends(quick: Intake) -> None:
    pdf = plain()
    form = pdf.make_stream(b"/G Do", Type=Name.XObject, Subtype=Name.Form)
    form.BBox, form.Resources = [0, 0, 9, 9], Dictionary(XObject=Dictionary(G=form))
    pdf.pages[0].obj.Resources.XObject = Dictionary(G=form)
    pdf.pages[0].obj.Contents = pdf.make_stream(b"/G Do")
    harmless(quick.paper([written(pdf)]))


@pytest.mark.parametrize(
    ("box", "taken"),
    [
        ([0, 0, 14_400, 14_400], True),
        ([595, 842, 0, 0], True),
        ([-50, -50, 50, 50], True),
        ([0, 0, 10, 9000], True),
        ([0, 0, 10**9, 10**9], False),
        ([0, 0, 0, 0], False),
        ([0, 0, 0.01, 800], False),
    ],
)
def test_a_page_of_any_size_is_drawn_small(quick: Intake, box: list[float], *, taken: bool) -> None:
    pdf = plain()
    pdf.pages[0].obj.MediaBox = Array(box)
    if taken:
        harmless(quick.paper([written(pdf)]))
    else:
        assert refusal(quick, written(pdf)) == "broken"


PACKED = {"Filter": Name.FlateDecode, "BitsPerComponent": 8, "ColorSpace": Name.DeviceGray}


@pytest.mark.parametrize(
    "content",
    [
        with_picture(bomb(600), **PACKED, Width=20_000, Height=5_000),
        with_picture(bomb(600), Filter=Name.FlateDecode, Width=9, Height=9),
        with_picture(
            bomb(600), **PACKED, Width=9, Height=9, DecodeParms=Dictionary(Predictor=12, Columns=9)
        ),
        with_picture(b"x", **PACKED, Width=60_000, Height=60_000),
        with_picture(bomb(2), **PACKED, Width=2**31, Height=2**31),
    ],
    ids=["a picture", "any stream", "a predictor", "a size", "a huge size"],
)
def test_a_bomb_is_refused(quick: Intake, content: bytes) -> None:
    """ASVS 5.2.3."""
    assert len(content) < limits.PAPER_BYTES
    assert refusal(quick, content) in {"large", "broken"}


def test_a_bomb_of_instructions_is_refused(quick: Intake) -> None:
    pdf = plain()
    pdf.pages[0].obj.Contents = pdf.make_stream(bomb(600), Filter=Name.FlateDecode)
    out = io.BytesIO()
    pdf.save(out, compress_streams=False)
    assert refusal(quick, out.getvalue()) in {"large", "broken"}


def test_a_stream_in_another_file_is_not_read(quick: Intake) -> None:
    content = with_picture(b"x", Width=1, Height=1, F=pikepdf.String("/etc/passwd"))
    try:
        harmless(quick.paper([content]))
    except RefusedError as error:
        assert error.why == "broken"  # noqa: PT017 -- both answers are good


def test_what_stands_behind_a_packed_stream_is_gone(quick: Intake) -> None:
    packed = bomb(1) + SECRET
    parms = Dictionary(Predictor=1)
    content = with_picture(packed, **PACKED, Width=1024, Height=1024, DecodeParms=parms)
    assert SECRET in content
    paper = quick.paper([content])
    assert SECRET not in paper.content
    harmless(paper)


@pytest.mark.parametrize("before", [b"PK\x03\x04", b"GIF89a", b"<html>", b"\n\n"])
def test_a_paper_begins_as_a_paper(quick: Intake, before: bytes) -> None:
    assert refusal(quick, before + written(plain())) in {"kind", "broken"}


def test_what_follows_a_paper_does_not_come_along(quick: Intake) -> None:
    harmless(quick.paper([written(plain()) + b"PK\x03\x04" + SECRET + b"<script>"]))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_photos_become_one_paper(quick: Intake, kind: str) -> None:
    pages = [pictures.full_of_tags(kind), pictures.full_of_tags("JPEG", 6)]
    paper = quick.paper(pages)
    bare = harmless(paper)
    assert paper.pages == 2
    for tag in (b"Exif", b"Photoshop", b"ICC_PROFILE"):
        assert tag not in bare
    first, second = shown(paper.content), shown(paper.content, 1)
    assert first.width > first.height
    assert second.height > second.width, "each stands upright"
    assert (paper.small.width, paper.small.height) == (480, 240)


def test_twenty_photos_are_taken_and_not_one_more(quick: Intake) -> None:
    page = pictures.encoded(documents.scanned(), "JPEG")
    assert quick.paper([page] * 20).pages == 20
    assert refusal(quick, *[page] * 21) == "photos"


def test_a_photographed_page_stays_sharp(quick: Intake) -> None:
    paper = quick.paper([pictures.encoded(documents.scanned(size=(3000, 4000)), "JPEG")])
    with opened(paper.content) as pdf:
        picture = pdf.pages[0].obj.Resources.XObject.P
        assert (int(picture.Width), int(picture.Height)) == (1500, limits.PAPER_SIDE)


@pytest.mark.parametrize(
    ("pages", "why"),
    [
        ([], "empty"),
        ([b""], "empty"),
        ([pictures.encoded(documents.scanned(), "JPEG"), b""], "empty"),
        ([b"%PDF-1.7\n" + bytes(limits.PAPER_BYTES)], "large"),
        ([b"%PDF-1.7\n"], "broken"),
        ([b"%PDF-1.7\n%%EOF"], "broken"),
        ([written(pikepdf.new())], "empty"),
        ([written(plain())] * 2, "kind"),
        ([pictures.encoded(documents.scanned(), "GIF")], "kind"),
        ([b"PK\x03\x04" + bytes(99)], "kind"),
    ],
)
def test_what_is_no_paper_is_refused_with_a_sentence(
    quick: Intake, pages: list[bytes], why: str
) -> None:
    assert refusal(quick, *pages) == why
