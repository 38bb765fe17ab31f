"""A ledger on a real network of several signers: founded, filled, proven, parted; verified when no node is left."""

import json
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from ledger.chain.geth import find_geth
from ledger.chain.rpc import Node
from ledger.errors import LedgerError, Malformed
from ledger.proof.bundle import parse_bundle
from ledger.proof.trust import parse_trust
from ledger.proof.verdict import Verdict
from ledger.proof.verify import verify
from tests.end_to_end.ledger import CATALOG, CENTER, RESERVOIRS, WATER, Ledger, free_port, new_entry
from tests.end_to_end.network import Network, founded_network, free_ports, wait_until
from tests.end_to_end.soak_partition import ACCOUNTS, Soak
from tests.integration.audit.lying import lying

SIGNERS = 3
DEPTH = 2


@pytest.fixture(scope="module")
def clique(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    """A founded ledger with the sample catalog on three signers."""
    try:
        find_geth()  # Builds it the first time, which takes minutes.
    except LedgerError as error:
        pytest.skip(str(error))
    made = founded_network(tmp_path_factory.mktemp("network"), free_ports(SIGNERS), SIGNERS)
    try:
        made.ledger.do("catalog", "apply", CATALOG)
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def network(clique: Network) -> Ledger:
    return clique.ledger


@pytest.fixture(scope="module")
def bundle(clique: Network, network: Ledger) -> bytes:
    clique.grow(DEPTH)
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


def test_a_bundle_is_verified_with_every_node_stopped(
    clique: Network, network: Ledger, bundle: bytes, tmp_path: Path
) -> None:
    for name in ("absent", "act"):
        subject = "0x" + "5a" * 32 if name == "absent" else 0
        network.do("prove", "absence" if name == "absent" else "act", subject, "-o", f"{name}.json")
    network.do("trust", "update")
    clique.stop()
    try:
        assert clique.running == 0
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
        clique.start()
        clique.grow(DEPTH)
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


def test_several_nodes(clique: Network, network: Ledger) -> None:
    """A dead one is skipped with a line, one that lies about what is final stops everything, none is exit 4."""
    dead = f"http://user:secret@127.0.0.1:{free_port()}/key"
    gone = {"MULU_RPC_URL": f"{dead} {dead}"}
    refused = network.run("index", settings=gone).ended(4).err
    assert "none of the nodes" in refused

    some = {"MULU_RPC_URL": f"{dead} {clique.urls[1]} {clique.urls[2]}"}
    said = network.run("index", settings=some).ended().err
    assert said.count("is skipped while others answer") == 1
    examined = network.run("doctor", settings=some).ended(4).out
    assert f"{clique.urls[1]} at block" in examined
    assert "secret" not in refused + said + examined

    before = network.json("status")
    with lying(clique.urls[2], forge) as liar:
        stopped = network.run("index", settings={"MULU_RPC_URL": f"{clique.urls[0]} {liar.url}"}).ended(3).err
    assert "the nodes disagree below finality (depth:2): after block" in stopped
    assert f"at {clique.urls[0]}," in stopped
    assert f"acts and root 0x{'05' * 32} at {liar.url}" in stopped
    assert network.json("status")["mirror_journal_root"] == before["mirror_journal_root"]


def forge(method: str, params: list[Any], result: Any) -> Any:
    """Another root of the journal."""
    return "0x" + "05" * 32 if method == "eth_getStorageAt" and int(params[1], 16) == 0 else result


def test_two_apply_at_once_while_signers_stop(clique: Network, network: Ledger) -> None:
    """Two accounts over two nodes, of which one is stopped; then too few signers are left, until they are started."""
    parting = Soak(clique, Random(1))
    parting.prepare()
    size = network.journal()[0]
    parts = [[new_entry(f"7{part}{number:04}") for number in range(150)] for part in range(2)]
    files = [network.write(f"part-{part}.json", entries) for part, entries in enumerate(parts)]
    running = [
        network.start("catalog", "apply", file, "--account", account, settings={"MULU_RPC_URL": urls})
        for file, account, urls in zip(
            files, ACCOUNTS, (clique.urls[0], f"{clique.urls[1]} {clique.urls[0]}"), strict=True
        )
    ]
    try:
        wait_until(lambda: network.journal()[0] > size, "something is applied")
        for place in (1, 2):
            clique.stop_signer(place)
        clique.start()
        for process in running:
            _, errors = process.communicate(timeout=90)
            assert process.returncode == 0, errors
    finally:
        for process in running:
            process.kill()
            process.wait()
    # The node that is asked may lag behind the one that told of the last block.
    wait_until(lambda: network.journal()[0] - size >= 300, "the node has all of it")
    assert network.journal()[0] - size == 300
    for file, account in zip(files, ACCOUNTS, strict=True):
        assert "nothing to change" in network.do("catalog", "apply", file, "--account", account).out
    network.do("index", "--check")


def test_parted_and_healed(clique: Network, network: Ledger) -> None:
    """A signer alone seals a block at most: what it had is rolled back, and included again."""
    parting = Soak(clique, Random(1))
    parting.round([(2,), (0, 1)], [2], ACCOUNTS)
    assert set(parting.figures.forks) <= {0, 1}


def test_votes_are_followed(clique: Network, network: Ledger, bundle: bytes) -> None:
    """One signer is voted out: what it seals from then on counts for nothing, what it sealed before does."""
    nodes = clique.nodes
    signers = nodes[0].request("clique_getSigners", "latest")
    removed = nodes[2].request("eth_accounts")[0]
    for node in nodes[:2]:
        node.request("clique_propose", removed, False)
    deadline = time.monotonic() + 60
    while removed in nodes[0].request("clique_getSigners", "latest"):
        assert time.monotonic() < deadline
        time.sleep(0.3)
    clique.grow(2 * DEPTH)
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
