"""What goes wrong around a command: the node, the chain, the disk, the key, another publisher, Ctrl-C."""

import contextlib
import errno
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ledger.app import App
from ledger.chain import abi
from ledger.chain.sender import Call
from ledger.errors import Rejected
from ledger.settings import from_environment
from tests.end_to_end.ledger import (
    CATALOG,
    CENTER,
    RESERVOIRS,
    SECONDS,
    WATER,
    Ledger,
    founded,
    free_port,
    new_entry,
    sample_entries,
)


@pytest.fixture
def own(founded_home: Path, tmp_path: Path) -> Iterator[Ledger]:
    """A ledger of one test, with the sample catalog on it."""
    with founded(tmp_path / "own", founded_home) as ledger:
        ledger.do("catalog", "apply", CATALOG)
        yield ledger


# The node

COMMANDS = [
    ("status",),
    ("index",),
    ("catalog", "plan", CATALOG),
    ("catalog", "apply", CATALOG),
    ("prove", "entry", RESERVOIRS, "-o", "unproven.json"),
    ("proposal", "list"),
    ("doctor",),
]


@pytest.mark.parametrize("command", COMMANDS, ids=[" ".join(map(str, command[:2])) for command in COMMANDS])
def test_a_node_that_is_down(published: Ledger, command: tuple[object, ...]) -> None:
    address = f"http://user:secret@127.0.0.1:{free_port()}/key?token=secret"
    ran = published.run(*command, settings={"MULU_RPC_URL": address}).ended(4)
    host = address.split("@")[1].split("/")[0]
    assert f"node http://{host} cannot be reached" in ran.out + ran.err
    assert "Is it running, and is MULU_RPC_URL right?" in ran.out + ran.err
    assert "secret" not in ran.out + ran.err
    assert "/key" not in ran.out + ran.err
    assert not list(published.home.glob("unproven*"))


def test_a_chain_that_was_stopped_goes_on_where_it_was(own: Ledger) -> None:
    before = own.journal()
    for _ in range(2):  # anvil saves the block 0 of every start: it shows at the second one
        own.stop_chain()
        own.start_chain()
    own.stop_chain()
    assert "cannot be reached" in own.run("catalog", "apply", CATALOG).ended(4).err
    assert "no development chain runs" in own.run("devnet", "--stop").ended(1).err
    own.start_chain()
    assert own.journal() == before
    assert "nothing to change" in own.do("catalog", "apply", CATALOG).out


# Another chain


def test_the_wrong_chain(own: Ledger, founded_home: Path, tmp_path: Path) -> None:
    """A chain that was started afresh has the same id and another genesis block; one of another id is no better."""
    deployment = json.loads((own.home / ".mulu/deployment.json").read_text())
    with founded(tmp_path / "other") as other:
        for command in (("status",), ("index",), ("catalog", "apply", CATALOG), ("doctor",)):
            ran = own.run(*command, settings={"MULU_RPC_URL": other.url}).ended(3)
            assert "wrong chain: the node" in ran.out + ran.err
            assert "genesis block" in ran.out + ran.err
            assert "MULU_RPC_URL" in ran.out + ran.err or "Then deploy again" in ran.out + ran.err
        untouched = other.journal()
        (own.home / "moved.json").write_text(json.dumps({**deployment, "chain_id": 1}))
        ran = own.run("status", settings={"MULU_DEPLOYMENT": "moved.json"}).ended(3)
        assert "wrong chain: the node's chain id is 31337, the deployment's 1" in ran.err
        assert other.journal() == untouched


def test_a_deployment_file_that_is_none(published: Ledger) -> None:
    for content, said in (("{", "not JSON"), ("{}", "not a deployment file"), ('{"format":"x"}', "format is 'x'")):
        (published.home / "none.json").write_text(content)
        assert said in published.run("status", settings={"MULU_DEPLOYMENT": "none.json"}).ended(2).err


# The disk


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        pytest.skip("needs root to mount a small disk")
    mounted = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"a small disk cannot be mounted: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def fill(disk: Path) -> None:
    """Leaves no byte."""
    with (disk / "filler").open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))


def test_a_full_disk_under_the_mirror(own: Ledger, small_disk: Path) -> None:
    settings = {"MULU_DATABASE_URL": f"sqlite:///{small_disk}/mirror.db"}
    before = own.journal()
    for command in (("index",), ("catalog", "apply", CATALOG)):
        full = own.execute(*command, settings=settings).ended(4)
        assert "mirror sqlite:///" in full.err
        assert "make room on the disk" in full.err, full
    assert own.journal() == before
    # With room again the same command goes on from what is there.
    subprocess.run(["mount", "-o", "remount,size=64m", small_disk], check=True)
    # The first run that comes to its end makes the log key, and says so before.
    assert own.execute("index", settings=settings).ended().out.splitlines()[-1].startswith("block ")
    assert "equals what the chain gives" in own.execute("index", "--check", settings=settings).ended().out


