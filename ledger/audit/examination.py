"""Does the chain's journal continue what was kept, and if not, which act is the first that is another?"""

from typing import Any

from ledger.audit.chain_journal import ChainJournal, log_of
from ledger.audit.completeness import OldHistory, first_rewritten, prove_continuation
from ledger.chain.deployment import Deployment
from ledger.chain.events import decode
from ledger.chain.journal_entry import entry_bytes, parse_entry_bytes
from ledger.errors import Contradicted, Inconsistent, LedgerError, Malformed, Unavailable
from ledger.indexer.ports import Chain
from ledger.merkle.checkpoint import Checkpoint
from ledger.merkle.hashing import leaf_hash
from ledger.model.ids import to_hex


class Examination:
    """One question to one chain.

    Args:
        journal: what the chain's logs give, checked.
        old: where the history that was kept may still be had.
    """

    def __init__(
        self, chain: Chain, deployment: Deployment, journal: ChainJournal, kept: Checkpoint, old: OldHistory | None
    ) -> None:
        self._chain = chain
        self._deployment = deployment
        self._journal = journal
        self._nodes = journal.nodes()
        self._kept = kept
        self._old = old

    def judge(self) -> tuple[dict[str, Any], LedgerError | None]:
        """The facts, for programs, and what is wrong unless the journal is complete: Contradicted or Unavailable."""
        kept, journal = self._kept, self._journal
        facts: dict[str, Any] = {
            "verdict": "COMPLETE",
            "checkpoint": {"origin": kept.origin, "size": kept.size, "root": to_hex(kept.root)},
            "journal": {"size": journal.size, "root": to_hex(journal.root), "block": journal.block},
        }
        failure: LedgerError | None = None
        if journal.size < kept.size:
            failure = self._shorter(facts)
        else:
            try:
                path = prove_continuation(kept, journal.size, self._nodes)
            except Contradicted:
                failure = self._rewritten(facts)
            else:
                facts["proof"] = [to_hex(node) for node in path]
        if failure is not None:
            facts["verdict"] = "REWRITTEN" if isinstance(failure, Inconsistent) else "UNDECIDED"
        return facts, failure

    def _shorter(self, facts: dict[str, Any]) -> LedgerError:
        size, kept = self._journal.size, self._kept.size
        same = "whether these are the same cannot be told without the old history (--database, --log)"
        if self._old is not None:
            try:
                index = first_rewritten(self._kept, self._nodes, size, self._old)
            except LedgerError as error:
                same = f"whether these are the same cannot be told: {error}"
            else:
                if index is not None:
                    return self._found(facts, index)
                same = "these are the same"
        return Unavailable(
            f"undecided: the node's journal has {size} acts, the checkpoint {kept}; {same}. The node is behind, or the "
            f"acts from {size} on were taken away: ask another node"
        )

    def _rewritten(self, facts: dict[str, Any]) -> LedgerError:
        reason = "the old history finds the first act that is another: name it with --database or --log"
        if self._old is not None:
            try:
                index = first_rewritten(self._kept, self._nodes, self._journal.size, self._old)
            except LedgerError as error:
                reason = f"which act is the first cannot be told: {error}"
            else:
                if index is not None:
                    return self._found(facts, index)
                reason = f"which act is the first cannot be told: {self._old.name} has altered tiles"
        size = self._kept.size
        return Contradicted(
            "path", f"rewritten: the first {size} acts of the journal are not the {size} of the checkpoint; {reason}"
        )

    def _found(self, facts: dict[str, Any], index: int) -> LedgerError:
        log = log_of(self._chain, self._journal, index)
        new = self._act(entry_bytes(log.emitter, log.topics, log.data), log.block_number)
        old = self._kept_act(index)
        facts["first_difference"] = {"index": index, "kept": old, "chain": new}
        return Contradicted(
            "path",
            f"rewritten: act {index} is the first that is another. Kept: {_told(old)}. On the chain: {_told(new)}",
        )

    def _kept_act(self, index: int) -> dict[str, Any] | None:
        """The act as it was; None unless it can be shown to be the one that was kept."""
        assert self._old is not None
        try:
            entry, block = self._old.entry(index)
            if leaf_hash(entry) != self._old.nodes(self._kept.size)(0, index):
                return None
        except LedgerError:
            return None
        return self._act(entry, block)

    def _act(self, entry: bytes, block: int | None) -> dict[str, Any]:
        emitter, topics, data = parse_entry_bytes(entry)
        contract = self._deployment.name_of(emitter)
        facts: dict[str, Any] = {"contract": contract, "event": None, "block": block, "account": None}
        try:
            event = decode(contract or "", topics, data)
        except Malformed:
            return facts
        return facts | {"event": event.event, "account": to_hex(event.fields["account"])}


def _told(act: dict[str, Any] | None) -> str:
    if act is None:
        return "not to be had"
    what = f"{act['contract'] or 'an unknown contract'}.{act['event'] or 'an unknown event'}"
    block = "block not known" if act["block"] is None else f"block {act['block']}"
    return f"{what}, {block}, account {act['account'] or 'not known'}"
