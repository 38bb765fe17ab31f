"""Root acts: proposed by one ADMIN of the data authority, carried out when another confirms.

A proposal's content is read from its own event, so that who confirms sees what the chain holds and nothing else.
"""

from dataclasses import dataclass
from typing import Any

from ledger.chain import abi
from ledger.chain.contracts import Contracts
from ledger.chain.events import decode, topic_of
from ledger.chain.sender import Call, Receipt, Sender
from ledger.errors import NotFound
from ledger.model.ids import to_hex


@dataclass(frozen=True, slots=True)
class Proposal:
    """A root act that was proposed."""

    number: int
    target: bytes
    """Address of the contract that carries it out."""
    action: bytes
    account: bytes
    """The ADMIN who proposed."""
    time: int
    """Unix seconds."""
    settled: bool

    def describe(self) -> abi.DecodedCall:
        """The action in plain terms. Raises Malformed when no contract would carry it out."""
        return abi.decode_call("IRootActs", self.action)


def propose(contracts: Contracts, sender: Sender, contract: str, function: str, *arguments: Any) -> tuple[int, Receipt]:
    """Proposes a root act of a contract and returns the proposal's number.

    Raises Rejected when the account is no ADMIN of the data authority.
    """
    return propose_action(
        contracts, sender, contracts.address(contract), abi.encode_call("IRootActs", function, *arguments)
    )


def propose_action(contracts: Contracts, sender: Sender, target: bytes, action: bytes) -> tuple[int, Receipt]:
    """Proposes an encoded root act; see `propose`."""
    data = abi.encode_call("Organizations", "propose", to_hex(target), action)
    (receipt,) = sender.send([Call(contracts.address("Organizations"), data)])
    mine = _logs(contracts, receipt.block_number, receipt.block_number)
    for log in mine:
        if log["transactionHash"] == to_hex(receipt.transaction_hash):
            return int(log["topics"][2], 16), receipt
    raise NotFound(f"the node shows no proposal in transaction {to_hex(receipt.transaction_hash)}")


def confirm(contracts: Contracts, sender: Sender, proposal: Proposal) -> Receipt:
    """Confirms a proposal and has it carried out.

    Raises Rejected with the contract's error when it cannot be.
    """
    data = abi.encode_call("Organizations", "confirm", proposal.number, to_hex(proposal.target), proposal.action)
    (receipt,) = sender.send([Call(contracts.address("Organizations"), data)])
    return receipt


def read(contracts: Contracts, number: int) -> Proposal:
    """One proposal. Raises NotFound."""
    for log in _logs(contracts, contracts.deployment.block, "latest", number):
        return _proposal(contracts, log)
    raise NotFound(f"there is no proposal {number}: mulu proposal list")


def read_all(contracts: Contracts) -> list[Proposal]:
    """Every proposal, oldest first."""
    return [_proposal(contracts, log) for log in _logs(contracts, contracts.deployment.block, "latest")]


def _proposal(contracts: Contracts, log: dict[str, Any]) -> Proposal:
    topics = tuple(bytes.fromhex(topic[2:]) for topic in log["topics"])
    fields = decode("Organizations", topics, bytes.fromhex(log["data"][2:])).fields
    state = contracts.call("Organizations", "proposal", fields["proposal"])
    return Proposal(
        number=fields["proposal"],
        target=fields["target"],
        action=fields["action"],
        account=fields["account"],
        time=fields["time"],
        settled=state["settled"],
    )


def _logs(contracts: Contracts, first: int, last: int | str, number: int | None = None) -> list[dict[str, Any]]:
    query = {
        "address": to_hex(contracts.address("Organizations")),
        "fromBlock": hex(first),
        "toBlock": last if isinstance(last, str) else hex(last),
        "topics": [
            to_hex(topic_of("Organizations", "ProposalMade")),
            None,
            None if number is None else to_hex(number.to_bytes(32)),
        ],
    }
    found: list[dict[str, Any]] = contracts.node.request("eth_getLogs", query)
    return found
