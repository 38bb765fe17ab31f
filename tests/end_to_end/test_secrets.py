"""Known secrets, put through failures of every kind: none is in what is printed, in a process list or in a file."""

import json
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3
from eth_account import Account

from ledger.chain.devnet import running_chain
from ledger.chain.rpc import Node, NodeError
from tests.end_to_end.ledger import CATALOG, CENTER, Ledger, founded, free_port, new_entry
from tests.integration.answering import Answer, answering

ADDRESS_SECRETS = ("hunter2user", "hunter2password", "hunter2path", "hunter2query")


def with_secrets(url: str) -> str:
    """An address with a user, a password and keys of an API."""
    user, password, path, query = ADDRESS_SECRETS
    return url.replace("//", f"//{user}:{password}@") + f"/{path}?key={query}"


@pytest.fixture(scope="module")
def own(founded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with founded(tmp_path_factory.mktemp("own"), founded_home) as ledger:
        yield ledger


@pytest.fixture(scope="module")
def secrets(own: Ledger) -> tuple[str, ...]:
    """The password of the keys, the keys themselves, and what addresses hold."""
    password = (own.home / ".mulu/password").read_text().strip()
    keys = []
    for file in sorted((own.home / ".mulu/keystore").glob("*.json")):
        keys.append(Account.decrypt(json.loads(file.read_text()), password).hex().removeprefix("0x"))
    log_key = own.home / ".mulu/log.key"
    if log_key.exists():
        keys.append(log_key.read_text().strip().split("+", 4)[4])
    assert len(keys) > 3
    return (password, *keys, *ADDRESS_SECRETS)


@pytest.fixture
def clean(secrets: tuple[str, ...]) -> Any:
    """Checks that no secret is in texts or bytes."""

    def check(*texts: str | bytes) -> None:
        for text in texts:
            plain = text if isinstance(text, str) else text.decode("utf-8", "replace")
            assert [secret for secret in secrets if secret.lower() in plain.lower()] == []

    return check


def one_entry(own: Ledger) -> Path:
    """A file with an entry that is not on the ledger."""
    return own.write("one.json", [new_entry("secret-1")])


def refused(own: Ledger, code: int, said: str, clean: Any, **settings: str | None) -> None:
    """A command that signs ends with this code and says this, in text, as JSON and in Chinese; no secret is in it."""
    for words, locale in (((), "C.UTF-8"), (("--json",), "zh_CN.UTF-8")):
        chosen = {"LC_ALL": locale, "MULU_TRACEBACK": None, **settings}
        ran = own.run("catalog", "apply", one_entry(own), "--account", "publisher", *words, settings=chosen).ended(code)
        assert said in ran.err, ran
        clean(ran.out, ran.err)


def through(own: Ledger, **answers: Any) -> Answer:
    """The ledger's own node, but for the answers to some methods: a result, or an error that is raised."""

    def answer(method: str, params: list[Any]) -> Any:
        if method not in answers:
            return Node(own.url).request(method, *params)
        if isinstance(answers[method], Exception):
            raise answers[method]
        return answers[method]

    return answer


def test_a_wrong_password(own: Ledger, clean: Any) -> None:
    file = own.home / "wrong"
    file.write_text("hunter2password\n")
    file.chmod(0o600)
    refused(own, 1, "publisher.json: wrong password", clean, MULU_PASSWORD_FILE="wrong")
    file.write_bytes(b"hunter2password\xff")
    refused(own, 2, "password file wrong: not UTF-8 text", clean, MULU_PASSWORD_FILE="wrong")
    file.unlink()


def test_a_node_that_fails(own: Ledger, clean: Any) -> None:
    """It is down, refuses, answers with a page, answers with nonsense."""
    with answering(through(own)) as url:
        pass
    refused(own, 4, f"node {url} cannot be reached", clean, MULU_RPC_URL=with_secrets(url))
    denied = NodeError("", -32000, "not today", None)
    with answering(through(own, eth_sendRawTransaction=denied)) as url:
        refused(own, 4, "the node says 'not today'", clean, MULU_RPC_URL=with_secrets(url))
    with answering(through(own, eth_chainId=denied), 401) as url:
        refused(own, 70, "the node says 'not today'", clean, MULU_RPC_URL=with_secrets(url))
    with answering(through(own, eth_gasPrice={"odd": 1})) as url:
        refused(own, 70, "TypeError", clean, MULU_RPC_URL=with_secrets(url))


def test_an_unexpected_error_with_its_traceback(own: Ledger, clean: Any) -> None:
    with answering(through(own, eth_gasPrice={"odd": 1})) as url:
        words = ("catalog", "apply", one_entry(own), "--account", "publisher")
        ran = own.execute(*words, settings={"MULU_RPC_URL": with_secrets(url)})
    assert "Traceback" in ran.err
    assert "TypeError" in ran.err
    clean(ran.out, ran.err)


def test_a_second_client_that_fails(own: Ledger, clean: Any) -> None:
    """web3.py, which `mulu doctor` asks too, would say the whole address."""

    def answer(method: str, params: list[Any]) -> Any:
        if method == "eth_getBlockByNumber" and params[0] != "latest":
            raise NodeError(method, -32000, "not today", None)
        return Node(own.url).request(method, *params)

    with answering(answer, 500) as url:
        ran = own.run("doctor", settings={"MULU_RPC_URL": with_secrets(url)})
    assert ran.code != 0
    assert "web3.py cannot read the head: HTTPError" in ran.out + ran.err
    clean(ran.out, ran.err)


@pytest.mark.parametrize(
    "address",
    [
        "http://hunter2user:hunter2/password@host:8545",
        "http://hunter2user:hunter2#password@host:8545",
        "http://hunter2user:hunter2password@host:hunter2path",
        "hunter2user:hunter2password@host",
    ],
)
def test_addresses_that_are_none(own: Ledger, clean: Any, address: str) -> None:
    """Nothing of them is shown: what stands where the port belongs can be half a password."""
    for setting in ("MULU_RPC_URL", "MULU_SIGNER_URL"):
        account = "0x" + "5a" * 20 if setting == "MULU_SIGNER_URL" else "publisher"
        ran = own.run("account", "revoke", "publisher", "--account", account, settings={setting: address}).ended(2)
        assert f"error: {setting}: " in ran.err
        assert "hunter2" not in ran.out + ran.err
        clean(ran.out, ran.err)


def test_an_interrupted_command_and_what_runs_beside_it(own: Ledger, clean: Any, secrets: tuple[str, ...]) -> None:
    """A command that waits for the external signer: its arguments, then its end by Ctrl-C; and the chain's process."""
    held = threading.Event()
    address = "0x" + "5a" * 20
    own.do("account", "add", address, "--organization", CENTER, "--roles", "publisher", "--account", "admin-1")

    def wait(method: str, params: list[Any]) -> Any:
        asked.set()
        held.wait(60)

    asked = threading.Event()
    with answering(wait) as signer, answering(through(own)) as node:
        settings = {"MULU_SIGNER_URL": with_secrets(signer), "MULU_RPC_URL": with_secrets(node)}
        process = own.start("catalog", "apply", one_entry(own), "--account", address, settings=settings)
        try:
            assert asked.wait(60)
            clean(*(path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if belongs(path, process.pid)))
            time.sleep(2.5)  # Until it says what it waits for.
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
        finally:
            held.set()
            process.kill()
            process.wait()
    assert process.returncode == 130, (out, err)
    assert f"waiting for the external signer {signer}" in err
    clean(out, err)


def belongs(command: Path, process: int) -> bool:
    """Whether a process is this one or a child of it."""
    if command.parent.name == str(process):
        return True
    try:
        return f"PPid:\t{process}\n" in (command.parent / "status").read_text()
    except OSError:
        return False


def test_a_program_that_is_started_has_none_of_the_settings(own: Ledger, clean: Any) -> None:
    chain = running_chain(own.home / ".mulu" / "devnet")
    assert chain is not None
    process = Path(f"/proc/{chain}")
    if not process.exists():
        pytest.skip("needs /proc")
    clean((process / "cmdline").read_bytes())
    names = [one.partition(b"=")[0] for one in (process / "environ").read_bytes().split(b"\0")]
    assert b"PATH" in names
    assert [name for name in names if name.startswith(b"MULU_")] == []


def test_the_server_and_its_log(own: Ledger, clean: Any) -> None:
    """A request for a proof, with a node that is down."""
    own.do("catalog", "apply", CATALOG)
    port = free_port()
    with answering(through(own)) as url:
        pass
    process = own.start("serve", "--port", port, settings={"MULU_RPC_URL": with_secrets(url)})
    try:
        address = f"http://127.0.0.1:{port}/v1/entries/0x{'5a' * 32}/absence"
        answer = urllib3.PoolManager().request("GET", address, retries=urllib3.Retry(connect=30, backoff_factor=0.1))
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert answer.status == 503, answer.data
    assert "cannot be reached" in err
    clean(answer.data, out, err)


def test_no_file_holds_a_secret(own: Ledger, clean: Any) -> None:
    """What the failures above left behind; but for the files that are there to hold one."""
    holders = {own.home / ".mulu" / name for name in ("password", "log.key")}
    files = [path for path in own.home.rglob("*") if path.is_file() and path not in holders]
    assert len(files) > 5
    clean(*(path.read_bytes() for path in files))
