"""A ledger on a real chain, with acts to index."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from ledger.chain import abi
from ledger.chain.contracts import Contracts
from ledger.chain.deploy import Founding, admission, deploy
from ledger.chain.proposals import propose_action
from ledger.chain.rpc import Node
from ledger.chain.sender import Call, Sender
from ledger.chain.signer import KeySigner
from ledger.indexer.finality import Finality
from ledger.indexer.follow import Indexer
from ledger.indexer.node import NodeChain
from ledger.model import canonical
from ledger.model.ids import to_hex
from ledger.model.organization_code import sample_code
from ledger.model.roles import Role
from ledger.store.mirror import Mirror

AUTHORITY = sample_code(0)
AREA = 119900000000


@dataclass
class Ledger:
    """A deployed ledger whose data authority publishes entries of its own."""

    node: Node
    contracts: Contracts
    senders: list[Sender]
    published: int = 0
    versions: dict[int, int] = field(default_factory=dict)

    @property
    def chain(self) -> NodeChain:
        return NodeChain(self.node, self.contracts.deployment)

    def send(self, contract: str, function: str, *arguments: Any, sender: int = 0) -> None:
        call = Call(self.contracts.address(contract), abi.encode_call(contract, function, *arguments))
        self.senders[sender].send([call])

    def publish(self, *numbers: int, content: bytes | None = None) -> None:
        """Publishes entries by number, each as its next version, in one transaction."""
        publications = []
        for number in numbers:
            version = self.versions.get(number, 0)
            publications.append(
                {
                    "provider": AUTHORITY.encode(),
                    "expectedVersion": version,
                    "kind": 1,
                    "share": 1,
                    "open": 2,
                    "level": 0,
                    "reason": bytes(32),
                    "localCode": f"E-{number}".encode(),
                    "content": content or entry_content(number, version + 1),
                }
            )
            self.versions[number] = version + 1
        self.send("Catalog", "publish", publications)

    def retire(self, number: int) -> None:
        id = self.contracts.call("Catalog", "idOf", AUTHORITY.encode(), f"E-{number}".encode())
        self.send("Catalog", "retire", [{"id": id, "expectedVersion": self.versions[number], "reason": bytes(32)}])
        self.versions[number] += 1

    def root_act(self, contract: str, function: str, *arguments: Any) -> int:
        """Proposes and confirms a root act."""
        return self.act_on(self.contracts.address(contract), abi.encode_call("IRootActs", function, *arguments))

    def act_on(self, target: bytes, action: bytes) -> int:
        number, _ = propose_action(self.contracts, self.senders[0], target, action)
        self.send("Organizations", "confirm", number, to_hex(target), action, sender=1)
        return number

    def indexer(self, mirror: Mirror, depth: int = 0, **options: Any) -> Indexer:
        return Indexer(self.chain, mirror.writer, self.contracts.deployment, Finality(depth), **options)


def entry_content(number: int, version: int) -> bytes:
    return canonical.encode(
        {
            "format": "mulu-entry/1",
            "source": "test",
            "title": f"数据目录{number}号第{version}版",
            "abstract": "关于取水许可的信息",
            "theme": "环境与资源保护" if number % 2 else "信用服务",
            "items": [{"name": "许可证编号"}],
        }
    )


@pytest.fixture(scope="module")
def founded(anvil: str) -> Ledger:
    """A ledger with its modules admitted; tests of a module share the chain."""
    from eth_account import Account

    node = Node(anvil)
    signers = [KeySigner(Account.from_key(bytes([number]) * 32)) for number in (1, 2)]
    for signer in signers:
        node.request("anvil_setBalance", to_hex(signer.address), hex(10**24))
    roles = int(Role.ADMIN | Role.PUBLISHER | Role.SUPERVISOR)
    founding = Founding(AUTHORITY, "数据管理局", AREA, roles, tuple((signer.address, roles) for signer in signers))
    deployment = deploy(node, signers[0], founding)
    contracts = Contracts(node, deployment)
    ledger = Ledger(node, contracts, [Sender(contracts, signer) for signer in signers])
    ledger.act_on(*admission(deployment))
    return ledger


@pytest.fixture
def ledger(founded: Ledger) -> Iterator[Ledger]:
    """The ledger as it was founded; what a test adds is reverted."""
    snapshot = founded.node.request("evm_snapshot")
    founded.versions.clear()
    yield founded
    founded.node.request("evm_revert", snapshot)


@pytest.fixture
def mirror(database: str) -> Iterator[Mirror]:
    mirror = Mirror(database)
    yield mirror
    mirror.close()
