"""What one signature sends about one entry: a publication or a retirement."""

from dataclasses import dataclass

from ledger.model.entry import Kind, Level, Open, Share
from ledger.model.ids import Digest, EntryId, entry_id

NO_REASON = Digest(bytes(32))


@dataclass(frozen=True, slots=True)
class Publication:
    """`ICatalog.Publication`: an entry is added (`expected_version` 0) or follows its own last version."""

    provider: str
    expected_version: int
    kind: Kind
    share: Share
    open: Open
    level: Level
    reason: Digest
    local_code: str
    content: bytes
    """Canonical JSON."""

    @property
    def id(self) -> EntryId:
        """The id of the entry it speaks of."""
        return entry_id(self.provider, self.local_code)


@dataclass(frozen=True, slots=True)
class Retirement:
    """`ICatalog.Retirement`."""

    id: EntryId
    expected_version: int
    reason: Digest
