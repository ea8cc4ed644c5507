"""PDFs for the tests, with everything in them that must not come out."""

from __future__ import annotations

import io
import zlib
from functools import cache

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, String
from PIL import Image

from tests.media.pictures import SECRET, XMP, full_of_tags, profile

WORD = SECRET.decode()
# What could run, reach out, carry or tell; none of these names is left in a clean PDF.
DANGEROUS = b"""
    OpenAction AA JavaScript JS EmbeddedFiles EmbeddedFile RichMedia Launch URI GoToR GoToE
    SubmitForm ImportData XFA AcroForm Metadata PieceInfo Thumb OCProperties OCG Names Outlines
    Annots Annot StructTreeRoot Info Author Filespec EF AF Collection SpiderInfo OPI Alternates
    Ref ICCBased LastModified ActualText Properties Movie Sound Rendition UserUnit
""".split()


def written(pdf: Pdf) -> bytes:
    """Give the bytes of a PDF."""
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def opened(content: bytes) -> Pdf:
    """Read a PDF that must be whole."""
    return pikepdf.open(io.BytesIO(content))


def unpacked(content: bytes) -> bytes:
    """Write a PDF with nothing compressed, so that every word in it can be found."""
    out = io.BytesIO()
    with opened(content) as pdf:
        pdf.save(
            out,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    return out.getvalue()


def plain(pages: int = 1, text: str = "Loonstrook") -> Pdf:
    """Make a PDF with a line of text on each page."""
    pdf = pikepdf.new()
    font = pdf.make_indirect(
        Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    )
    for number in range(pages):
        drawn = f"BT /F 40 Tf 60 600 Td ({text} {number + 1}) Tj ET".encode()
        page = Dictionary(
            Type=Name.Page,
            MediaBox=Array([0, 0, 595, 842]),
            Resources=Dictionary(Font=Dictionary(F=font)),
            Contents=pdf.make_stream(drawn),
        )
        pdf.pages.append(Page(pdf.make_indirect(page)))
    return pdf


def script() -> Dictionary:
    """Make an action that would run."""
    return Dictionary(S=Name.JavaScript, JS=String(f"app.alert('{WORD}')"))


def full_of_danger() -> bytes:
    """Make a PDF that tries everything that a PDF can try."""
    pdf = plain(2)
    _arm_catalogue(pdf)
    for page in pdf.pages:
        _arm_page(pdf, page.obj)
    pdf.docinfo["/Author"] = WORD
    return written(pdf)


def _arm_catalogue(pdf: Pdf) -> None:
    root = pdf.Root
    said = pdf.make_stream(XMP, Type=Name.Metadata, Subtype=Name.XML)
    root.Metadata, root.OpenAction = said, script()
    root.AA = Dictionary(WC=script(), WS=script())
    pdf.attachments[f"{WORD}.exe"] = b"MZ" + SECRET
    root.Names.JavaScript = Dictionary(Names=Array([String(WORD), script()]))
    root.Outlines = pdf.make_indirect(
        Dictionary(First=pdf.make_indirect(Dictionary(Title=String(WORD), A=script())))
    )
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String(WORD)))
    root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(Order=Array([layer])))
    root.PieceInfo = Dictionary(Word=Dictionary(Private=String(WORD)))
    root.Collection, root.SpiderInfo = Dictionary(Type=Name.Collection), Dictionary(V=1)
    root.StructTreeRoot = Dictionary(K=Dictionary(S=Name.P, ActualText=String(WORD)))
    root.AcroForm = Dictionary(
        XFA=pdf.make_stream(b"<xdp>" + SECRET + b"</xdp>"),
        Fields=Array([]),
        DA=String("/F 12 Tf"),
    )
    root.Lang = String(WORD)


def _arm_page(pdf: Pdf, page: Object) -> None:
    tell = pdf.make_stream(XMP, Type=Name.Metadata, Subtype=Name.XML)
    picture = _picture(pdf)
    picture.Metadata, picture.PieceInfo = tell, Dictionary(Private=String(WORD))
    picture.OPI = Dictionary({"/2.0": Dictionary(F=String(WORD))})
    picture.Alternates = Array([Dictionary(Image=_picture(pdf), DefaultForPrinting=True)])
    form = pdf.make_stream(b"% " + SECRET + b"\n0 0 9 9 re f", LastModified=String(WORD))
    form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 9, 9])
    form.Ref = Dictionary(F=String(WORD), Page=0)
    form.Metadata = tell
    page.Resources.XObject = Dictionary(P=picture, G=form)
    page.Resources.Properties = Dictionary(M=Dictionary(Private=String(WORD)))
    page.Resources.ColorSpace = Dictionary(
        C=Array([Name.ICCBased, pdf.make_stream(profile(), N=3)])
    )
    page.AA, page.Thumb, page.Metadata = Dictionary(O=script()), _picture(pdf), tell
    page.PieceInfo, page.LastModified = Dictionary(Private=String(WORD)), String(WORD)
    page.Annots = Array([pdf.make_indirect(each) for each in _annotations(pdf)])
    page.Contents = Array([page.Contents, pdf.make_stream(_drawn())])