@pytest.mark.parametrize(
    "command",
    [
        ("prove", "entry", RESERVOIRS, "-o"),
        ("prove", "act", "0", "-o"),
        ("catalog", "export", "-o"),
        ("org", "draft", CATALOG, "-o"),
    ],
    ids=["prove entry", "prove act", "export", "draft"],
)
def test_a_full_disk_under_a_file(published: Ledger, small_disk: Path, command: tuple[object, ...]) -> None:
    fill(small_disk)
    full = published.run(*command, small_disk / "output.json").ended(4)
    assert f"{small_disk}/output.json cannot be written: {os.strerror(errno.ENOSPC)}" in full.err
    assert not (small_disk / "output.json").exists()
    assert not (small_disk / "output.json.new").exists()


def test_a_full_disk_keeps_the_file_that_was_there(published: Ledger, small_disk: Path) -> None:
    published.do("prove", "act", 0, "-o", small_disk / "act.json")
    before = (small_disk / "act.json").read_bytes()
    fill(small_disk)
    published.run("prove", "act", 1, "-o", small_disk / "act.json").ended(4)
    assert (small_disk / "act.json").read_bytes() == before


def test_output_into_a_folder_that_is_a_file(published: Ledger) -> None:
    (published.home / "file").write_text("")
    refused = published.run("prove", "act", 0, "-o", "file/act.json").ended(4)
    assert "file/act.json cannot be written: " in refused.err


# The key


def test_keys_and_passwords(own: Ledger) -> None:
    before = own.journal()
    key = own.home / ".mulu/keystore/publisher.json"
    file = own.home / "password"

    def refused(code: int, said: str, **settings: str | None) -> None:
        ran = own.run("catalog", "apply", CATALOG, "--account", "publisher", settings=settings).ended(code)
        assert said in ran.err, ran
        assert own.journal() == before

    refused(
        1, "the password of .mulu/keystore/publisher.json cannot be asked for here: set MULU_PASSWORD_FILE",
        MULU_PASSWORD_FILE=None,
    )  # fmt: skip
    refused(1, "no password file at password: check MULU_PASSWORD_FILE", MULU_PASSWORD_FILE="password")
    file.write_text("guess\n")
    file.chmod(0o644)
    refused(1, "password can be read by others (mode 0644): chmod 600 password", MULU_PASSWORD_FILE="password")
    file.chmod(0o600)
    refused(1, ".mulu/keystore/publisher.json: wrong password", MULU_PASSWORD_FILE="password")
    file.write_bytes(b"\xff\xfe")
    refused(2, "password file password: not UTF-8 text", MULU_PASSWORD_FILE="password")
    key.chmod(0o640)
    refused(1, "publisher.json can be read by others (mode 0640): chmod 600 .mulu/keystore/publisher.json")
    key.chmod(0o600)
    content = key.read_text()
    key.write_text("{}")
    refused(2, ".mulu/keystore/publisher.json: not a version 3 key file")
    key.write_text(content)
    assert "nothing to change" in own.do("catalog", "apply", CATALOG).out


def test_a_password_is_asked_for_at_a_terminal(own: Ledger) -> None:
    keyboard, terminal = os.openpty()
    password = (own.home / ".mulu/password").read_bytes()
    process = own.start(
        *("catalog", "apply", CATALOG, "--account", "publisher"),
        settings={"MULU_PASSWORD_FILE": None},
        stdin=terminal,
    )
    try:
        asked = ""
        assert process.stderr is not None
        while not asked.endswith("publisher.json: ") and (letter := process.stderr.read(1)):
            asked += letter
        os.write(keyboard, password)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
        os.close(keyboard)
        os.close(terminal)
    assert process.returncode == 0, (out, err)
    assert password.decode().strip() not in out + err


def test_an_ended_account(own: Ledger) -> None:
    own.do("account", "revoke", "publisher", "--account", "admin-1")
    none = own.run("catalog", "apply", CATALOG).ended(1)
    assert "no key here has the role PUBLISHER: name the one that signs with --account" in none.err
    assert (
        "account publisher has no role PUBLISHER"
        in own.run("catalog", "apply", CATALOG, "--account", "publisher").ended(1).err
    )


