"""The units and the container file of scripts/deploy name commands and settings that there are."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from ledger.cli.main import run
from tests.conftest import ROOT

FOLDER = ROOT / "scripts" / "deploy"
SERVICES = sorted(FOLDER.glob("*.service"))
CONTAINER = (FOLDER / "Containerfile").read_text("utf-8")
MULU = "/opt/mulu/bin/mulu"
MOST_EXPOSED = 20
"""Tenths of systemd's exposure level, 0 to 100; what is not hardened has 96."""


def values(unit: Path, name: str) -> list[str]:
    return re.findall(rf"^{name}=(.*)$", unit.read_text("utf-8"), re.M)


def assert_command(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """The command exists and has the options."""
    named = [word for word in words if not word.startswith("-")][: 2 if words[0] == "catalog" else 1]
    assert run([*named, "--help"]) == 0
    described = capsys.readouterr().out
    assert [word for word in words if word.startswith("--") and word not in described] == []


@pytest.mark.parametrize("unit", SERVICES, ids=[unit.stem for unit in SERVICES])
def test_a_service_runs_a_command_that_there_is(unit: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = values(unit, "ExecStart")
    program, *words = shlex.split(line)
    assert program == MULU
    assert_command(words, capsys)


def test_the_container_runs_a_command_that_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = re.findall(r"^CMD \[(.*)\]$", CONTAINER, re.M)
    assert_command([word.strip().strip('"') for word in line.split(",")], capsys)
    assert f'ENTRYPOINT ["{MULU}"]' in CONTAINER


def test_settings_are_known_and_hold_no_secret() -> None:
    known = set(re.findall(r"\bMULU_[A-Z_]+\b", (ROOT / "ledger" / "settings.py").read_text("utf-8")))
    given = {unit: values(unit, "Environment") for unit in SERVICES}
    given[FOLDER / "Containerfile"] = re.findall(r"\bMULU_\w+=\S+", CONTAINER)
    for file, settings in given.items():
        assert settings, file
        for setting in settings:
            name, value = setting.split("=", 1)
            assert name in known | {"LC_ALL"}, f"{file.name}: {name}"
            assert not re.search(r"//[^/]*:[^/]*@", value), f"{file.name}: {name} holds a password"
            assert name != "MULU_PASSWORD_FILE" or value.startswith("%d/"), f"{file.name}: not a credential"


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("needs systemd-analyze")
    for unit in FOLDER.glob("*.[st]*"):
        (tmp_path / unit.name).write_text(unit.read_text("utf-8").replace(MULU, "/bin/true"))
    units = [tmp_path / unit.name for unit in FOLDER.glob("*.[st]*")]
    ran = subprocess.run(
        [analyze, "verify", "--man=no", *units], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ran.returncode, ran.stdout + ran.stderr) == (0, "")
    for unit in SERVICES:
        judged = subprocess.run(
            [analyze, "security", "--offline=true", f"--threshold={MOST_EXPOSED}", tmp_path / unit.name],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert judged.returncode == 0, judged.stdout[-200:] + judged.stderr


def test_the_image_is_built_from_the_lock_and_runs_as_nobody() -> None:
    """What reaches a network is pip and uv, held to the locks; `tests/integration/test_wheel.py` installs so too."""
    text = CONTAINER.replace("\\\n", " ")
    commands = re.findall(r"^RUN (.*)$", text, re.M)
    fetching = [command for command in commands if re.search(r"\b(pip|uv|apt\S*|apk|curl|wget|npm|git)\b", command)]
    locks, wheel, packages = fetching
    assert "pip install" in locks
    assert "--require-hashes" in locks
    assert "pip wheel" in wheel
    assert "--no-deps --no-build-isolation" in wheel
    assert "--constraint requirements.lock" in packages
    last = text[text.rindex("\nFROM ") :]
    assert re.findall(r"^USER (\d+):", last, re.M) == ["10001"]
    assert "COPY --from=build /opt/mulu" in last
