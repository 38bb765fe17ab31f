"""A ledger of its own in a folder, worked by the product's own commands."""

import contextlib
import io
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ledger.store.mirror import Mirror
from tests.databases import Databases

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "ledger" / "sample"
CATALOG = SAMPLE / "catalog.json"
ORGANIZATIONS = SAMPLE / "organizations.json"

AUTHORITY = "11119900MBF1059265"
AUTHORITY_NAME = "市政务服务和数据管理局(虚构,数据主管部门)"
CENTER = "11119900MBF105555E"
"""Signs for all others, as the sector authority that they name."""
REAL_CENTER = "市大数据中心"
WATER = "11119900MBF1000095"
MEDICAL = "11119900MBF1003751"
RESERVOIRS = f"{WATER}/306001/000001"
"""The sample's first entry."""

MULU = [sys.executable, "-c", "from ledger.cli.main import main; main()"]
SECONDS = 120


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended and what it printed."""

    arguments: tuple[str, ...]
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed, as JSON."""
        return json.loads(self.out)

    def ended(self, code: int = 0) -> "Ran":
        """Itself, if it ended with this exit code; else fails showing everything."""
        assert self.code == code, f"exit {self.code}, want {code}: {self}"
        return self

    def __str__(self) -> str:
        return f"mulu {' '.join(self.arguments)}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


class Ledger:
    """One folder with `.mulu` below it, and the development chain on a port of its own."""

    def __init__(self, home: Path, port: int, days_back: int = 0) -> None:
        self.home = home
        self.days_back = days_back
        self.url = f"http://127.0.0.1:{port}"
        self.port = port
        self.settings: dict[str, str] = {
            "MULU_RPC_URL": self.url,
            "MULU_PASSWORD_FILE": ".mulu/password",
            "MULU_TRACEBACK": "1",
        }

    @property
    def database(self) -> str:
        """The mirror's address."""
        return self.settings.get("MULU_DATABASE_URL", f"sqlite:///{self.home / '.mulu' / 'mirror.db'}")

    @property
    def mirror(self) -> Path:
        """The mirror's file; skips a test that needs one where the mirror is in PostgreSQL."""
        if "MULU_DATABASE_URL" in self.settings:
            pytest.skip("works on the mirror's file")
        return self.home / ".mulu" / "mirror.db"

    def drop_mirror(self, databases: Databases | None = None) -> None:
        """Takes the mirror away; `databases` where it is in PostgreSQL."""
        if "MULU_DATABASE_URL" in self.settings and databases is not None:
            databases.drop(self.database)
            self.settings["MULU_DATABASE_URL"] = databases.empty()
            return
        # With what SQLite keeps beside it.
        for file in self.mirror.parent.glob("mirror.db*"):
            file.unlink()

    @contextlib.contextmanager
    def opened_mirror(self) -> Iterator[Mirror]:
        """The mirror, to be looked into or changed behind the commands' backs."""
        mirror = Mirror(self.database)
        try:
            yield mirror
        finally:
            mirror.close()

    def environment(self, settings: Mapping[str, str | None] | None = None) -> dict[str, str]:
        """The environment of a command; a setting that is None is left out."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("MULU_")}
        chosen = {**self.settings, "PYTHONPATH": str(ROOT), **(settings or {})}
        return own | {name: value for name, value in chosen.items() if value is not None}

    def run(self, *arguments: object, settings: Mapping[str, str | None] | None = None) -> Ran:
        """Runs a command in this process, standard input being no terminal."""
        from ledger.cli.main import run

        words = [str(argument) for argument in arguments]
        out, err = io.StringIO(), io.StringIO()
        with (
            contextlib.chdir(self.home),
            _environment({**self.settings, **(settings or {})}),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
            _no_input(),
        ):
            code = run(words)
        return Ran(tuple(words), code, out.getvalue(), err.getvalue())

    def do(self, *arguments: object) -> Ran:
        """Runs a command that must succeed."""
        return self.run(*arguments).ended()

    def json(self, *arguments: object) -> Any:
        """Runs a command that must succeed with `--json`, and gives what it answers."""
        return self.do(*arguments, "--json").json

    def start(
        self, *arguments: object, settings: Mapping[str, str | None] | None = None, **options: Any
    ) -> subprocess.Popen[str]:
        """Starts a command as a process of its own, in a session of its own; whoever starts it ends it."""
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
        words = [str(argument) for argument in arguments]
        environment = self.environment(settings)
        return subprocess.Popen(
            [*MULU, *words], cwd=self.home, env=environment, text=True, start_new_session=True, **options
        )

    def execute(self, *arguments: object, settings: Mapping[str, str | None] | None = None, **options: Any) -> Ran:
        """Runs a command as a process of its own, where isolation matters."""
        process = self.start(*arguments, settings=settings, **options)
        try:
            out, err = process.communicate(timeout=SECONDS)
        finally:
            process.kill()
            process.wait()
        return Ran(tuple(str(argument) for argument in arguments), process.returncode, out or "", err or "")

    def start_chain(self) -> None:
        """Starts the development chain, with the keys and the state that lie there."""
        days_back = ("--days-back", self.days_back)
        self.execute("devnet", "--background", "--port", self.port, *days_back).ended()

    def stop_chain(self) -> None:
        """Stops the development chain; nothing when none runs."""
        self.run("devnet", "--stop")

    def found(self) -> None:
        """Deploys, adds the sample city, and the account `publisher` of its catalog center."""
        self.deploy()
        self.add_city(ORGANIZATIONS, CENTER)

    def deploy(self) -> None:
        """Puts the contracts on the chain; two administrators admit them."""
        self.do(
            *("deploy", "--code", AUTHORITY, "--name", AUTHORITY_NAME, "--area", "119900000000"),
            *("--admin", "admin-1", "--admin", "admin-2", "--supervisor", "supervisor", "--account", "admin-1"),
        )
        self.do("proposal", "confirm", 1, "--account", "admin-2")

    def add_city(self, file: Path | str, center: str, *options: str) -> None:
        """Imports organizations, and adds the account `publisher` of the one (code or name) that signs for all."""
        self.do("org", "import", file, *options, "--account", "admin-1")
        for proposal in self.json("proposal", "list"):
            self.do("proposal", "confirm", proposal["number"], "--account", "admin-2")
        (code,) = [row["code"] for row in self.json("org", "list") if center in (row["code"], row["name"])]
        of_center = ("--organization", code, "--roles", "publisher", "--account", "admin-1")
        self.do("account", "add", "publisher", *of_center)

    def add_city_of(self, *files: Path) -> None:
        """The organizations that real catalog files name, with sample codes, one of them signing for all."""
        self.do("org", "draft", *files, "-o", "organizations.csv", "--sector-authority", REAL_CENTER)
        self.add_city("organizations.csv", REAL_CENTER, "--sample-codes")

    def journal(self) -> tuple[int, str]:
        """Size and root of the journal, as the contract says."""
        facts = self.json("status")
        return facts["journal_size"], facts["journal_root"]

    def entry(self, name: str) -> list[dict[str, Any]]:
        """Every version of an entry; empty when there is none."""
        shown = self.run("catalog", "show", name, "--json")
        return shown.json if shown.code == 0 else []

    def write(self, name: str, entries: list[dict[str, Any]]) -> Path:
        """A catalog file of the sample's form."""
        path = self.home / name
        document = json.loads(CATALOG.read_text("utf-8"))
        path.write_text(json.dumps({**document, "entries": entries}, ensure_ascii=False), "utf-8")
        return path


