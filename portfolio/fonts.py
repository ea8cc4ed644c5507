"""Fonts for scripts that a library PC may lack: cut to size at set-up, served by us.

A language that needs one has a style sheet of its own (static/fonts-*.css), so a Dutch page
loads no font but the few letters in which such a language is called by its own name: whoever
looks for it must be able to read it. A font that the device has itself is used before ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import fontpkg_almarai
import justmytype_intl_africa
from fontTools import subset
from fontTools.varLib import instancer

from portfolio.languages import LANGUAGES
from portfolio.migrations import folder_of


@dataclass(frozen=True)
class Cut:
    """One font file to cut: its name here, where it comes from, and which signs it keeps."""

    name: str
    source: Path
    signs: tuple[int, ...]


# The Arabic block and its supplement (Persian, Urdu, Kurdish), the joiners and the space.
ARABIC = (*range(0x0600, 0x0700), *range(0x0750, 0x0780), 0x200C, 0x200D, 0x20)
ALMARAI = fontpkg_almarai.ROOT / "files"
# The Ethiopic block with its supplement (Tigrinya has all it needs there), and the space.
ETHIOPIC = (*range(0x1200, 0x13A0), 0x20)
# The letters of ትግርኛ, the name among the languages on every page.
NAMES = tuple(sorted(map(ord, set(LANGUAGES["ti"].name))))
AFRICA = Path(justmytype_intl_africa.__file__).parent / "fonts" / "ofl"
NOTO_ETHIOPIC = AFRICA / "notosansethiopic" / "NotoSansEthiopic[wdth,wght].ttf"
CUTS = (
    Cut("arabic-400.woff2", ALMARAI / "Almarai-Regular.ttf", ARABIC),
    Cut("ethiopic-400.woff2", NOTO_ETHIOPIC, ETHIOPIC),
    Cut("names-400.woff2", NOTO_ETHIOPIC, NAMES),
)


def cut_fonts(folder: Path) -> list[Path]:
    """Cut the fonts that are not there yet. Gives the files."""
    folder.mkdir(parents=True, exist_ok=True)
    for cut in CUTS:
        if not (folder / cut.name).is_file():
            _cut(cut, folder / cut.name)
    return [folder / cut.name for cut in CUTS]


def _cut(cut: Cut, target: Path) -> None:
    options = subset.Options(flavor="woff2", layout_features=["*"], hinting=False)
    font = subset.load_font(str(cut.source), options)
    if "fvar" in font:
        # One weight, as wide as it is drawn: the others would be ten times as much to fetch.
        instancer.instantiateVariableFont(font, {"wght": 400, "wdth": 100}, inplace=True)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=cut.signs)
    cutter.subset(font)
    part = target.with_suffix(".part")
    subset.save_font(font, str(part), options)
    # Renamed when whole, so that a set-up that was cut off leaves no half font.
    part.rename(target)


if __name__ == "__main__":
    cut_fonts(folder_of("static") / "fonts")
