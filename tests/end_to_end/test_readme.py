"""What the README tells a stranger to type works in a fresh copy, in its order, and prints what it shows."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end import console

ROOT = Path(__file__).resolve().parents[2]
COMMAND_SECONDS = 900
# Commands that are shown and not executed here, and why.
SKIPPED = {
    "git clone": "the copy stands for the clone",
    "cd mulu": "the commands already start in the copy",
    "scripts/run": "serves until it is interrupted; scripts/run --once does the same and ends",
    "scripts/test": "would run this test again",
}
# The variables and the folder that a command leaves are those of the next one, as in a person's shell.
SHELL = """
[[ -f $STATE ]] && source "$STATE"
cd "$(cat "$FOLDER")" || exit 125
trap 'status=$?; export -p | grep -v -e " STATE=" -e " FOLDER=" >"$STATE"; pwd >"$FOLDER"; exit $status' EXIT
eval "$1"
"""


@pytest.fixture(scope="module")
def readme() -> str:
    text = (ROOT / "README.md").read_text("utf-8")
    if not text:
        pytest.skip("README.md is not written yet")
    return text


def test_readme_commands(readme: str, tmp_path: Path) -> None:
    shown = console.read(readme)
    skipped = [name for name in SKIPPED if any(_is(name, one.command) for one in shown)]
    executed = [one for one in shown if not any(_is(name, one.command) for name in SKIPPED)]
    assert executed, "README.md shows only commands that are not executed"
    assert {"scripts/test"} <= set(skipped), "README.md does not say how to run the tests"

    copy = tmp_path / "mulu"
    _copy_tree(copy)
    (tmp_path / "folder").write_text(str(copy), "utf-8")
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("MULU_", "PYTEST_", "VIRTUAL_ENV"))
    }
    environment |= {"STATE": str(tmp_path / "state"), "FOLDER": str(tmp_path / "folder")}
    try:
        for one in executed:
            # A file, not a pipe: what a command leaves running in the background holds a pipe open.
            output = tmp_path / "output"
            with output.open("wb") as stream:
                status = subprocess.run(
                    ["bash", "-c", SHELL, "bash", one.command],
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=stream,
                    stderr=subprocess.STDOUT,
                    timeout=COMMAND_SECONDS,
                    check=False,
                ).returncode
            printed = output.read_text("utf-8", "replace")
            where = f"README.md:{one.line}: $ {one.command}\n{printed}"
            assert status == 0, f"exit {status} from {where}"
            assert console.missing(one.output, printed) == [], where
    finally:
        if (copy / ".venv/bin/mulu").exists():
            subprocess.run(
                [copy / ".venv/bin/mulu", "devnet", "--stop"],
                cwd=copy,
                env=environment,
                capture_output=True,
                timeout=60,
                check=False,
            )


def test_every_setting_is_documented(readme: str) -> None:
    sources = [path for folder in ("ledger", "registry_api") for path in (ROOT / folder).rglob("*.py")]
    settings = {name for path in sources for name in re.findall(r"\bMULU_[A-Z_]+\b", path.read_text("utf-8"))}
    assert settings
    assert {name for name in settings if name not in readme} == set()


def test_every_command_is_documented(readme: str) -> None:
    import typer.main

    from ledger.cli.main import command_line

    commands = list(_commands(typer.main.get_command(command_line())))
    assert commands
    assert [command for command in commands if f"mulu {command}" not in readme] == []


def _commands(group: object, above: str = "") -> Iterator[str]:
    """Every command a person can type, groups spelled out: `catalog apply`."""
    for name, command in getattr(group, "commands", {}).items():
        if getattr(command, "commands", None):
            yield from _commands(command, f"{above}{name} ")
        elif not command.hidden:
            yield above + name


def _is(name: str, command: str) -> bool:
    """Only a clone has arguments: `scripts/run --once` is not the skipped `scripts/run`."""
    return command == name or (name == "git clone" and command.startswith("git clone "))


def _copy_tree(target: Path) -> None:
    """The files of the project as they are now, committed or not; nothing that is ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).exists():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name, follow_symlinks=False)
