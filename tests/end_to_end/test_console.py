"""The reader of console blocks finds what a person would type, and notices output that is no longer so."""

import pytest

from tests.end_to_end import console

MARKDOWN = """\
# A page

```console
$ mulu status
size 3   root 0x…
$ mulu catalog plan FILE \\
    --json
```

```json
{"$ not": "a command"}
```

```console
$ true
```
"""


def test_read_finds_commands_output_and_line_numbers() -> None:
    assert console.read(MARKDOWN) == [
        console.Shown(4, "mulu status", ("size 3   root 0x…",)),
        console.Shown(6, "mulu catalog plan FILE \\\n    --json", ()),
        console.Shown(15, "true", ()),
    ]


def test_read_refuses_output_without_a_command() -> None:
    with pytest.raises(ValueError, match="line 2"):
        console.read("```console\nsize 3\n```\n")


@pytest.mark.parametrize(
    ("shown", "printed", "absent"),
    [
        (("size 3 root 0x…",), "size  3   root 0xabcd\n", []),
        (("a", "…", "c"), "a\nb\nc\n", []),
        (("c", "a"), "a\nb\nc\n", ["a"]),
        (("size 3",), "size 33\n", ["size 3"]),
        (("VALID (…)",), "VALID  (block 12)\n", []),
        (("a.c",), "abc\n", ["a.c"]),
    ],
)
def test_missing_compares_in_order(shown: tuple[str, ...], printed: str, absent: list[str]) -> None:
    assert console.missing(shown, printed) == absent
