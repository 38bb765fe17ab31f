"""Style, script and icon of the pages. Their address holds their digest, so browsers may keep them for good."""

import hashlib
from functools import cache
from importlib.resources import files
from typing import Final

TYPES: Final = {
    "portal.css": "text/css; charset=utf-8",
    "portal.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


@cache
def read(name: str) -> bytes:
    """A file's bytes. Requires a name in `TYPES`."""
    return (files(__name__) / name).read_bytes()


@cache
def digest(name: str) -> str:
    """The start of the SHA-256 of a file, hex."""
    return hashlib.sha256(read(name)).hexdigest()[:16]


def address(name: str) -> str:
    """Where a page finds a file."""
    return f"/assets/{digest(name)}/{name}"
