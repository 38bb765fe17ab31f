"""Sending on a real chain: what is declared, what is refused, what is waited for."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.chain import abi, proposals
from ledger.chain.contracts import Contracts
from ledger.chain.deployment import Deployment, load_deployment
from ledger.chain.rpc import Node, NodeError
from ledger.chain.sender import Call, Receipt, Sender
from ledger.errors import Inconsistent, Malformed, NotFound, Rejected, Unavailable
from ledger.files import write_json
from ledger.model.ids import to_hex
from ledger.model.publication import Publication, Retirement
from ledger.publish.apply import encode, gas_of
from ledger.publish.batches import cut_publications, cut_retirements
from tests.bench.city import City


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with City(tmp_path_factory.mktemp("city"), None) as made:
        yield made


@pytest.fixture
def snapshot(city: City) -> Iterator[City]:
    before = city.node.request("evm_snapshot")
    yield city
    assert city.node.request("evm_revert", before)


def send(city: City, batch: object) -> tuple[Receipt, int]:
    data = encode(batch)  # type: ignore[arg-type]
    gas = gas_of(batch, data)  # type: ignore[arg-type]
    (receipt,) = Sender(city.contracts, city.publisher).send([Call(city.contracts.address("Catalog"), data, gas=gas)])
    return receipt, gas


def later(publications: list[Publication], version: int) -> list[Publication]:
    return [dataclasses.replace(one, expected_version=version) for one in publications]


def content_of(size: int) -> bytes:
    return b'{"format":"mulu-entry/1","source":"s","title":"' + b"x" * size + b'"}'


@pytest.mark.parametrize("count", [1, 7, 60])
def test_declared_gas_is_enough_and_close(snapshot: City, count: int) -> None:
    wanted = snapshot.publications[:count]
    for version in range(4):
        (batch,) = cut_publications(later(wanted, version))
        receipt, declared = send(snapshot, batch)
        assert receipt.gas_used <= declared
        if count >= 60:
            assert declared <= receipt.gas_used * 1.2
    retirements = [Retirement(one.id, 4, one.reason) for one in wanted]
    (retiring,) = cut_retirements(retirements)
    receipt, declared = send(snapshot, retiring)
    assert receipt.gas_used <= declared


@pytest.mark.parametrize("size", [1, 1_000, 45_000])
def test_declared_gas_is_enough_for_any_content(snapshot: City, size: int) -> None:
    one = dataclasses.replace(snapshot.publications[0], content=content_of(size), local_code="码" * 42)
    (batch,) = cut_publications([one])
    receipt, declared = send(snapshot, batch)
    assert receipt.gas_used <= declared


def test_a_stale_batch_is_refused_by_name_and_changes_nothing(snapshot: City) -> None:
    good, stale = snapshot.publications[0], dataclasses.replace(snapshot.publications[1], expected_version=3)
    size = snapshot.contracts.call("Journal", "size")
    (batch,) = cut_publications([good, stale])
    with pytest.raises(
        Rejected, match=r"CatalogVersionConflict\(id=0x[0-9a-f]{64}, expected=3, version=0\)"
    ) as refused:
        send(snapshot, batch)
    assert refused.value.reason == "CatalogVersionConflict"
    assert to_hex(stale.id) in str(refused.value)
    assert snapshot.contracts.call("Journal", "size") == size
    assert snapshot.contracts.call("Catalog", "head", good.id)["version"] == 0


def test_an_account_without_the_role_is_refused(snapshot: City) -> None:
    from ledger.chain import signer

    name = "stranger"
    if not (snapshot.folder / "keystore" / f"{name}.json").exists():
        signer.create_key(snapshot.folder / "keystore", name, "x", iterations=1000)
    stranger = signer.unlock(snapshot.folder / "keystore", name, lambda path: "x")
    (batch,) = cut_publications(snapshot.publications[:1])
    call = Call(snapshot.contracts.address("Catalog"), encode(batch))
    with pytest.raises(Rejected, match="AccountRoleMissing"):
        Sender(snapshot.contracts, stranger).send([call])


def test_what_is_not_mined_is_waited_for_and_said(snapshot: City) -> None:
    sender = Sender(snapshot.contracts, snapshot.publisher, inclusion_seconds=0.5)
    (batch,) = cut_publications(snapshot.publications[:1])
    data = encode(batch)
    call = Call(snapshot.contracts.address("Catalog"), data, gas=gas_of(batch, data))
    snapshot.node.request("evm_setAutomine", False)
    try:
        with pytest.raises(Unavailable, match="not included after"):
            sender.send([call])
        with pytest.raises(Unavailable, match="1 transactions"):
            sender.settle()
    finally:
        snapshot.node.request("evm_mine")
        snapshot.node.request("evm_setAutomine", True)
    sender.settle()
    assert snapshot.contracts.call("Catalog", "head", batch.publications[0].id)["version"] == 1


def test_root_act_needs_another_admin(snapshot: City) -> None:
    action = abi.encode_call("IRootActs", "closeJournal")
    from ledger.chain import signer

    first = signer.unlock(snapshot.folder / "keystore", "first", lambda path: "bench")
    sender = Sender(snapshot.contracts, first)
    number, _ = proposals.propose_action(snapshot.contracts, sender, snapshot.contracts.address("Journal"), action)
    with pytest.raises(Rejected, match="ProposalNeedsAnotherAdmin"):
        proposals.confirm(snapshot.contracts, sender, proposals.read(snapshot.contracts, number))
    with pytest.raises(NotFound):
        proposals.read(snapshot.contracts, number + 1)


def test_a_closed_journal_accepts_nothing(snapshot: City) -> None:
    from ledger.chain import signer

    first, second = (
        signer.unlock(snapshot.folder / "keystore", name, lambda path: "bench") for name in ("first", "second")
    )
    number, _ = proposals.propose(snapshot.contracts, Sender(snapshot.contracts, first), "Journal", "closeJournal")
    proposals.confirm(
        snapshot.contracts, Sender(snapshot.contracts, second), proposals.read(snapshot.contracts, number)
    )
    (batch,) = cut_publications(snapshot.publications[:1])
    with pytest.raises(Rejected, match="JournalIsClosed"):
        send(snapshot, batch)


def test_wrong_chain_is_named(city: City) -> None:
    def checked(**other: object) -> None:
        deployment: Deployment = dataclasses.replace(city.contracts.deployment, **other)  # type: ignore[arg-type]
        Contracts(city.node, deployment).check_chain()

    checked()
    for other, said in (
        ({"chain_id": 1}, "chain id"),
        ({"genesis_hash": bytes(32)}, "genesis"),
        ({"origin": bytes(32)}, "origin"),
    ):
        with pytest.raises(Inconsistent, match=said):
            checked(**other)


def test_stopped_node_is_unavailable_and_masked() -> None:
    node = Node("http://user:secret@127.0.0.1:9/path/key", attempts=1)
    with pytest.raises(Unavailable) as error:
        node.request("eth_chainId")
    assert "secret" not in str(error.value)
    assert "key" not in str(error.value).replace("keystore", "")
    assert "127.0.0.1:9" in str(error.value)


def test_batch_gives_each_its_own_error(city: City) -> None:
    number, error = city.node.batch([("eth_chainId", []), ("eth_noSuchMethod", [])])
    assert int(number, 16) == city.contracts.deployment.chain_id
    assert isinstance(error, NodeError)


def test_deployment_file_roundtrip(city: City, tmp_path: Path) -> None:
    path = tmp_path / "deployment.json"
    write_json(path, city.contracts.deployment.to_json())
    assert load_deployment(path) == city.contracts.deployment
    path.write_text(path.read_text("utf-8").replace("Catalog", "Cat"), "utf-8")
    with pytest.raises(Malformed):
        load_deployment(path)
    with pytest.raises(NotFound):
        load_deployment(tmp_path / "none.json")
