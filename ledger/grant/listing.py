"""What a file lists in the scope of a plan, and which of it is still to be listed."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ledger.errors import Rejected
from ledger.grant.reader import GrantReader
from ledger.grant.records import EntryScope, ProviderScope
from ledger.grant.rows import RowsRefused
from ledger.grant.scope_checks import Limits
from ledger.grant.scope_file import Catalog, ListedEntry, ListedProvider, read_entries, read_providers
from ledger.model.grant import Basis, Mode, Stage
from ledger.model.ids import EntryId
from ledger.model.message import Message
from ledger.publish.directory import Directory
from ledger.publish.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Listing:
    """The scope that a file gives the open version of a grant: entries, or providers of an OVERALL grant."""

    file: str
    number: int
    version: int
    entries: tuple[ListedEntry, ...]
    providers: tuple[ListedProvider, ...]

    @property
    def rows(self) -> Sequence[ListedEntry | ListedProvider]:
        """All of it."""
        return self.entries or self.providers


def read_scope(
    number: int, path: Path, sheet: str | None, directory: Directory, catalog: Catalog, reader: GrantReader
) -> Listing:
    """The scope in a file, checked against the plan, its parent and the catalog.

    Raises Rejected when no scope can be listed now, RowsRefused with what is wrong in every row.
    """
    identity, head = reader.identity(number), reader.head(number)
    drawn = reader.version(number, head.versions)
    stage = reader.procedure(number, head.versions).stage
    if stage is Stage.REVIEW:
        raise Rejected(
            f"version {head.versions} of grant {number} is under review, which freezes its scope: "
            "withdraw it to change it"
        )
    if stage is not Stage.PLAN:
        raise Rejected(f"version {head.versions} of grant {number} is no plan any more ({stage.name})")
    if drawn.basis is Basis.RENEWAL:
        raise Rejected(f"version {head.versions} of grant {number} is a renewal: it keeps the scope that it renews")
    if identity.mode is Mode.OVERALL:
        file, providers = read_providers(path, directory, drawn.terms.level, sheet)
        return Listing(file, number, head.versions, (), tuple(providers))
    above: dict[EntryId, EntryScope] | None = None
    if identity.parent:
        current = reader.head(identity.parent).current
        above = {one.entry: one for one in reader.scope(identity.parent, current).entries}
    limits = Limits(identity.kind, drawn.terms.level, drawn.export_level, above, reader.registered)
    file, entries = read_entries(path, directory, catalog, limits, sheet)
    return Listing(file, number, head.versions, tuple(entries), ())


def outstanding(listing: Listing, reader: GrantReader) -> list[EntryScope] | list[ProviderScope]:
    """What of a listing the chain does not list yet, in the order of the file.

    Raises RowsRefused where it lists something else for the same entry or provider: that cannot be changed.
    """
    scope = reader.scope(listing.number, listing.version)
    entries = {one.entry: one for one in scope.entries}
    providers = {one.provider: one for one in scope.providers}
    refusals = [
        _differs(listing.file, one) for one in listing.entries if entries.get(one.scope.entry, one.scope) != one.scope
    ]
    refusals += [
        _differs(listing.file, one)
        for one in listing.providers
        if providers.get(one.scope.provider, one.scope) != one.scope
    ]
    if refusals:
        raise RowsRefused(listing.file, refusals)
    if listing.providers:
        return [one.scope for one in listing.providers if one.scope.provider not in providers]
    return [one.scope for one in listing.entries if one.scope.entry not in entries]


def _differs(file: str, row: ListedEntry | ListedProvider) -> Refusal:
    why = Message("the plan lists it already, with something else", "方案已列入该项，且内容不同")
    what = Message("withdraw the plan and plan anew to change it", "如需变更，请撤回方案后重新拟定")
    return Refusal(file, row.row, None, row.title, "listed_otherwise", why, what)