def sample_entries() -> list[dict[str, Any]]:
    """The entries of the shipped sample, as its file has them."""
    entries: list[dict[str, Any]] = json.loads(CATALOG.read_text("utf-8"))["entries"]
    return entries


def new_entry(code: str, **members: Any) -> dict[str, Any]:
    """An entry of the water authority that the sample does not have."""
    return {**sample_entries()[0], "resource_code": code, "entry_name": f"样例 {code}", **members}


def free_port() -> int:
    """A port of loopback that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def founded(
    home: Path,
    template: Path | None = None,
    catalogs: Sequence[Path] = (),
    days_back: int = 0,
    database: str | None = None,
) -> Iterator[Ledger]:
    """A founded ledger with its chain running; the chain is stopped at the end.

    Args:
        template: folder of a founded ledger whose chain is stopped: it is copied instead of founding anew.
        catalogs: files whose providers are its organizations; the sample city by default.
        days_back: how far in the past a chain that is founded anew begins.
        database: where the mirror is kept; a SQLite file in the folder by default.
    """
    home.mkdir(parents=True, exist_ok=True)
    ledger = Ledger(home, free_port(), days_back)
    if database is not None:
        ledger.settings["MULU_DATABASE_URL"] = database
    if template is not None:
        shutil.copytree(template / ".mulu", home / ".mulu")
    try:
        ledger.start_chain()
        if template is None and catalogs:
            ledger.deploy()
            ledger.add_city_of(*catalogs)
        elif template is None:
            ledger.found()
        yield ledger
    finally:
        ledger.stop_chain()


@contextlib.contextmanager
def _environment(settings: Mapping[str, str | None]) -> Iterator[None]:
    before = dict(os.environ)
    try:
        for name, value in settings.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextlib.contextmanager
def _no_input() -> Iterator[None]:
    before, sys.stdin = sys.stdin, io.StringIO()
    try:
        yield
    finally:
        sys.stdin = before
