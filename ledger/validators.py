"""What a trust file says of validators, drawn from a node: at deployment, and whenever it is updated.

The node is believed in nothing: every header is checked by `proof.follow`. At deployment the genesis block is what is
taken as given, as the rest of the deployment is.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

from ledger.chain.deployment import Deployment
from ledger.chain.rpc import Node, NodeError, masked
from ledger.errors import Inconsistent, Unavailable
from ledger.evidence import header_of, provable_block, trust_in
from ledger.proof.follow import Follower, block_hash, starting_window
from ledger.proof.header import Header
from ledger.proof.trust import CLIQUE, DEVELOPMENT, QBFT, Trust

_BATCH: Final = 200
_QBFT_MIX: Final = bytes.fromhex("63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365")
"""Mix hash of every QBFT block ("ctical byzantine fault tolerance"; Besu `BftHelpers.EXPECTED_MIX_HASH`)."""


def trust_of(node: Node, deployment: Deployment) -> Trust:
    """The trust file of whoever deployed: it takes the deployment as given, and the validators of the genesis block.

    On Clique a block counts when more than half of the signers could have sealed on it.
    Raises Inconsistent when the node's headers do not lead on from there.
    """
    known = trust_in(deployment)
    (genesis,) = _headers(node, 0, 1)
    consensus = _consensus(genesis)
    if consensus == DEVELOPMENT:
        return known
    window = starting_window(consensus, genesis)
    depth = len(window.addresses) // 2 + 1 if consensus == CLIQUE else 0
    trust = replace(known, consensus=consensus, depth=depth, windows=(window,))
    trust = replace(trust, known_hash=block_hash(trust, genesis))
    if trust.known_hash != deployment.genesis_hash:
        raise Inconsistent("the node's genesis block does not hash to what it says: is it another consensus?")
    return update(node, trust)


def update(node: Node, trust: Trust, followed: Callable[[int, int], None] = lambda at, end: None) -> Trust:
    """A trust file that follows the validators to the newest block that counts.

    Args: followed: told of the block that was followed to, and of the last.
    Raises Contradicted when a header does not follow, Rejected where there is nothing to follow.
    """
    follower = Follower(trust)
    end = provable_block(node, trust) + 1
    for header in _headers(node, trust.known_block + 1, end):
        follower.advance(header)
        if header.number % _BATCH == 0:
            followed(header.number, end - 1)
    return follower.trust


def has_seals(node: Node) -> bool:
    """Whether the blocks of a node's chain carry seals."""
    (genesis,) = _headers(node, 0, 1)
    return _consensus(genesis) != DEVELOPMENT


def _consensus(genesis: Header) -> str:
    extra = len(genesis.extra_data)
    if genesis.items[13] == _QBFT_MIX:
        return QBFT
    return CLIQUE if extra > 97 and (extra - 97) % 20 == 0 else DEVELOPMENT


def _headers(node: Node, start: int, end: int) -> Iterator[Header]:
    """The headers of the blocks [start, end)."""
    for first in range(start, end, _BATCH):
        numbers = range(first, min(first + _BATCH, end))
        answers: list[Any] = node.batch([("eth_getBlockByNumber", (hex(number), False)) for number in numbers])
        for number, raw in zip(numbers, answers, strict=True):
            if raw is None or isinstance(raw, NodeError):
                raise Unavailable(f"node {masked(node.url)} does not have block {number}: is it synchronized?")
            yield header_of(raw)
