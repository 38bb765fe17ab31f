"""Several addresses of one chain, and several processes that send for one account."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from ledger.chain.contracts import Contracts
from ledger.chain.rpc import Node, open_node
from ledger.chain.sender import Call, Sender
from ledger.errors import Malformed, Unavailable
from ledger.publish.apply import encode, gas_of
from ledger.publish.batches import cut_publications
from tests.bench.city import City
from tests.end_to_end.ledger import free_port
from tests.integration.audit.lying import lying


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with City(tmp_path_factory.mktemp("city"), None) as made:
        yield made


def dead() -> str:
    return f"http://user:secret@127.0.0.1:{free_port()}/key?token=secret"


def calls(city: City, start: int, count: int) -> list[Call]:
    """Transactions that publish one entry each."""
    made = []
    for publication in city.publications[start : start + count]:
        (batch,) = cut_publications([publication])
        data = encode(batch)
        made.append(Call(city.contracts.address("Catalog"), data, gas=gas_of(batch, data)))
    return made


def versions(city: City, start: int, count: int) -> list[int]:
    ids = [[publication.id] for publication in city.publications[start : start + count]]
    return [head["version"] for head in city.contracts.call_each("Catalog", "head", ids)]


def test_the_next_node_takes_over_and_says_so_once(city: City, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "ledger.chain")
    node = Node(dead(), dead(), city.node.url)
    for _ in range(3):
        assert int(node.request("eth_chainId"), 16) == city.contracts.deployment.chain_id
    (said,) = [str(record.msg) for record in caplog.records]
    assert f"{city.node.url} is asked instead" in said
    assert "secret" not in said
    assert "/key" not in said
    assert node.url == city.node.url


def test_all_dead_is_unavailable_and_masked() -> None:
    with pytest.raises(Unavailable, match=r"none of 2 nodes can be reached for eth_chainId") as refused:
        Node(dead(), dead(), attempts=1).request("eth_chainId")
    assert str(refused.value).count("connection refused") == 2
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("urls", ["http://a:8545,http://b:8545", "http://a:8545, http://b:8545", "http://a http:b,c"])
def test_how_several_are_written_is_said(urls: str) -> None:
    with pytest.raises(Malformed, match="separated by blanks"):
        open_node(urls, "MULU_RPC_URL")


def test_what_a_dying_node_told_nobody_is_sent_again(city: City) -> None:
    """It takes three transactions, and is gone with them."""
    taken: list[str] = []

    def dying(method: str, params: list[Any], result: Any) -> Any:
        if len(taken) == 3:
            city.node.request("evm_setAutomine", True)
            raise ConnectionError("gone")
        if method == "eth_sendRawTransaction":
            city.node.request("anvil_dropTransaction", result)
            taken.append(result)
        return result

    size = city.contracts.call("Journal", "size")
    city.node.request("evm_setAutomine", False)
    with lying(city.node.url, dying) as node:
        contracts = Contracts(Node(node.url, city.node.url), city.contracts.deployment)
        receipts = Sender(contracts, city.publisher).send(calls(city, 0, 5))
    assert [receipt.transaction_hash.hex() for receipt in receipts[:3]] == [one.removeprefix("0x") for one in taken]
    assert versions(city, 0, 5) == [1] * 5
    assert city.contracts.call("Journal", "size") == size + 5


def test_another_process_that_sends_for_the_account_is_told_of(city: City) -> None:
    own, other = (Sender(city.contracts, city.publisher) for _ in range(2))

    def late() -> Iterator[Call]:
        # The number of the next transaction was asked for already.
        other.send(calls(city, 10, 1))
        yield from calls(city, 11, 1)

    with pytest.raises(Unavailable, match="is taken by another one: does another process sign for this account"):
        own.send(late())
    assert versions(city, 10, 2) == [1, 0]
    own.send(calls(city, 11, 1))
    assert versions(city, 10, 2) == [1, 1]


def test_what_another_process_displaced_is_told_of(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.chain.sender._AGAIN_SECONDS", 0.05)

    def losing(method: str, params: list[Any], result: Any) -> Any:
        if method == "eth_sendRawTransaction":
            city.node.request("anvil_dropTransaction", result)
            city.node.request("evm_setAutomine", True)
            Sender(city.contracts, city.publisher).send(calls(city, 20, 1))
        return result

    city.node.request("evm_setAutomine", False)
    with lying(city.node.url, losing) as node:
        contracts = Contracts(node, city.contracts.deployment)
        with pytest.raises(Unavailable, match="is taken by another one"):
            Sender(contracts, city.publisher).send(calls(city, 21, 1))
    assert versions(city, 20, 2) == [1, 0]
