"""A PostgreSQL server of the tests' own: in a temporary folder, on a socket in it, gone with whoever started it."""

import ctypes
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from psycopg import Connection, OperationalError, connect

OLDEST = 15
START_SECONDS = 30
_PLACES = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql@*/bin")
_SETTINGS = {
    "listen_addresses": "",
    # What is in it is worth nothing: no disk is waited for.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # A worker that looks into a template would hold up its copies.
    "autovacuum": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
}


def find_binaries() -> Path | None:
    """The folder of a PostgreSQL that is new enough; None when there is none."""
    on_path = shutil.which("postgres")
    folders = [Path(on_path).parent] if on_path else []
    folders += sorted((found for place in _PLACES for found in Path("/").glob(place)), reverse=True)
    for folder in folders:
        if all((folder / name).exists() for name in ("postgres", "initdb")):
            said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
            version = re.search(r"\(PostgreSQL\) (\d+)", said.stdout)
            if version and int(version.group(1)) >= OLDEST:
                return folder
    return None


class Server:
    """One server. It refuses to run as root, so for root it runs as `postgres` or `nobody`.

    Args:
        folder: where to keep everything; a temporary one by default, removed at the end.
        settings: more of postgresql.conf.
    """

    def __init__(self, binaries: Path, folder: Path | None = None, **settings: str) -> None:
        self._binaries = binaries
        self._own = folder is None
        self.folder = Path(tempfile.mkdtemp(prefix="mulu-postgresql-")) if folder is None else folder
        self._settings = {**_SETTINGS, "unix_socket_directories": str(self.folder), **settings}
        self._user = _other_user()
        self._process: subprocess.Popen[bytes] | None = None
        try:
            if self._user:
                os.chown(self.folder, self._user["user"], self._user["group"])
            words = ["initdb", "--auth=trust", "--username=mulu", "--encoding=UTF8", "--locale=C", "--no-sync"]
            self._run(*words, f"--pgdata={self.folder / 'data'}")
            self.start()
        except BaseException:
            self.close()
            raise

    def start(self) -> None:
        """Starts it, and waits until it answers."""
        options = [word for name, value in self._settings.items() for word in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._binaries / "postgres", "-D", self.folder / "data", *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                # Ctrl-C is for the tests, which then stop it.
                start_new_session=True,
                preexec_fn=_end_with_parent,
                **self._user,
            )
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self.connect().close()
                return
            except OperationalError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stops it: SIGINT ends all sessions, SIGQUIT does not even tell them (the next start recovers)."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(timeout=START_SECONDS)
            self._process = None

    def close(self) -> None:
        """Stops it for good."""
        try:
            self.stop(signal.SIGQUIT)
        finally:
            if self._own:
                shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str, user: str = "mulu") -> str:
        """The address of a database."""
        return f"postgresql://{user}@/{database}?host={self.folder}"

    def connect(self, database: str = "postgres", user: str = "mulu") -> "Connection[Any]":
        """A connection of the driver's own, which commits each statement."""
        return connect(host=str(self.folder), user=user, dbname=database, autocommit=True)

    def _run(self, name: str, *words: str) -> None:
        subprocess.run([self._binaries / name, *words], check=True, capture_output=True, cwd=self.folder, **self._user)


def _other_user() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}
    raise RuntimeError("root cannot run PostgreSQL, and there is no user postgres or nobody")


def _end_with_parent() -> None:
    """Linux: SIGINT when the tests are killed, so that nothing is left behind (prctl(2), PR_SET_PDEATHSIG)."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(1, signal.SIGINT)