def _drawn() -> bytes:
    word = SECRET
    return (
        b"% " + word + b"\n/Span <</ActualText (" + word + b")>> BDC /M /M DP /" + word + b" BMC "
        b"/C cs 1 0 0 sc q 100 0 0 100 60 300 cm /P Do Q /G Do EMC EMC "
        b"q 50 0 0 50 300 300 cm BI /W 2 /H 2 /BPC 8 /CS /G ID abcd EI Q "
        b"q BI /W 2 /H 2 /BPC 8 /CS /G /F /DCT ID " + word + b" EI Q"
    )


def _picture(pdf: Pdf) -> Object:
    picture = pdf.make_stream(full_of_tags("JPEG"))
    picture.Type, picture.Subtype, picture.Filter = Name.XObject, Name.Image, Name.DCTDecode
    picture.Width, picture.Height, picture.BitsPerComponent = 400, 200, 8
    picture.ColorSpace = Name.DeviceRGB
    return picture


def _annotations(pdf: Pdf) -> list[Dictionary]:
    place = Array([10, 10, 90, 90])
    actions = [
        script(),
        Dictionary(S=Name.URI, URI=String(f"https://{WORD}.example/")),
        Dictionary(S=Name.Launch, F=String(f"{WORD}.exe")),
        Dictionary(S=Name.GoToR, F=String(f"{WORD}.pdf"), D=Array([0, Name.Fit])),
        Dictionary(S=Name.SubmitForm, F=String(f"https://{WORD}.example/")),
        Dictionary(S=Name.ImportData, F=String(WORD)),
    ]
    links = [Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=place, A=a) for a in actions]
    file = Dictionary(Type=Name.Filespec, F=String(WORD), EF=Dictionary(F=pdf.make_stream(SECRET)))
    return [
        *links,
        Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=place, FS=file),
        Dictionary(Type=Name.Annot, Subtype=Name.RichMedia, Rect=place, RichMediaContent=file),
        Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=place, Contents=String(WORD)),
    ]


def filled_in(text: str) -> bytes:
    """Make a form in which somebody wrote something."""
    pdf = plain()
    field = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Tx,
            T=String("naam"),
            V=String(text),
            DA=String("/Helv 30 Tf 0 g"),
            Rect=Array([60, 300, 500, 360]),
            F=4,
        )
    )
    pdf.pages[0].obj.Annots = Array([field])
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    resources = Dictionary(Font=Dictionary(Helv=font))
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]), DR=resources, NeedAppearances=True)
    return written(pdf)


def with_drawing(drawn: bytes, **more: object) -> bytes:
    """Make a PDF whose one page draws this."""
    pdf = plain()
    pdf.pages[0].obj.Contents = pdf.make_stream(drawn, **more)
    return written(pdf)


def with_picture(packed: bytes, **said: object) -> bytes:
    """Make a PDF with one picture, which says this about itself."""
    pdf = plain()
    picture = pdf.make_stream(packed, Type=Name.XObject, Subtype=Name.Image, **said)
    pdf.pages[0].obj.Resources.XObject = Dictionary(P=picture)
    pdf.pages[0].obj.Contents = pdf.make_stream(b"q 400 0 0 400 60 60 cm /P Do Q")
    out = io.BytesIO()
    pdf.save(out, compress_streams=False)
    return out.getvalue()


@cache
def bomb(megabytes: int) -> bytes:
    """Pack so many megabytes of nothing into a thousandth."""
    packer, nothing = zlib.compressobj(9), bytes(2**20)
    # After a full flush every megabyte is packed alike, so that one stands for all that follow.
    parts = [packer.compress(nothing) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2)]
    checksum = (megabytes * 2**20 % 65521 << 16) + 1
    end = b"\x03\x00" + checksum.to_bytes(4, "big")
    return parts[0] + parts[1] * (megabytes - 1) + end


def scanned(colour: str = "white", size: tuple[int, int] = (300, 400)) -> Image.Image:
    """Photograph a paper."""
    return Image.new("RGB", size, colour)
