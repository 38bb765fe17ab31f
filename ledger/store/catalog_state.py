"""The ledger as publishing sees it (`ledger.publish.ports`), from one read transaction of the mirror."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from ledger.indexer.rows import ACTIVE, EntryRow, OrganizationRow
from ledger.model.entry import Kind, Level, Open, Share, Status
from ledger.model.ids import EntryId
from ledger.publish.ports import CurrentEntry, KnownOrganization
from ledger.store import bulk, entry_queries
from ledger.store.projection import ENTRY, ORGANIZATION
from ledger.store.questions import in_force


class MirroredCatalog:
    """`CatalogState` and `Organizations` at the mirror's head."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def entries_by_id(self, ids: Sequence[EntryId]) -> Mapping[EntryId, CurrentEntry]:
        """The entries among `ids` that exist, retired ones included."""
        rows = entry_queries.of_ids(self._connection, list(ids))
        return {entry.id: entry for entry in self._entries(rows)}

    def content_of(self, entry: EntryId, version: int) -> bytes | None:
        """The content of one version of an entry; None when there is none, or it is a retirement."""
        row = entry_queries.version(self._connection, entry, version)
        return row.content if row is not None and row.status == ACTIVE else None

    def entries_of_source(self, source: str) -> Sequence[CurrentEntry]:
        """Every entry whose current content names this source, retired ones included, oldest version first."""
        wanted = bulk.all_of(ENTRY, ENTRY.c.source == source, in_force(ENTRY, None))
        rows = bulk.read(self._connection, EntryRow, wanted.order_by(ENTRY.c.act_index))
        return self._entries(rows)

    def organizations(self) -> Sequence[KnownOrganization]:
        """All organizations, suspended ones included, by code."""
        wanted = bulk.all_of(ORGANIZATION, ORGANIZATION.c.to_block.is_(None)).order_by(ORGANIZATION.c.code)
        return [
            KnownOrganization(
                code=row.code,
                name=row.name,
                aliases=tuple(row.aliases),
                kind=row.kind,
                parent=row.parent,
                sector_authority=row.sector_authority,
                suspended=row.suspended,
                area=row.area,
                allowed_roles=row.allowed_roles,
            )
            for row in bulk.read(self._connection, OrganizationRow, wanted)
        ]

    def _entries(self, rows: Sequence[EntryRow]) -> list[CurrentEntry]:
        holds = entry_queries.holds(self._connection, [row.entry_id for row in rows])
        return [_entry(row, holds.get(row.entry_id, 0)) for row in rows]


def _entry(row: EntryRow, holds: int) -> CurrentEntry:
    return CurrentEntry(
        id=EntryId(row.entry_id),
        provider=row.provider,
        local_code=row.local_code,
        version=row.version,
        status=Status[row.status],
        kind=Kind(row.kind),
        share=Share(row.share),
        open=Open(row.open),
        level=Level(row.level),
        submitter=row.submitter,
        content=row.content,
        holds=holds,
    )
