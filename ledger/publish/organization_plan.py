"""What importing a file of organizations would change: additions, moves, allowed roles, descriptions."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ledger.chain import abi
from ledger.errors import Rejected
from ledger.model import canonical
from ledger.publish.organization_file import OrganizationFile, OrganizationRow
from ledger.publish.ports import KnownOrganization

CONTENT_FORMAT: Final = "mulu-organization/1"
_ACTION_BYTES: Final = 80_000
"""A proposal travels twice, each time in one transaction; nodes take no more than 128 KiB."""


@dataclass(frozen=True, slots=True)
class OrganizationPlan:
    """Rows by what they need. Additions, moves and roles are root acts; descriptions need one ADMIN."""

    additions: tuple[OrganizationRow, ...]
    moves: tuple[OrganizationRow, ...]
    roles: tuple[OrganizationRow, ...]
    descriptions: tuple[OrganizationRow, ...]
    unchanged_count: int

    def root_acts(self) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """Function of `IRootActs` and its argument for each proposal, none too large for a transaction."""
        yield from _cut("addOrganizations", [_addition(row) for row in self.additions])
        yield from _cut("moveOrganizations", [_move(row) for row in self.moves])
        yield from _cut("allowRoles", [_allowance(row) for row in self.roles])

    def description_calls(self) -> Iterator[bytes]:
        """Call data of `describeOrganizations`."""
        fresh = [{"code": row.code.encode(), "content": content_of(row)} for row in self.descriptions]
        for _, chunk in _cut("describeOrganizations", fresh, "Organizations"):
            yield abi.encode_call("Organizations", "describeOrganizations", chunk)


def plan_organizations(file: OrganizationFile, known: Iterable[KnownOrganization]) -> OrganizationPlan:
    """The plan for a file. Raises Rejected when a row gives a known organization another kind."""
    current = {organization.code: organization for organization in known}
    additions, moves, roles, descriptions, unchanged = [], [], [], [], 0
    for row in file.rows:
        there = current.get(row.code)
        if there is None:
            additions.append(row)
            continue
        if there.kind != row.kind:
            raise Rejected(
                f"{file.file} row {row.row}: {row.code} is of kind {there.kind} on the ledger and {int(row.kind)} "
                "here; a kind never changes: correct the row"
            )
        changed = False
        if (there.parent, there.sector_authority, there.area) != (row.parent, row.sector_authority, row.area):
            moves.append(row)
            changed = True
        if row.roles is not None and there.allowed_roles != row.roles:
            roles.append(row)
            changed = True
        if (there.name, set(there.aliases)) != (row.name, set(row.aliases)):
            descriptions.append(row)
            changed = True
        unchanged += not changed
    return OrganizationPlan(tuple(additions), tuple(moves), tuple(roles), tuple(descriptions), unchanged)


def content_of(row: OrganizationRow) -> bytes:
    """Canonical JSON of an organization's name and spellings."""
    content: dict[str, Any] = {"format": CONTENT_FORMAT, "name": row.name}
    if row.aliases:
        content["aliases"] = list(row.aliases)
    return canonical.encode(content)


def _addition(row: OrganizationRow) -> dict[str, Any]:
    return {
        "code": row.code.encode(),
        "parent": _code(row.parent),
        "kind": int(row.kind),
        "area": row.area,
        "allowedRoles": int(row.roles or 0),
        "sectorAuthority": _code(row.sector_authority),
        "content": content_of(row),
    }


def _move(row: OrganizationRow) -> dict[str, Any]:
    return {
        "code": row.code.encode(),
        "parent": _code(row.parent),
        "sectorAuthority": _code(row.sector_authority),
        "area": row.area,
    }


def _allowance(row: OrganizationRow) -> dict[str, Any]:
    return {"code": row.code.encode(), "roles": int(row.roles or 0)}


def _code(code: str | None) -> bytes:
    return code.encode() if code else bytes(18)


def _cut(
    function: str, elements: Sequence[dict[str, Any]], contract: str = "IRootActs"
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    chunk: list[dict[str, Any]] = []
    size = 0
    for element in elements:
        more = len(abi.encode_call(contract, function, [element]))
        if chunk and size + more > _ACTION_BYTES:
            yield function, chunk
            chunk, size = [], 0
        chunk.append(element)
        size += more
    if chunk:
        yield function, chunk
