"""A real development chain for the tests of a module."""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Tools

START_SECONDS = 20


@pytest.fixture(scope="module")
def anvil(request: pytest.FixtureRequest, tools: Tools) -> Iterator[str]:
    """URL of an anvil on a free port of loopback, fresh for each module.

    Further options come by `@pytest.mark.parametrize("anvil", [["--block-time", "1"]], indirect=True)`.
    """
    options: list[str] = getattr(request, "param", [])
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "anvil.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [tools.anvil, "--host", "127.0.0.1", "--port", "0", "--hardfork", "berlin", *options],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # Its cache and configuration stay out of the home folder.
                cwd=folder,
            )
        try:
            yield f"http://{_address(process, log)}"
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        for line in log.read_text("utf-8", "replace").splitlines():
            if line.startswith("Listening on "):
                return line.removeprefix("Listening on ").strip()
        time.sleep(0.02)
    pytest.fail(f"anvil did not listen within {START_SECONDS} s:\n{log.read_text('utf-8', 'replace')}")