def test_a_suspended_provider_and_a_suspended_center(own: Ledger) -> None:
    file = own.write("more.json", [new_entry("suspended-1")])
    for code in (WATER, CENTER):
        own.do("org", "suspend", code, "--reason", "检查", "--account", "supervisor")
        before = own.journal()
        own.run("catalog", "apply", file, "--account", "publisher").ended(1)
        assert own.journal() == before
        own.do("org", "resume", code, "--reason", "完毕", "--account", "supervisor")
    own.do("catalog", "apply", file)


# Others


def test_a_publication_of_a_stale_version_is_refused_by_name(own: Ledger) -> None:
    app = app_of(own)
    plan = app.plan(own.write("stale.json", [new_entry("306001/000001")]), None, None, "publisher", bytes(32), False)
    (planned,) = plan.publications
    stale = (WATER.encode(), 0, 1, 1, 1, 1, bytes(32), b"306001/000001", planned.publication.content)
    call = Call(app.contracts.address("Catalog"), abi.encode_call("Catalog", "publish", [stale]))
    with pytest.raises(Rejected, match="CatalogVersionConflict") as refused:
        app.sender("publisher").send([call])
    assert refused.value.reason == "CatalogVersionConflict"
    assert len(own.entry(RESERVOIRS)) == 1


def test_a_plan_that_became_stale_is_made_again(own: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another publisher of the center changes the entry between the plan and the sending of it."""
    own.do("account", "key", "second")
    own.do("account", "add", "second", "--organization", CENTER, "--roles", "publisher", "--account", "admin-1")
    theirs = own.write("theirs.json", [{**sample_entries()[0], "entry_name": "他人所改"}])
    ours = own.write("ours.json", [{**sample_entries()[0], "entry_name": "我方所改"}])
    plan: Callable[..., object] = App.plan
    others = iter([True])

    def interrupted(self: App, *arguments: object) -> object:
        made = plan(self, *arguments)
        if next(others, False):
            own.do("catalog", "apply", theirs, "--account", "second")
        return made

    monkeypatch.setattr(App, "plan", interrupted)
    ran = own.do("catalog", "apply", ours, "--account", "publisher")
    assert "CatalogVersionConflict" in ran.err
    assert "somebody else changed it; planning again" in ran.err
    assert [(row["version"], row["content"]["title"]) for row in own.entry(RESERVOIRS)] == [
        (1, "大中型水库水情日报"),
        (2, "他人所改"),
        (3, "我方所改"),
    ]


def test_two_publishers_at_once_lose_nothing(own: Ledger) -> None:
    own.do("account", "key", "second")
    own.do("account", "add", "second", "--organization", CENTER, "--roles", "publisher", "--account", "admin-1")
    file = own.write("both.json", [new_entry(f"both-{number}") for number in range(300)])
    size, _ = own.journal()
    running = [own.start("catalog", "apply", file, "--account", account) for account in ("publisher", "second")]
    try:
        ended = [(*process.communicate(timeout=100), process.returncode) for process in running]
    finally:
        for process in running:
            process.kill()
            process.wait()
    assert [code for _, _, code in ended] == [0, 0], ended
    assert own.journal()[0] == size + 300
    assert "nothing to change" in own.do("catalog", "apply", file, "--account", "second").out


# Ctrl-C


def test_interrupted_while_applying(own: Ledger) -> None:
    file = own.write("many.json", [new_entry(f"many-{number}") for number in range(1_500)])
    size, _ = own.journal()
    # Asked by one connection that is open: the batches that follow the first take little more than a second.
    contracts = app_of(own).contracts
    process = own.start("catalog", "apply", file)
    try:
        deadline = time.monotonic() + SECONDS
        while contracts.call("Journal", "size") == size and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=SECONDS)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 130, (process.returncode, out, err)
    assert "interrupted" in err
    assert "Traceback" not in err
    taken = journal_size(own) - size
    assert 0 < taken < 1_500
    own.do("catalog", "apply", file)
    assert own.journal()[0] == size + 1_500
    assert "nothing to change: 1500 of 1500 rows" in own.do("catalog", "apply", file).out


def journal_size(ledger: Ledger) -> int:
    app = app_of(ledger)
    size: int = app.contracts.call("Journal", "size")
    return size


def app_of(ledger: Ledger) -> App:
    """The product's parts on a ledger, for what no command does."""
    home = ledger.home / ".mulu"
    return App(
        from_environment(
            {
                "MULU_RPC_URL": ledger.url,
                "MULU_DEPLOYMENT": str(home / "deployment.json"),
                "MULU_DATABASE_URL": f"sqlite:///{home / 'mirror.db'}",
                "MULU_KEYSTORE": str(home / "keystore"),
                "MULU_PASSWORD_FILE": str(home / "password"),
            }
        )
    )
