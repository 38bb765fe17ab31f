"""Accounts whose keys an external signer holds, by the commands: a real node signs, and is not the ledger's own."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.chain.rpc import Node, NodeError
from ledger.errors import Unavailable
from tests.conftest import Tools
from tests.end_to_end.ledger import CATALOG, CENTER, Ledger, free_port, new_entry
from tests.integration.answering import answering

SIGN = "eth_signTransaction"


@pytest.fixture(scope="module")
def signer(tools: Tools, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a node that holds unlocked accounts and is used for nothing but its signatures."""
    port = free_port()
    process = subprocess.Popen(
        [tools.anvil, "--port", str(port), "--silent", "--accounts", "2"],
        stdin=subprocess.DEVNULL,
        cwd=tmp_path_factory.mktemp("signer"),
    )
    try:
        node = Node(f"http://127.0.0.1:{port}", attempts=1)
        deadline = time.monotonic() + 20
        while True:
            try:
                node.request("eth_accounts")
                break
            except Unavailable:
                assert time.monotonic() < deadline
                time.sleep(0.05)
        yield node.url
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def account(ledger: Ledger, signer: str) -> str:
    """Address of the account `clerk`, a publisher, which the signer holds."""
    address: str = Node(signer).request("eth_accounts")[0]
    made = ledger.do("account", "external", "clerk", address.upper().replace("0X", "0x")).out
    assert made == f".mulu/keystore/clerk.json: {address}\n"
    ledger.do(
        *("account", "add", "clerk", "--organization", CENTER, "--roles", "publisher", "--account", "admin-1"),
    )
    return address


def test_a_catalog_is_published_by_an_external_signer(ledger: Ledger, signer: str, account: str) -> None:
    by_clerk = {"MULU_SIGNER_URL": signer, "MULU_PASSWORD_FILE": None}
    before, _ = ledger.journal()
    doctor = ledger.run("doctor", settings=by_clerk).ended().out
    assert f"{signer} holds {account}" in doctor
    assert f"clerk: {CENTER} publisher" in doctor
    ledger.run("catalog", "apply", CATALOG, "--account", "clerk", settings=by_clerk).ended()
    assert ledger.journal()[0] > before
    shown = ledger.json("catalog", "show", "11119900MBF1000095/306001/000001")
    assert shown[0]["submitter"] == CENTER
    again = ledger.run("catalog", "apply", CATALOG, "--account", account, settings=by_clerk).ended()
    assert "nothing to change" in again.out


def test_what_a_signer_can_do_wrong(ledger: Ledger, signer: str, account: str) -> None:
    """Each ends with its own code and a line that names the signer and not its password; nothing reaches the ledger."""
    file = ledger.write("one.json", [new_entry("signed-1")])

    def refuse(method: str, params: list[Any]) -> Any:
        raise NodeError(method, -32000, "request denied", None)

    def other(method: str, params: list[Any]) -> Any:
        return Node(signer).request(SIGN, {**params[0], "to": account})

    def ended(url: str | None, code: int, said: str, name: str = "clerk") -> None:
        before = ledger.journal()
        if url is not None:
            url = url.replace("http://", "http://user:secret@") + "/path?key=secret"
        settings = {"MULU_SIGNER_URL": url, "MULU_PASSWORD_FILE": None}
        for as_json in ((), ("--json",)):
            ran = ledger.run("catalog", "apply", file, "--account", name, *as_json, settings=settings).ended(code)
            assert said in ran.err, ran
            assert "secret" not in ran.out + ran.err
        assert ledger.journal() == before

    ended(None, 1, "an external signer holds this account: set MULU_SIGNER_URL")
    ended(None, 1, "If an external signer holds it, set MULU_SIGNER_URL", "0x" + "5a" * 20)
    with answering(refuse) as url:
        ended(url, 1, f"the external signer {url} does not sign for {account}: it says 'request denied'")
    ended(url, 4, f"external signer {url} cannot be reached")
    with answering(other) as url:
        ended(url, 3, f"the external signer {url} returned another transaction than was asked for: recipient is 0x")
    settings = {"MULU_SIGNER_URL": signer, "MULU_PASSWORD_FILE": None}
    ledger.run("catalog", "apply", file, "--account", "clerk", settings=settings).ended()
    assert len(ledger.entry("11119900MBF1000095/signed-1")) == 1


def test_names_of_external_accounts(ledger: Ledger, account: str) -> None:
    before = (ledger.home / ".mulu/keystore/publisher.json").read_bytes()
    assert "is never overwritten" in ledger.run("account", "external", "publisher", account).ended(1).err
    assert (ledger.home / ".mulu/keystore/publisher.json").read_bytes() == before
    assert "is no name of a key" in ledger.run("account", "external", "../up", account).ended(2).err
    assert "address" in ledger.run("account", "external", "short", "0x12").ended(2).err
    assert Path(ledger.home / ".mulu/keystore/clerk.json").stat().st_mode & 0o077 == 0
