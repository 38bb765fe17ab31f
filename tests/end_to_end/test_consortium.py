"""A ledger on a real network of several signers: founded, filled, proven; verified when no node is left."""

import json
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledger.chain.consortium import running_signers, stop
from ledger.chain.geth import find_geth
from ledger.chain.rpc import Node
from ledger.errors import LedgerError, Malformed
from ledger.proof.bundle import parse_bundle
from ledger.proof.trust import parse_trust
from ledger.proof.verdict import Verdict
from ledger.proof.verify import verify
from tests.end_to_end.ledger import CATALOG, CENTER, RESERVOIRS, WATER, Ledger, free_port, new_entry

SIGNERS = 3
DEPTH = 2


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A founded ledger with the sample catalog on three signers."""
    try:
        find_geth()  # Builds it the first time, which takes minutes.
    except LedgerError as error:
        pytest.skip(str(error))
    ledger = Ledger(tmp_path_factory.mktemp("network"), free_port())
    ledger.settings["MULU_FINALITY"] = f"depth:{DEPTH}"
    try:
        start(ledger)
        ledger.found()
        ledger.do("catalog", "apply", CATALOG)
        yield ledger
    finally:
        stop(ledger.home / ".mulu" / "clique")


def start(ledger: Ledger) -> None:
    words = ("--consensus", "clique", "--signers", SIGNERS, "--block-time", 1, "--port", ledger.port)
    ledger.execute("devnet", *words, "--background").ended()


def settle(ledger: Ledger) -> None:
    """Waits until what is on the chain lies as deep as the trust file wants."""
    node = Node(ledger.url)
    until = int(node.request("eth_blockNumber"), 16) + DEPTH
    deadline = time.monotonic() + 60
    while int(node.request("eth_blockNumber"), 16) < until:
        assert time.monotonic() < deadline, "the network seals no blocks"
        time.sleep(0.2)


@pytest.fixture(scope="module")
def bundle(network: Ledger) -> bytes:
    settle(network)
    network.do("prove", "entry", RESERVOIRS, "-o", "entry.json")
    return (network.home / "entry.json").read_bytes()


def test_the_trust_file_knows_the_signers(network: Ledger) -> None:
    trust = parse_trust(json.loads((network.home / ".mulu" / "trust.json").read_text()))
    assert (trust.consensus, trust.depth, len(trust.windows)) == ("clique", DEPTH, 1)
    assert len(trust.windows[0].addresses) == SIGNERS
    assert trust.known_block > 0
    shown = network.do("trust", "show").out
    assert shown.count("validator, blocks from 0 ") == SIGNERS
    lost = network.run("prove", "act", 0, "-o", "no.json", settings={"MULU_TRUST": "absent.json"}).ended(1)
    assert "no trust file at absent.json" in lost.err


def test_the_node_and_the_ledger_are_as_they_should_be(network: Ledger) -> None:
    network.do("doctor")
    network.do("index", "--check")


def test_a_bundle_is_verified_with_every_node_stopped(network: Ledger, bundle: bytes, tmp_path: Path) -> None:
    for name in ("absent", "act"):
        subject = "0x" + "5a" * 32 if name == "absent" else 0
        network.do("prove", "absence" if name == "absent" else "act", subject, "-o", f"{name}.json")
    network.do("trust", "update")
    stop(network.home / ".mulu" / "clique")
    try:
        assert running_signers(network.home / ".mulu" / "clique") == {}
        stranger = Ledger(tmp_path, network.port)
        stranger.settings = {"MULU_TRUST": "trust.json"}
        for file in (".mulu/trust.json", "entry.json", "absent.json", "act.json"):
            shutil.copy(network.home / file, tmp_path)
        said = stranger.do("verify", "entry.json").out
        assert said.endswith("VALID\n")
        assert f"settled by depth {DEPTH}, not by a quorum of seals" in said
        assert "NOT IN FORCE: ABSENT" in stranger.run("verify", "absent.json").ended(1).out
        assert stranger.do("verify", "act.json").out.endswith("VALID\n")
    finally:
        start(network)
        settle(network)
    assert network.entry(RESERVOIRS)[-1]["version"] == 1


def test_any_changed_byte_is_refused(network: Ledger, bundle: bytes) -> None:
    trust = parse_trust(json.loads((network.home / ".mulu" / "trust.json").read_text()))
    now = datetime.now(UTC)
    assert verify(bundle, trust, None, now).verdict is Verdict.VALID
    for at in range(len(bundle)):
        forged = bundle[:at] + bytes((bundle[at] ^ 1,)) + bundle[at + 1 :]
        try:
            verdict = verify(forged, trust, None, now).verdict
        except Malformed:
            continue
        assert verdict in (Verdict.CONTRADICTED, Verdict.UNDECIDED), (at, bundle[max(0, at - 40) : at + 1])


def test_a_node_signs_for_an_account_that_it_holds(network: Ledger) -> None:
    """geth answers with the raw transaction and its fields."""
    account = Node(network.url).request("eth_accounts")[0]
    network.do("account", "add", account, "--organization", CENTER, "--roles", "publisher", "--account", "admin-1")
    file = network.write("signed.json", [new_entry("signed-1")])
    external = {"MULU_SIGNER_URL": network.url, "MULU_PASSWORD_FILE": None}
    network.run("catalog", "apply", file, "--account", account, settings=external).ended()
    assert len(network.entry(f"{WATER}/signed-1")) == 1
    elsewhere = {**external, "MULU_SIGNER_URL": f"http://127.0.0.1:{network.port + 1}"}
    another = network.write("refused.json", [new_entry("refused-1")])
    refused = network.run("catalog", "apply", another, "--account", account, settings=elsewhere).ended(1)
    assert f"does not sign for {account}: it says 'unknown account'" in refused.err


def test_votes_are_followed(network: Ledger, bundle: bytes) -> None:
    """One signer is voted out: what it seals from then on counts for nothing, what it sealed before does."""
    nodes = [Node(f"http://127.0.0.1:{network.port + place}") for place in range(SIGNERS)]
    signers = nodes[0].request("clique_getSigners", "latest")
    removed = nodes[2].request("eth_accounts")[0]
    for node in nodes[:2]:
        node.request("clique_propose", removed, False)
    deadline = time.monotonic() + 60
    while removed in nodes[0].request("clique_getSigners", "latest"):
        assert time.monotonic() < deadline
        time.sleep(0.3)
    settle(network)
    settle(network)
    said = network.do("trust", "update").out
    assert "1 changes" in said
    trust = parse_trust(json.loads((network.home / ".mulu" / "trust.json").read_text()))
    assert [len(window.addresses) for window in trust.windows] == [SIGNERS, SIGNERS - 1]
    assert set(signers) - {"0x" + one.hex() for one in trust.windows[1].addresses} == {removed}
    # Made before the change.
    assert verify(bundle, trust, None, datetime.now(UTC)).verdict is Verdict.VALID
    network.do("prove", "entry", RESERVOIRS, "-o", "later.json")
    later = (network.home / "later.json").read_bytes()
    assert verify(later, trust, None, datetime.now(UTC)).verdict is Verdict.VALID
    assert parse_bundle(later).evidence.header != parse_bundle(bundle).evidence.header
