"""Typed calls to the contracts of one deployment, and what their refusals mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from ledger.chain import abi
from ledger.chain.artifacts import keccak256
from ledger.chain.deployment import Deployment
from ledger.chain.rpc import Node, NodeError, masked
from ledger.errors import Inconsistent, LedgerError, NotFound, Rejected, Unavailable
from ledger.model.ids import to_hex

_CALLS_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class BlockHeader:
    """What is needed of a block: number, hash and parent, 32 bytes each, and time in Unix seconds."""

    number: int
    hash: bytes
    parent_hash: bytes
    time: int


@dataclass(frozen=True, slots=True)
class Contracts:
    """The contracts of a deployment on a node."""

    node: Node
    deployment: Deployment

    def address(self, contract: str) -> bytes:
        """Address of a contract, 20 bytes."""
        return self.deployment.contracts[contract].address

    def call(self, contract: str, function: str, *arguments: Any, block: int | str = "latest") -> Any:
        """What a view function returns at a block.

        Raises Rejected when the contract reverts, Unavailable when the node has no state there.
        """
        try:
            result = self.node.request("eth_call", *self._question(contract, function, arguments, block))
        except NodeError as error:
            raise refusal(error) from error
        return self._answer(contract, function, result)

    def call_each(
        self, contract: str, function: str, arguments: Sequence[Sequence[Any]], block: int | str = "latest"
    ) -> list[Any]:
        """As `call`, for each list of arguments, in few round trips."""
        results: list[Any] = []
        for start in range(0, len(arguments), _CALLS_AT_ONCE):
            asked = arguments[start : start + _CALLS_AT_ONCE]
            answers = self.node.batch([("eth_call", self._question(contract, function, one, block)) for one in asked])
            for answer in answers:
                if isinstance(answer, NodeError):
                    raise refusal(answer) from answer
                results.append(self._answer(contract, function, answer))
        return results

    def _question(self, contract: str, function: str, arguments: Sequence[Any], block: int | str) -> list[Any]:
        data = to_hex(abi.encode_call(contract, function, *arguments))
        call = {"to": to_hex(self.address(contract)), "data": data}
        return [call, block if isinstance(block, str) else hex(block)]

    def _answer(self, contract: str, function: str, result: str) -> Any:
        data = bytes.fromhex(result[2:])
        if not data:
            raise Unavailable(
                f"node {masked(self.node.url)} has no {contract} at {to_hex(self.address(contract))}: "
                "is it the chain of this deployment, and is it synchronized?"
            )
        return abi.decode_result(contract, function, data)

    def header(self, block: int | str = "latest") -> BlockHeader:
        """The header of a block. Raises NotFound when the node does not have it."""
        raw = self.node.request("eth_getBlockByNumber", block if isinstance(block, str) else hex(block), False)
        if raw is None:
            raise NotFound(f"the node has no block {block}")
        return BlockHeader(
            number=int(raw["number"], 16),
            hash=bytes.fromhex(raw["hash"][2:]),
            parent_hash=bytes.fromhex(raw["parentHash"][2:]),
            time=int(raw["timestamp"], 16),
        )

    def check_chain(self) -> None:
        """Checks that the node's chain is the deployment's: chain id, genesis hash, code, origin.

        Raises Inconsistent naming the first that differs, Unavailable when the node cannot be asked.
        """
        deployment = self.deployment
        chain_id = int(self.node.request("eth_chainId"), 16)
        if chain_id != deployment.chain_id:
            raise Inconsistent(
                f"wrong chain: the node's chain id is {chain_id}, the deployment's {deployment.chain_id}. "
                "Check MULU_RPC_URL and MULU_DEPLOYMENT"
            )
        genesis = self.header(0).hash
        if genesis != deployment.genesis_hash:
            raise Inconsistent(
                f"wrong chain: the node's genesis block is {to_hex(genesis)}, the deployment's "
                f"{to_hex(deployment.genesis_hash)}. Was the development chain started afresh? Then deploy again"
            )
        for name, at in deployment.contracts.items():
            code = bytes.fromhex(self.node.request("eth_getCode", to_hex(at.address), "latest")[2:])
            if keccak256(code) != at.code_hash:
                raise Inconsistent(
                    f"{name} at {to_hex(at.address)}: its code hashes to {to_hex(keccak256(code))}, "
                    f"the deployment says {to_hex(at.code_hash)}"
                )
        origin = self.call("Journal", "origin")
        if origin != deployment.origin:
            raise Inconsistent(
                f"the journal's origin is {to_hex(origin)}, the deployment says {to_hex(deployment.origin)}"
            )


def refusal(error: NodeError) -> LedgerError:
    """What a node's error to a call or an estimate means: Rejected with the contract's own error, or Unavailable."""
    data = error.data.get("data") if isinstance(error.data, dict) else error.data
    if isinstance(data, str) and data.startswith("0x") and len(data) >= 10:
        known = abi.decode_error(bytes.fromhex(data[2:]))
        if known is not None:
            return Rejected(f"refused on chain: {known}", reason=known.name)
    text = error.reason.lower()
    if "revert" in text or "invalid opcode" in text:
        return Rejected(f"refused on chain: {error.reason}")
    if "insufficient funds" in text:
        return Rejected("the account has not enough funds for gas: ask the chain's operator to fund it")
    return Unavailable(str(error))
