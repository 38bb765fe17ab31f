"""Reads the commands and the output that a Markdown file shows in its ```console blocks."""

import re
from dataclasses import dataclass

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Shown:
    """One command line after `$ `, and the lines below it. `line` counts from 1 in the file."""

    line: int
    command: str
    output: tuple[str, ...]


def read(markdown: str) -> list[Shown]:
    """All commands in order. A command line that ends in a backslash goes on in the next line.

    Raises ValueError when a block shows output before any command.
    """
    found = []
    for block in _BLOCK.finditer(markdown):
        number = markdown.count("\n", 0, block.start(1)) + 1
        lines = block[1].splitlines()
        at = 0
        while at < len(lines):
            if not lines[at].startswith("$ "):
                raise ValueError(f"line {number + at}: a console block begins with a command after '$ '")
            start = at
            command = lines[at][2:]
            while command.endswith("\\"):
                at += 1
                command += "\n" + lines[at]
            at += 1
            shown_from = at
            while at < len(lines) and not lines[at].startswith("$ "):
                at += 1
            output = tuple(line.strip() for line in lines[shown_from:at] if line.strip())
            found.append(Shown(number + start, command, output))
    return found


def missing(shown: tuple[str, ...], printed: str) -> list[str]:
    """The shown lines that do not appear in `printed` in their order.

    `…` stands for anything within a line; a line of only `…` for any lines. Blanks at the ends of a line
    and runs of blanks do not count: columns may be wider than shown.
    """
    lines = [_one_blank(line) for line in printed.splitlines()]
    at, absent = 0, []
    for line in shown:
        if line == "…":
            continue
        pattern = re.compile(".*".join(re.escape(part) for part in _one_blank(line).split("…")))
        for index in range(at, len(lines)):
            if pattern.fullmatch(lines[index]):
                at = index + 1
                break
        else:
            absent.append(line)
    return absent


def _one_blank(line: str) -> str:
    return re.sub(r"\s+", " ", line.strip())
