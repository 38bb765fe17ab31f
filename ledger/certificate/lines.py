"""Breaking text into lines of a given width, as Chinese is set (GB/T 15834: what may not begin or end a line)."""

from collections.abc import Callable, Iterator

_NOT_FIRST = set("、，。；：？！）》」』】〕”’…—·,.;:?!)]}%℃")
_NOT_LAST = set("（《「『【〔“‘([{￥$")

Width = Callable[[str], float]


def broken(text: str, width_mm: float, width_of: Width) -> list[str]:
    """The lines of a text, none wider than `width_mm` but for a mark that may not begin the next line.

    Latin words and numbers stay whole where they fit into a line; LF is kept as an end of line.
    """
    return [line for paragraph in text.split("\n") for line in _paragraph(paragraph, width_mm, width_of)]


def _paragraph(text: str, width_mm: float, width_of: Width) -> list[str]:
    lines, line, used = list[str](), "", 0.0
    for piece in _pieces(text, width_mm, width_of):
        width = width_of(piece)
        if line and used + width > width_mm and piece[0] not in _NOT_FIRST:
            kept = line.rstrip(" ")
            carried = ""
            while len(kept) > 1 and kept[-1] in _NOT_LAST:
                kept, carried = kept[:-1], kept[-1] + carried
            lines.append(kept)
            line = carried + piece.lstrip(" ")
            used = width_of(line)
        else:
            line, used = line + piece, used + width
    return [*lines, line]


def _pieces(text: str, width_mm: float, width_of: Width) -> Iterator[str]:
    """What is not divided: a Chinese character, or a Latin word that fits into a line."""
    word = ""
    for character in text:
        if character.isascii() and character != " ":
            # A word longer than a line, a digest or an address, is cut at the edge.
            if word and width_of(word + character) > width_mm:
                yield word
                word = ""
            word += character
            continue
        if word:
            yield word
            word = ""
        yield character
    if word:
        yield word
