"""The yearly report (年度披露报告) about a grant: what the chain says of a calendar year, and what was disclosed.

A document in JSON and in Markdown, Chinese first. The same chain gives the same bytes: it speaks of the year up to its
last second, or to the block that it names, never of now, and holds nothing of the machine that makes it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from ledger.grant.derivation import act_of, time_text
from ledger.indexer.grant_rows import (
    DisclosureRow,
    GrantApprovalRow,
    GrantRecordRow,
    GrantRow,
    GrantScopeRow,
    GrantVersionRow,
    ProductPriceRow,
    ProductRow,
)
from ledger.model.disclosure import DisclosureContent
from ledger.model.disclosure import Kind as Disclosing
from ledger.model.grant import GrantContent, operations_in, purposes_in
from ledger.model.ids import to_hex
from ledger.model.workdays import SHANGHAI

FORMAT: Final = "mulu-report/1"


@dataclass(frozen=True, slots=True)
class OfferedProduct:
    """A product as it stood when the report ends, and the prices that held in the year."""

    row: ProductRow
    prices: Sequence[ProductPriceRow]
    """Those set in the year, after the one that held at its beginning."""


@dataclass(frozen=True, slots=True)
class Material:
    """What a report is made of, as it stood at the end of what it speaks of."""

    year: int
    block: int
    """The block up to whose end it speaks."""
    block_hash: bytes
    block_time: datetime
    journal_size: int
    grant: GrantRow
    version: GrantVersionRow
    content: bytes
    approvals: Sequence[GrantApprovalRow]
    records: Sequence[GrantRecordRow]
    """Those of the year, after the one that held at its beginning."""
    scope: Sequence[GrantScopeRow]
    titles: Mapping[bytes, str | None]
    """Of the entries in the scope and of those that products use."""
    products: Sequence[OfferedProduct]
    disclosures: Sequence[DisclosureRow]
    """The last version of each kind about the year, however late it came."""
    deadline: datetime | None
    """When what is not disclosed is late, by the policy that the block knew; None where policy says nothing."""
    names: Mapping[str, str]


def year_of(year: int) -> tuple[datetime, datetime]:
    """First second of a local year, and of the next."""
    start, end = (datetime(number, 1, 1, tzinfo=SHANGHAI).astimezone(UTC) for number in (year, year + 1))
    return start, end


def held_in(times: Sequence[datetime], year: int) -> slice:
    """Which of things that hold from these times on, ascending, held at some time of a year."""
    start, end = year_of(year)
    begun = [at for at, time in enumerate(times) if time < end]
    before = [at for at in begun if times[at] <= start]
    return slice(before[-1] if before else 0, len(begun))


def document(of: Material) -> dict[str, Any]:
    """The report for programs; `ledger.model.canonical` gives its bytes."""
    grant, version = of.grant, of.version
    return {
        "format": FORMAT,
        "year": of.year,
        "as_of": {
            "block": of.block,
            "hash": to_hex(of.block_hash),
            "time": time_text(of.block_time),
            "journal_size": of.journal_size,
        },
        "grant": {
            "number": grant.grant,
            "kind": grant.kind,
            "mode": grant.mode,
            "version": version.version,
            "grantor": _party(of, grant.grantor),
            "implementer": _party(of, grant.implementer),
            "grantee": _party(of, grant.grantee),
            "content": _texts(GrantContent, of.content, version.malformed),
            "content_digest": to_hex(version.content_digest),
            "start": grant.valid_from and time_text(grant.valid_from),
            "end": grant.valid_until and time_text(grant.valid_until),
            "area": f"{version.area:012d}",
            "level": version.level,
            "purposes": purposes_in(version.purposes),
            "agreement": version.agreement and to_hex(version.agreement),
            "approvals": [
                act_of(row.act_index, row.time, row.account, row.organization, of.names)
                | {
                    "approval": row.approval,
                    "provider": row.provider,
                    "document": row.document and to_hex(row.document),
                }
                for row in of.approvals
            ],
            "statuses": [
                {
                    "status": row.status,
                    "version": row.version,
                    "since": time_text(row.time),
                    "until": time_text(row.valid_until),
                    "act_index": row.act_index,
                }
                for row in of.records
            ],
            "scope_count": len(of.scope),
            "scope_digest": version.scope_digest and to_hex(version.scope_digest),
            "scope": [
                {
                    "provider": _party(of, row.provider),
                    "entry": row.entry_id and to_hex(row.entry_id),
                    "title": of.titles.get(row.entry_id) if row.entry_id else None,
                    "entry_version": row.entry_version,
                    "operations": operations_in(row.operations),
                    "level": row.level,
                }
                for row in of.scope
            ],
        },
        "products": [_product(of, product) for product in of.products],
        "disclosures": [_disclosure(of, kind) for kind in Disclosing if kind],
    }


def used_entries(of: Material) -> list[bytes]:
    """Entries that products of the year use, each once, ascending."""
    return sorted({bytes.fromhex(entry[2:]) for product in of.products for entry in product.row.inputs})


def _product(of: Material, product: OfferedProduct) -> dict[str, Any]:
    row = product.row
    return {
        "number": row.product,
        "name": row.name,
        "operator": _party(of, row.operator),
        "form": row.form,
        "purposes": purposes_in(row.purpose),
        "status": row.status,
        "source": row.source,
        "entry": to_hex(row.entry_id),
        "inputs": [{"entry": entry, "title": of.titles.get(bytes.fromhex(entry[2:]))} for entry in row.inputs],
        "prices": [
            {
                "since": time_text(price.time),
                # Text: amounts of 64 bits do not fit a JSON number.
                "ceiling": None if price.ceiling is None else str(price.ceiling),
                "price": None if price.price is None else str(price.price),
                "trial": price.trial,
                "unit": price.unit,
                "document": price.document and to_hex(price.document),
                "act_index": price.act_index,
            }
            for price in product.prices
        ],
    }


def _disclosure(of: Material, kind: Disclosing) -> dict[str, Any]:
    found = next((row for row in of.disclosures if row.kind == kind.name), None)
    told: dict[str, Any] = {"kind": kind.name, "disclosed": found is not None}
    if found is None:
        late = of.deadline is not None and of.block_time >= of.deadline
        return told | {"deadline": of.deadline and time_text(of.deadline), "late": late}
    return (
        told
        | act_of(found.act_index, found.time, found.account, found.organization, of.names)
        | {
            "version": found.version,
            "deadline": time_text(found.deadline),
            "late": found.late,
            "content": _texts(DisclosureContent, found.content, found.malformed),
            "content_digest": to_hex(found.content_digest),
        }
    )


def _party(of: Material, code: str | None) -> dict[str, str | None] | None:
    return None if code is None else {"code": code, "name": of.names.get(code)}


def _texts(kind: type[GrantContent] | type[DisclosureContent], content: bytes, malformed: str | None) -> Any:
    return None if malformed else kind.parse(content).stated()
