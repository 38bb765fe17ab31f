"""Drawing on A4 in PDF/A-3B: text that must have glyphs, tables that break across pages, a QR code as squares."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import segno
from fpdf import FPDF
from fpdf.fonts import TTFFont

from ledger.certificate.font import FontFiles
from ledger.certificate.lines import broken
from ledger.errors import Rejected

MARGIN_MM: Final = 22.0
FOOT_MM: Final = 26.0
RED: Final = (142, 27, 27)
INK: Final = (30, 30, 30)
GREY: Final = (110, 110, 110)
_RULE: Final = (196, 182, 168)
_LABEL_GROUND: Final = (250, 246, 240)
_POINT_MM: Final = 25.4 / 72
_FAMILY: Final = "certificate"


class Sheet(FPDF):
    """A document of A4 pages with a frame and a foot. Lengths in millimetres."""

    def __init__(self, font: FontFiles, foot: str, created: datetime) -> None:
        super().__init__(format="A4", enforce_compliance="PDF/A-3B")
        self.set_creation_date(created)  # Not the clock: the same certificate gives the same file.
        self.set_margins(MARGIN_MM, MARGIN_MM)
        self.set_auto_page_break(False)
        self.add_font(_FAMILY, "", font.regular, collection_font_number=font.index)
        self.add_font(_FAMILY, "B", font.bold, collection_font_number=font.index)
        self._foot = foot
        self._table = ""

    def write_text(
        self,
        what: str,
        text: str,
        x: float,
        y: float,
        size_pt: float,
        *,
        bold: bool = False,
        color: tuple[int, int, int] = INK,
        align: str = "L",
        width: float = 0.0,
        spacing_pt: float = 0.0,
    ) -> None:
        """Writes one line with its top at `y`.

        Raises Rejected for a character that the font cannot draw, naming it and `what`.
        """
        self._choose(size_pt, bold)
        self._require_glyphs(what, text)
        self.set_text_color(*color)
        self.set_char_spacing(spacing_pt)
        drawn = self.get_string_width(text)
        left = x if align == "L" else x + (width - drawn) / (2 if align == "C" else 1)
        self.text(left, y + 0.88 * size_pt * _POINT_MM, text)
        self.set_char_spacing(0)

    def lines_of(self, text: str, width: float, size_pt: float) -> list[str]:
        """The lines that a text needs."""
        self._choose(size_pt, False)
        return broken(text, width, self.get_string_width)

    def row(
        self, name: str, label: str, value: str, label_width: float, size_pt: float = 9.5, *, pad: float = 1.7
    ) -> None:
        """A row of a table at the present height, continued on the next page where it does not fit."""
        width = self.epw - label_width
        leading = size_pt * _POINT_MM * 1.5
        waiting = self.lines_of(value, width - 6, size_pt)
        labels = self.lines_of(label, label_width - 6, size_pt)
        while waiting:
            fit = int((self.h - FOOT_MM - self.get_y() - 2 * pad) / leading)
            if fit < max(len(labels), min(len(waiting), 3)):
                self._next_page()
                continue
            count = max(len(labels), min(fit, len(waiting)))
            top, height = self.get_y(), count * leading + 2 * pad
            self.set_draw_color(*_RULE)
            self.set_line_width(0.2)
            self.set_fill_color(*_LABEL_GROUND)
            self.rect(self.l_margin, top, label_width, height, style="DF")
            self.rect(self.l_margin + label_width, top, width, height)
            first = top + pad + 0.25 * size_pt * _POINT_MM
            for at, line in enumerate(labels):
                self.write_text(name, line, self.l_margin + 3, first + at * leading, size_pt, color=GREY)
            for at, line in enumerate(waiting[:count]):
                self.write_text(name, line, self.l_margin + label_width + 3, first + at * leading, size_pt)
            waiting, labels = waiting[count:], [f"{label}（续）"]
            self.set_y(top + height)

    def heading(self, text: str) -> None:
        """The heading of a table; it stays with the first row, and is repeated where the table breaks."""
        if self.get_y() > self.h - FOOT_MM - 24:
            self.new_page()
        self._table = text
        top = self.get_y() + 4
        self.set_fill_color(*RED)
        self.rect(self.l_margin, top + 0.2, 1.2, 4.2, style="F")
        self.write_text("heading", text, self.l_margin + 3.5, top, 11.5, bold=True)
        self.set_y(top + 7)

    def _next_page(self) -> None:
        """A page on which the present table goes on."""
        self.new_page()
        if self._table:
            table = self._table
            self.set_y(self.get_y() - 4)
            self.heading(f"{table}（续）")
            self._table = table

    def paragraph(self, what: str, text: str, size_pt: float, *, color: tuple[int, int, int] = INK) -> None:
        """Running text over the width of the page."""
        leading = size_pt * _POINT_MM * 1.6
        for line in self.lines_of(text, self.epw, size_pt):
            if self.get_y() + leading > self.h - FOOT_MM:
                self.new_page()
            self.write_text(what, line, self.l_margin, self.get_y(), size_pt, color=color)
            self.set_y(self.get_y() + leading)

    def new_page(self) -> None:
        """Begins a page within its frame."""
        self.add_page()
        self.set_draw_color(*RED)
        self.set_line_width(0.9)
        self.rect(10, 10, self.w - 20, self.h - 20)
        self.set_line_width(0.25)
        self.rect(11.8, 11.8, self.w - 23.6, self.h - 23.6)
        self.set_y(MARGIN_MM)

    def feet(self) -> None:
        """Writes the foot of every page, when their number is known."""
        last = self.pages_count
        for number in range(1, last + 1):
            self.page = number
            # fpdf2 writes a font only when it changes, and does not know what this page last had.
            self._choose(1, True)
            y, page = self.h - 19, f"第 {number} 页 共 {last} 页"
            self.write_text("foot", self._foot, self.l_margin, y, 7.5, color=GREY)
            self.write_text("foot", page, self.l_margin, y, 7.5, color=GREY, align="R", width=self.epw)

    def qr_code(self, address: str, x: float, y: float, side: float) -> None:
        """Draws a QR code (ISO/IEC 18004) of an address, its quiet zone of four modules included, and links it."""
        matrix: Sequence[Sequence[int]] = segno.make(address, error="m", micro=False).matrix
        module = side / (len(matrix) + 8)
        self.set_fill_color(0, 0, 0)
        for row, modules in enumerate(matrix):
            column = 0
            while column < len(modules):
                end = column
                while end < len(modules) and modules[end]:
                    end += 1
                if end > column:
                    # Runs are one rectangle: between single squares some viewers show seams.
                    left, top = x + (column + 4) * module, y + (row + 4) * module
                    self.rect(left, top, (end - column) * module, module, style="F")
                column = max(end, column + 1)
        self.link(x, y, side, side, address)

    def close(self) -> None:
        """Closes the font files, which fpdf2 keeps open. The document is of no use afterwards."""
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()

    def _choose(self, size_pt: float, bold: bool) -> None:
        self.set_font(_FAMILY, "B" if bold else "", size_pt)

    def _require_glyphs(self, what: str, text: str) -> None:
        font = self.current_font
        known = font.cmap if isinstance(font, TTFFont) else {}
        for character in text:
            if ord(character) not in known:
                raise Rejected(
                    f"the font has no glyph for {character!r} (U+{ord(character):04X}) in {what}: "
                    "set MULU_FONT to a font that has it"
                )
