"""The font of the printed certificate: Noto Serif SC (思源宋体, SIL OFL 1.1), embedded as far as it is used.

It is not part of the package: 15 MB a weight. It is found, in this order, where the setting says, in a clone's
node_modules (`@expo-google-fonts/noto-serif-sc`), or where Debian's fonts-noto-cjk puts it.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ledger.errors import NotFound

_PACKAGE: Final = Path("node_modules/@expo-google-fonts/noto-serif-sc")
_DEBIAN: Final = Path("/usr/share/fonts/opentype/noto")
_SIMPLIFIED_CHINESE: Final = 2
"""Index of SC in the collections of fonts-noto-cjk (JP, KR, SC, TC, HK)."""


@dataclass(frozen=True, slots=True)
class FontFiles:
    """A regular and a bold face, and their index in a collection."""

    regular: Path
    bold: Path
    index: int = 0


def find_font(chosen: Path | None = None) -> FontFiles:
    """The font files to print with. Raises NotFound saying how to get one.

    Args:
        chosen: a TrueType or OpenType file for both faces; nothing else is looked for then.
    """
    if chosen is not None:
        if not chosen.is_file():
            raise NotFound(f"there is no font at {chosen}: set MULU_FONT to a font file with Chinese glyphs")
        return FontFiles(chosen, chosen, _SIMPLIFIED_CHINESE if chosen.suffix.lower() in (".ttc", ".otc") else 0)
    clone = Path(__file__).resolve().parents[2]
    candidates = [
        FontFiles(
            root / _PACKAGE / "400Regular" / "NotoSerifSC_400Regular.ttf",
            root / _PACKAGE / "700Bold" / "NotoSerifSC_700Bold.ttf",
        )
        for root in dict.fromkeys((clone, Path.cwd()))
    ]
    candidates.append(
        FontFiles(_DEBIAN / "NotoSerifCJK-Regular.ttc", _DEBIAN / "NotoSerifCJK-Bold.ttc", _SIMPLIFIED_CHINESE)
    )
    for files in candidates:
        if files.regular.is_file() and files.bold.is_file():
            return files
    raise NotFound(
        "no font with Chinese glyphs: run scripts/setup, or install fonts-noto-cjk, or set "
        "MULU_FONT to a TrueType or OpenType file"
    )
