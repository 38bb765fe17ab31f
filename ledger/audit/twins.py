"""What the mirror's columns and the contracts' views say alike, so that a difference shows all three values."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any, Final, NamedTuple

from ledger.audit.differences import Difference, shown
from ledger.audit.row import LAST_SECOND
from ledger.audit.view import View
from ledger.model import grant, product
from ledger.model.registration import Kind, ObjectionState, Stage, Status
from ledger.store.whole import Whole

MOST = 100
"""Differences that are completed; each takes a question of its own."""

Ask = Callable[[View], Any]
"""What a contract answers to a question."""


class Twin(NamedTuple):
    """The view that says what an open row says."""

    contract: str
    function: str
    arguments: tuple[str, ...]
    """Columns that name the thing."""
    members: Mapping[str, str]
    """Column → member of the answer."""


def twin_members(*columns: str) -> dict[str, str]:
    """Members are named as their columns, in the manner of Solidity."""
    return {column: "".join([column.split("_")[0], *map(str.title, column.split("_")[1:])]) for column in columns}


TWINS: Final[dict[str, Twin]] = {
    "organization": Twin(
        "Organizations",
        "organization",
        ("code",),
        twin_members("kind", "area", "parent", "sector_authority", "allowed_roles", "suspended"),
    ),
    "account": Twin(
        "Organizations", "account", ("address",), twin_members("organization", "roles", "active", "compromised_since")
    ),
    "proposal": Twin("Organizations", "proposal", ("number",), twin_members("account")),
    "parameter": Twin("Policy", "parameter", ("name", "version"), twin_members("value", "effective_from", "source")),
    "entry": Twin(
        "Catalog",
        "head",
        ("entry_id",),
        twin_members("content_digest", "provider", "version", "status", "kind", "share", "open", "level"),
    ),
    "registration": Twin(
        "Registry",
        "version",
        ("number", "version"),
        twin_members(
            *("content_digest", "certificate_root", "subject", "kind", "stage", "field_count", "open_objections"),
            *("supplemented", "settled", "interested_party", "registrar", "deadline", "applicant", "notice_end"),
            *("objection", "reviewer"),
        )
        | {"issued_time": "issuedAt"},
    ),
    "grant": Twin(
        "Grants",
        "head",
        ("grant",),
        twin_members("versions", "current", "status", "suspended_by_authority")
        | {"valid_from": "from", "valid_until": "until"},
    ),
    "grant_version": Twin(
        "Plans",
        "procedure",
        ("grant", "version"),
        twin_members("stage", "required", "taken", "consents_missing", "agreement"),
    ),
    "product": Twin(
        "Products",
        "product",
        ("product",),
        twin_members("operator", "grant", "form", "purpose", "status", "redevelopable", "suspended_by_authority")
        | {"entry_id": "entry"},
    ),
    "objection": Twin(
        "Objections", "objection", ("objection",), twin_members("version", "state", "deadline", "responsible")
    ),
}
_ENUMERATIONS: Final[dict[tuple[str, str], type[IntEnum]]] = {
    ("registration", "stage"): Stage,
    ("registration", "status"): Status,
    ("registration", "kind"): Kind,
    ("objection", "state"): ObjectionState,
    ("grant", "status"): grant.Status,
    ("grant_version", "stage"): grant.Stage,
    ("product", "status"): product.Status,
    ("product", "form"): product.Form,
}
_ENTRY_STATUS: Final = ("NONE", "ACTIVE", "RETIRED")


@dataclass(slots=True)
class Completion:
    """Adds the contract's value to what differs in the mirror, for as long as that is no flood."""

    ask: Ask
    left: int = MOST

    def contract_value(self, table: str, column: str, row: Mapping[str, Any]) -> str | None:
        """What the contract says of a column of an open row; None where it says nothing."""
        twin = TWINS.get(table)
        if twin is None or column not in twin.members or row.get("to_block") is not None or self.left == 0:
            return None
        self.left -= 1
        arguments = tuple(argument(name, row[name]) for name in twin.arguments)
        answer = self.ask(View(twin.contract, twin.function, arguments, None))
        return _said(table, column, answer[twin.members[column]]) if isinstance(answer, dict) else None


def with_mirror(whole: Whole, differences: list[Difference]) -> Iterator[Difference]:
    """The differences of contracts, with what the mirror says of the same."""
    for number, difference in enumerate(differences):
        view = difference.view
        twin = TWINS.get(view.table or "") if isinstance(view, View) else None
        if twin is None or number >= MOST or (view.contract, view.function) != (twin.contract, twin.function):
            yield difference
            continue
        column = next((column for column, member in twin.members.items() if member == difference.column), None)
        names = whole.columns(view.table or "")
        rows = (dict(zip(names, row, strict=True)) for row in whole.rows(view.table or ""))
        row = next(
            (
                row
                for row in rows
                if row.get("to_block") is None
                and tuple(argument(name, row[name]) for name in twin.arguments) == view.arguments
            ),
            None,
        )
        if row is None or column is None:
            yield difference
            continue
        yield replace(difference, mirror=shown(row[column]))


def argument(column: str, value: Any) -> int | bytes:
    """What a contract is asked with, for a column that names a thing."""
    if isinstance(value, str):
        return value.encode().ljust({"code": 18, "number": 16, "name": 32}[column], b"\0")
    found: int | bytes = value
    return found


def same(table: str, column: str, stored: Any, said: Any) -> bool:
    """Whether a column and a member of a contract's answer say the same: zeros are nothing, late times are capped."""
    if (table, column) == ("entry", "status") or (table, column) in _ENUMERATIONS:
        return bool(stored == _said(table, column, said)) or (stored is None and said == 0)
    if stored is None:
        return not (any(said) if isinstance(said, bytes) else said)
    if isinstance(said, bytes) and isinstance(stored, str):
        return said.rstrip(b"\0") == stored.encode()
    return bool(stored == (min(said, LAST_SECOND) if isinstance(said, int) else said))


def _said(table: str, column: str, value: Any) -> str:
    if (table, column) == ("entry", "status"):
        return _ENTRY_STATUS[value]
    names = _ENUMERATIONS.get((table, column))
    return names(value).name if names else shown(value)
