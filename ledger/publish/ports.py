"""What publishing needs to know of the ledger; `store` provides it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ledger.model.entry import Kind, Level, Open, Share, Status
from ledger.model.ids import EntryId


@dataclass(frozen=True, slots=True)
class CurrentEntry:
    """An entry as it stands now, retired or not."""

    id: EntryId
    provider: str
    """Organization code, 18 characters."""
    local_code: str
    version: int
    status: Status
    kind: Kind
    share: Share
    open: Open
    level: Level
    submitter: str
    """Code of the organization that signed the last publication."""
    content: bytes
    """Bytes of the last publication, as they stand on chain: not necessarily canonical JSON."""
    holds: int = 0


class CatalogState(Protocol):
    """The catalog at one block. Both answers are of the same block."""

    def entries_by_id(self, ids: Sequence[EntryId]) -> Mapping[EntryId, CurrentEntry]:
        """The entries among `ids` that exist, retired ones included."""

    def entries_of_source(self, source: str) -> Sequence[CurrentEntry]:
        """Every entry whose current content names this source, of any submitter, retired ones included."""


@dataclass(frozen=True, slots=True)
class KnownOrganization:
    """An organization of the ledger."""

    code: str
    name: str
    aliases: tuple[str, ...]
    kind: int
    parent: str | None = None
    sector_authority: str | None = None
    suspended: bool = False
    area: int = 0
    """12-digit area code as a number."""
    allowed_roles: int = 0


class Organizations(Protocol):
    """The organizations of the ledger at one block."""

    def organizations(self) -> Sequence[KnownOrganization]:
        """All of them, suspended ones included."""
