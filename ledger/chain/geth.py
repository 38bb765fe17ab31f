"""The geth that seals Clique: found, or built once from the Go module proxy.

1.13 is the last release line that seals Clique; a newer geth on PATH is of no use and is passed over.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

from ledger.errors import NotFound, Unavailable
from ledger.settings import environment_of_programs

VERSION: Final = "1.13.15"
_MODULE: Final = f"github.com/ethereum/go-ethereum/cmd/geth@v{VERSION}"
_BUILD_SECONDS: Final = 1_800


def find_geth(build: Callable[[], None] = lambda: None) -> Path:
    """The binary: on PATH, else in the cache, else built into the cache.

    Args: build: told before it is built, which takes minutes.
    Raises NotFound without Go, Unavailable when it cannot be built.
    """
    on_path = shutil.which("geth")
    if on_path and _version(Path(on_path)).startswith("1.13."):
        return Path(on_path)
    cache = _cache()
    binary = cache / "geth"
    if binary.is_file() and _version(binary) == VERSION:
        return binary
    go = shutil.which("go")
    if go is None:
        raise NotFound(
            f"neither geth 1.13 nor Go is on PATH: install Go, or geth {VERSION}, the last line that seals Clique"
        )
    build()
    cache.mkdir(parents=True, exist_ok=True)
    # The module uses a symbol that Go hides from linkers since 1.23, which is when the flag came.
    flags = ["-ldflags=-checklinkname=0"] if _go_version(go) >= (1, 23) else []
    command = [go, "install", *flags, _MODULE]
    try:
        subprocess.run(
            command,
            env={**environment_of_programs(), "GOBIN": str(cache)},
            capture_output=True,
            text=True,
            timeout=_BUILD_SECONDS,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        raise Unavailable(f"geth {VERSION} cannot be built: {' '.join(error.stderr.split())[-400:]}") from error
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"geth {VERSION} is not built after {_BUILD_SECONDS} s") from error
    return binary


def _go_version(go: str) -> tuple[int, ...]:
    said = subprocess.run([go, "env", "GOVERSION"], capture_output=True, text=True, timeout=60, check=False).stdout
    found = re.match(r"go(\d+)\.(\d+)", said.strip())
    return tuple(map(int, found.groups())) if found else (0, 0)


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mulu" / f"geth-{VERSION}"


def _version(binary: Path) -> str:
    try:
        said = subprocess.run([binary, "version"], capture_output=True, text=True, timeout=20, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
    line = next((line for line in said.splitlines() if line.startswith("Version:")), "")
    return line.removeprefix("Version:").strip().partition("-")[0]
