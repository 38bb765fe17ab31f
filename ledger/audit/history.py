"""The rows that a mirror must have: the auditor's own, from the state after each act.

A row says what held of a thing for the blocks [from_block, to_block). Times are Unix seconds. What is large is kept as
a digest. Columns are named as in the mirror, and a test compares the names with the tables.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from ledger.audit import rows_government, rows_registry
from ledger.audit.acts import Act, code_text
from ledger.audit.book import Book
from ledger.audit.findings import Finding
from ledger.audit.row import organization_of, span
from ledger.audit.rows_registry import step_row
from ledger.chain.events import RawLog

_ROWS: dict[str, Callable[[Book, Act, Any], dict[str, Any]]] = {**rows_government.ROWS, **rows_registry.ROWS}


@dataclass(slots=True)
class Rows:
    """The rows of one table, in the order of their beginning."""

    key: tuple[str, ...]
    columns: tuple[str, ...] = ()
    rows: list[list[Any]] = field(default_factory=list)
    open: dict[Any, list[Any]] = field(default_factory=dict)
    """The row that is true now, by the thing that it is about."""

    def add(self, values: dict[str, Any]) -> list[Any]:
        """Adds a row."""
        if not self.columns:
            self.columns = tuple(values)
        row = list(values.values())
        self.rows.append(row)
        return row

    def end(self, thing: Any, act: Act) -> None:
        """What held of a thing holds no longer."""
        row = self.open.pop(thing, None)
        if row is not None:
            row[self.columns.index("to_block")] = act.block
            row[self.columns.index("to_time")] = act.time


class History:
    """Keeps the rows while acts are judged."""

    def __init__(self) -> None:
        self.tables: dict[str, Rows] = {
            "act": Rows(("index",)),
            "organization": Rows(("from_index",)),
            "account": Rows(("from_index", "address")),
            "proposal": Rows(("from_index",)),
            "parameter": Rows(("from_index",)),
            "calendar": Rows(("from_index",)),
            "entry": Rows(("act_index",)),
            "registration": Rows(("from_index", "version")),
            "registration_content": Rows(("act_index",)),
            "registration_step": Rows(("act_index", "version")),
            "objection": Rows(("from_index",)),
            "entry_hold": Rows(("from_index", "entry_id")),
        }
        self.search: dict[int, tuple[str, ...]] = {}
        """Act index → the lines by which the version that it began is found."""

    def keep(self, book: Book, act: Act, findings: Iterable[Finding], leaf: bytes, log: RawLog) -> None:
        """Keeps what an act did, from the state after it."""
        malformed = any(finding.code == "MALFORMED" for finding in findings)
        self.tables["act"].add(
            {
                "index": act.index,
                "contract": act.contract,
                "event": act.event,
                "leaf": leaf,
                "block_number": act.block,
                "block_time": act.time,
                "block_hash": log.block_hash,
                "transaction_hash": act.transaction,
                "log_index": log.log_index,
                "account": act.account,
                "organization": concerned(book, act),
                "malformed": malformed,
            }
        )
        for table, key in dict.fromkeys(book.effects):
            rows = self.tables[table]
            if table == "entry_hold":
                self._hold(book, act, rows, key)
                continue
            rows.end(key, act)
            values = _ROWS[table](book, act, key)
            row = rows.add(values)
            if "to_block" in values:
                rows.open[key] = row
            if table == "entry" and book.entries[key].reading.lines:
                self.search[act.index] = book.entries[key].reading.lines
        for step in book.steps:
            self.tables["registration_step"].add(step_row(book, act, step))

    def _hold(self, book: Book, act: Act, rows: Rows, key: tuple[bytes, bytes, int]) -> None:
        id, number, version = key
        if (number, version) in book.entries[id].holders:
            rows.open[key] = rows.add(
                {"from_index": act.index, "entry_id": id, "number": code_text(number), "version": version, **span(act)}
            )
        else:
            rows.end(key, act)


def concerned(book: Book, act: Act) -> str | None:
    """Code of the organization that an act is about: the provider, the subject, who decides, else who acts."""
    fields = act.fields
    if act.contract == "Catalog":
        return code_text(fields["provider"])
    if act.contract in ("Registry", "Applications"):
        known = book.registrations.get(fields["number"])
        version = fields.get("version", known.issued if known else 0)
        drawn = known.version(version) if known else None
        return code_text(drawn.subject) if drawn else None
    if act.contract == "Objections":
        objection = book.objections.get(fields["objection"])
        return code_text(objection.responsible) if objection else None
    if act.event.startswith("Account"):
        return code_text(fields["organization"])
    if "code" in fields:
        return code_text(fields["code"])
    return organization_of(book, act)
