"""What a node says beside a document. It is believed only as far as it agrees with the trust file.

Of a node comes evidence of what holds today, checked like that of a bundle. Where evidence does not hold, the node is
at fault and not the document, so nothing is decided by it.
"""

from dataclasses import dataclass
from datetime import datetime

from ledger.errors import Contradicted, Malformed
from ledger.model.ids import to_hex
from ledger.proof.checks import Checks
from ledger.proof.evidence import Evidence, SealsUnknown, State, check_seals, open_state, require_hash
from ledger.proof.facts import Facts, read_facts
from ledger.proof.moment import shown_time
from ledger.proof.statement import Statement, asked_at, contracts_of
from ledger.proof.trust import DEVELOPMENT, Trust


@dataclass(frozen=True, slots=True)
class NodeEvidence:
    """What a node says."""

    chain_id: int
    genesis_hash: bytes
    block_hash: bytes | None
    """Hash of the block whose number a bundle names; None when the node does not have it, or no bundle was there."""
    today: Evidence | None
    """Evidence for the statement at the node's newest block that counts; None when it gives none."""


def check_today(run: Checks, statement: Statement, node: NodeEvidence, at: datetime | None = None) -> Facts | None:
    """Adds to a run what a node says of today, or of a past time; None when that is of no use."""
    trust = run.trust
    if (node.chain_id, node.genesis_hash) != (trust.chain_id, trust.genesis_hash):
        run.missing(
            "node",
            f"the node is on another chain (id {node.chain_id}, genesis {to_hex(node.genesis_hash)}) than the "
            "trust file: ask a node of the trusted chain",
            "该节点所在的链与信任文件不同：请询问受信任链上的节点",
        )
        return None
    if node.today is None:
        run.missing("node", "the node does not prove what holds today", "节点未能证明当前状态")
        return None
    try:
        state = open_state(node.today, trust)
        found = check_seals(state, trust)
        for contract in contracts_of(statement):
            state.check_account(contract)
        facts = read_facts(asked_at(statement, at, state.header.time), state.word, state.header)
    except (Contradicted, Malformed) as error:
        if isinstance(error, Contradicted) and error.check in ("code", "content"):
            # Sound evidence of something else: not the node's fault.
            run.check("node", lambda error=error: _raise(error), "", "")  # type: ignore[misc]
        else:
            run.missing(
                "node",
                f"the evidence that the node gives does not hold: {error}. Ask again, or ask another node",
                f"节点给出的证据不成立（{error}）：请重试或询问其他节点",
            )
        return None
    head = f"block {facts.number} of {shown_time(facts.time)}"
    zh_head = f"区块 {facts.number}（{shown_time(facts.time)}）"
    if isinstance(found, SealsUnknown):
        if trust.consensus != DEVELOPMENT:
            run.missing(found.missing, found.en, found.zh)
            return None
        run.check(
            "node",
            lambda: None,
            f"the node's head is {head}; this rests on the node's word",
            f"节点最新区块为{zh_head}；此项以该节点所述为准",
        )
    else:
        run.check("node", lambda: None, f"the node proves {head}: {found.en}", f"节点证明了{zh_head}：{found.zh}")
    return facts


def check_word(run: Checks, state: State, node: NodeEvidence) -> None:
    """Adds to a run whether a node has a development chain's block, where no seals say so."""
    number = state.header.number
    if node.block_hash is None:
        run.missing(
            "block",
            f"the node does not have block {number}: is it synchronized?",
            f"节点没有区块 {number}：是否已同步？",
        )
        return
    said = node.block_hash
    run.check(
        "block",
        lambda: require_hash(state, said),
        f"the node has block {number}; this rests on the node's word",
        f"节点上有区块 {number}；此项以该节点所述为准",
    )


def same_chain(node: NodeEvidence, trust: Trust) -> bool:
    """Whether a node is on the trusted chain."""
    return (node.chain_id, node.genesis_hash) == (trust.chain_id, trust.genesis_hash)


def _raise(error: Exception) -> None:
    raise error
