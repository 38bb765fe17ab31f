"""Evidence of what contracts keep at one block: its header with seals, and proofs of accounts and slots under it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ledger.errors import Contradicted
from ledger.model.ids import to_hex
from ledger.model.message import Message
from ledger.proof import clique, qbft
from ledger.proof.header import Header, parse_header
from ledger.proof.seal import NotOfSet
from ledger.proof.trie import Trie, account_at, word_at
from ledger.proof.trust import CLIQUE, DEVELOPMENT, QBFT, Trust, TrustedContract


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a bundle carries, or a node gives, beside a statement and its act. Bytes; nothing is checked yet."""

    header: bytes
    children: tuple[bytes, ...]
    """Headers that follow it, oldest first."""
    state: tuple[bytes, ...]
    """Nodes of the state's trie."""
    storage: Mapping[str, tuple[bytes, ...]]
    """Nodes of the storage's trie of each contract that is asked."""


@dataclass(frozen=True, slots=True)
class SealsUnknown:
    """Why seals prove nothing, for people; not that they are wrong."""

    missing: str
    en: str
    zh: str


@dataclass(slots=True)
class State:
    """What is proven under one header. Raises Contradicted wherever the evidence does not hold."""

    evidence: Evidence
    contracts: Mapping[str, TrustedContract]
    header: Header
    hash: bytes
    """Of the block."""
    _state: Trie = field(init=False)
    _storage: dict[str, Trie] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._state = Trie(self.header.state_root, self.evidence.state, "account")

    def check_account(self, contract: str) -> None:
        """Checks that a contract is there with the trusted code. Raises Contradicted("account" or "code")."""
        trusted = self.contracts[contract]
        account = account_at(self._state, trusted.address)
        if account is None:
            raise Contradicted("account", f"the state has no account at {contract}'s address")
        if account.code_hash != trusted.code_hash:
            raise Contradicted("code", f"the code at {contract}'s address is not the trusted one")
        self._storage[contract] = Trie(account.storage_root, self.evidence.storage.get(contract, ()), "storage")

    def word(self, contract: str, slot: int) -> bytes:
        """The word in a slot, 32 bytes. Requires the contract's account to be checked."""
        return word_at(self._storage[contract], slot)

    def check_used(self) -> None:
        """Checks that the evidence holds exactly the nodes that were needed. Raises Contradicted."""
        for trie in (self._state, *self._storage.values()):
            trie.check_used()

    def needed(self) -> Evidence:
        """The evidence with just the nodes that were needed so far, in their order."""
        storage = {name: trie.needed() for name, trie in self._storage.items()}
        return Evidence(self.evidence.header, self.evidence.children, self._state.needed(), storage)


def open_state(evidence: Evidence, trust: Trust) -> State:
    """What evidence is to prove. Raises Malformed when its header is none."""
    header = parse_header(evidence.header)
    hash_ = qbft.block_hash(header) if trust.consensus == QBFT else header.plain_hash
    return State(evidence, trust.contracts, header, hash_)


def check_seals(state: State, trust: Trust) -> SealsUnknown | Message:
    """Checks that the trusted validators stand behind a header.

    What was found, for people; or why nothing can be said: on the development chain, outside the trust file's windows,
    or with too few blocks on it.

    Raises Malformed, Contradicted("seal" or "header").
    """
    header = state.header
    children = [parse_header(child) for child in state.evidence.children]
    if trust.consensus != CLIQUE and children:
        raise Contradicted("header", f"{len(children)} headers follow it, and only Clique needs any")
    if trust.consensus == DEVELOPMENT:
        return SealsUnknown(
            "seal",
            "blocks of the development chain carry no seals: whether this one is the chain's, only a node can say "
            "(--rpc URL)",
            "开发链的区块没有签章：该区块是否属于本链，只能询问节点（--rpc URL）",
        )
    run = [header, *children]
    signers = [trust.validators_at(one.number, one.time) for one in run]
    known = [one for one in signers if one is not None]
    if len(known) != len(run):
        lost = run[signers.index(None)]
        return SealsUnknown(
            "validators",
            f"the trust file does not know the validators of block {lost.number} at its time: update it "
            "(mulu trust update)",
            f"信任文件不含区块 {lost.number} 处的验证者集合：请更新（mulu trust update）",
        )
    try:
        if trust.consensus == QBFT:
            return _check_quorum(header, known[0])
        clique.check_run(run, known)
    except NotOfSet as error:
        # Votes were followed up to a block; a set that changed after it must not make a good block look forged.
        if run[-1].number <= trust.known_block:
            raise
        return SealsUnknown(
            "validators",
            f"{error}; the trust file followed the validators up to block {trust.known_block}, and they may be others "
            "by now: update it (mulu trust update)",
            f"{error}；信任文件中的验证者集合仅核对至区块 {trust.known_block}，其后可能已变更：请更新"
            "（mulu trust update）",
        )
    if len(children) < trust.depth:
        return SealsUnknown(
            "depth",
            f"{len(children)} blocks stand on it, the trust file wants {trust.depth}: make the proof again later",
            f"其后仅有 {len(children)} 个区块，信任文件要求 {trust.depth} 个：请稍后重新生成",
        )
    return Message(
        f"settled by depth {len(children)}, not by a quorum of seals",
        f"其后有 {len(children)} 个区块（以深度确认，而非法定数量的签章）",
    )


def _check_quorum(header: Header, validators: tuple[bytes, ...]) -> Message:
    sealed, needed = qbft.check_seals(header, validators), qbft.quorum(len(validators))
    if sealed != needed:
        raise NotOfSet(f"block {header.number} has {sealed} seals, not exactly the {needed} that are needed")
    return Message(
        f"sealed by {sealed} of {len(validators)} validators", f"{len(validators)} 个验证者中的 {sealed} 个已签章"
    )


def require_hash(state: State, said: bytes) -> None:
    """Checks that a node has the same block. Raises Contradicted("header")."""
    if state.hash != said:
        raise Contradicted(
            "header", f"block {state.header.number} of the node is {to_hex(said)}, not {to_hex(state.hash)}"
        )
