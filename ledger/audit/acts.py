"""An act as the auditor has it: decoded from the raw log, with the facts of its block. No I/O."""

from dataclasses import dataclass
from typing import Any

from ledger.chain.events import RawLog, decode

NO_CODE = bytes(18)
NO_DIGEST = bytes(32)


@dataclass(slots=True)
class Act:
    """One act. `act["version"]` is what the event says by that name."""

    index: int
    contract: str
    event: str
    fields: dict[str, Any]
    emitter: bytes
    block: int
    block_time: int
    """Unix seconds, from the block's header."""
    transaction: bytes

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]

    @property
    def account(self) -> bytes:
        """The acting account, 20 bytes."""
        account: bytes = self.fields["account"]
        return account

    @property
    def time(self) -> int:
        """The time that the act states, Unix seconds; a rule of its own compares it with the block's."""
        time: int = self.fields["time"]
        return time

    @property
    def reason(self) -> bytes:
        """Digest of the reason; zeros where none is given."""
        reason: bytes = self.fields.get("reason", NO_DIGEST)
        return reason


def read_act(log: RawLog, contract: str, block_time: int) -> Act:
    """The act that a log records. Raises Malformed when the log is none of the contract's."""
    event = decode(contract, log.topics, log.data)
    return Act(
        event.index,
        contract,
        event.event,
        event.fields,
        log.emitter,
        log.block_number,
        block_time,
        log.transaction_hash,
    )


def code_text(code: bytes) -> str | None:
    """An organization code or a registration number as text; None for the zeros that stand for none."""
    return code.rstrip(b"\0").decode("ascii", "backslashreplace") if any(code) else None
