"""Files that are markup: no drawing, page or parcel of XML comes in by any door."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from portfolio.media.intake import RefusedError

if TYPE_CHECKING:
    from portfolio.media.intake import Intake

SVG = "<svg xmlns='http://www.w3.org/2000/svg' {}>{}</svg>"
ENTITY = "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"
BILLION = "<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;'>]>"
DRAWINGS = (
    SVG.format("", ""),
    SVG.format("onload='alert(1)'", ""),
    SVG.format("", "<script>alert(1)</script>"),
    SVG.format("", "<image href='http://127.0.0.1/x.png'/>"),
    SVG.format("", "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'/></foreignObject>"),
    SVG.format("", "<use href='data:image/svg+xml;base64,PHN2Zy8+#x'/>"),
    "<?xml version='1.0'?>" + SVG.format("", ""),
    "<?xml version='1.0' encoding='utf-16'?>" + SVG.format("", ""),
    "\ufeff" + SVG.format("", ""),
    "\n\n  <!-- " + "x" * 5000 + " -->" + SVG.format("", ""),
    "<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'http://127.0.0.1/x.dtd'>" + SVG.format("", ""),
    "GIF89a" + SVG.format("", ""),
)
ENTITIES = (
    ENTITY + SVG.format("", "<text>&e;</text>"),
    BILLION + SVG.format("", "<text>&c;</text>"),
    "<?xml version='1.0'?>" + ENTITY + "<x:xmpmeta xmlns:x='adobe:ns:meta/'>&e;</x:xmpmeta>",
    "<?xml version='1.0'?>" + ENTITY + "<html>&e;</html>",
)


def parcel(name: str, text: str) -> bytes:
    """Make a file of an office program: a parcel of XML."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", text)
        made.writestr(name, text)
    return out.getvalue()


def refused_everywhere(intake: Intake, content: bytes) -> None:
    """Knock at every door."""
    for door in (intake.photo, intake.sound, lambda each: intake.paper([each])):
        with pytest.raises(RefusedError):
            door(content)


def test_no_drawing_comes_in(quick: Intake) -> None:
    """ASVS 1.3.4. Each SVG is refused at each door, whatever stands before it or in it."""
    for each in DRAWINGS:
        refused_everywhere(quick, each.encode())
        refused_everywhere(quick, each.encode("utf-16"))


def test_no_entity_is_looked_up(quick: Intake) -> None:
    """ASVS 1.5.1. XML is refused as a file, also in a parcel, and dropped unread in a photo."""
    for each in ENTITIES:
        refused_everywhere(quick, each.encode())
        for name in ("word/document.xml", "xl/workbook.xml", "content.xml"):
            refused_everywhere(quick, parcel(name, each))
        photo = io.BytesIO()
        Image.new("RGB", (60, 40), "navy").save(photo, "JPEG", xmp=each.encode())
        kept = quick.photo(photo.getvalue())
        for size in (kept.large, kept.small):
            assert b"xmpmeta" not in size.content
            assert b"root:" not in size.content
            assert b"ENTITY" not in size.content
