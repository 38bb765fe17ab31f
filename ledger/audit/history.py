"""The rows that a mirror must have: the auditor's own, from the state after each act.

A row says what held of a thing for the blocks [from_block, to_block). Times are Unix seconds. What is large is kept as
a digest. Columns are named as in the mirror, and a test compares the names with the tables.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from ledger.audit import rows_government, rows_grants, rows_products, rows_registry
from ledger.audit.acts import Act, code_text
from ledger.audit.book import Book
from ledger.audit.findings import Finding
from ledger.audit.row import organization_of, span
from ledger.audit.rows_registry import step_row
from ledger.audit.withheld import Withheld
from ledger.chain.events import RawLog

_ROWS: dict[str, Callable[[Book, Act, Any], dict[str, Any]]] = {
    **rows_government.ROWS,
    **rows_registry.ROWS,
    **rows_grants.ROWS,
    **rows_products.ROWS,
}
_HOLDS = {"entry_hold": "number", "grant_hold": "grant"}
"""Tables of holds, and the column that says for what an entry is held."""


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
    """Keeps the rows while acts are judged.

    Args:
        suppressed: the acts whose words the mirror withholds.
    """

    def __init__(self, suppressed: Collection[int] = ()) -> None:
        self.withheld = Withheld(suppressed)
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
            "grant": Rows(("from_index",)),
            "grant_version": Rows(("from_index", "version")),
            "grant_content": Rows(("act_index",)),
            "grant_record": Rows(("act_index",)),
            "grant_scope": Rows(("act_index", "position")),
            "grant_approval": Rows(("act_index",)),
            "grant_step": Rows(("act_index",)),
            "grant_hold": Rows(("from_index", "entry_id")),
            "registration_speaker": Rows(("act_index", "entry_id")),
            "product": Rows(("from_index",)),
            "product_price": Rows(("act_index",)),
            "disclosure": Rows(("act_index",)),
        }
        self.search: dict[int, tuple[str, ...]] = {}
        """Act index → the lines by which the version that it began is found."""

    def keep(self, book: Book, act: Act, findings: Iterable[Finding], leaf: bytes, log: RawLog) -> None:
        """Keeps what an act did, from the state after it."""
        withheld = self.withheld
        withheld.note(act)
        malformed = withheld.malformed(act, any(finding.code == "MALFORMED" for finding in findings))
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
            if table in _HOLDS:
                self._hold(book, act, table, key)
                continue
            if table == "registration_speaker":
                rows.add(rows_grants.speaker(act, key))
                continue
            rows.end(key, act)
            values = withheld.row(book, table, key, _ROWS[table](book, act, key))
            row = rows.add(values)
            if "to_block" in values:
                rows.open[key] = row
            if table == "entry" and book.entries[key].reading.lines and not withheld.is_withheld(table, key):
                self.search[act.index] = book.entries[key].reading.lines
        for step in book.steps:
            self.tables["registration_step"].add(step_row(book, act, step))
        if act.contract in ("Grants", "Plans"):
            for table, values in rows_grants.appended(book, act):
                self.tables[table].add(withheld.row(book, table, None, values))
        elif act.contract == "Products":
            for table, values in rows_products.appended(book, act):
                self.tables[table].add(withheld.row(book, table, None, values))

    def origin(self, table: str | None, key: Any) -> tuple[int | None, int | None, bytes | None]:
        """The act that made a thing what it is now, its block and its account; nothing where that is not known."""
        rows = self.tables.get(table or "")
        row = rows.open.get(key) if rows else None
        if rows is None or row is None:
            return None, None, None
        said = dict(zip(rows.columns, row, strict=True))
        return said.get("from_index", said.get("act_index")), said["from_block"], said.get("account")

    def _hold(self, book: Book, act: Act, table: str, key: tuple[bytes, Any, int]) -> None:
        id, holder, version = key
        rows = self.tables[table]
        if (holder, version) in book.entries[id].holders:
            said = code_text(holder) if isinstance(holder, bytes) else holder
            values = {"from_index": act.index, "entry_id": id, _HOLDS[table]: said, "version": version, **span(act)}
            rows.open[key] = rows.add(values)
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
    if act.contract in ("Grants", "Plans"):
        grant = book.grants.get(fields["grant"])
        return code_text(grant.grantor) if grant else None
    if act.contract == "Products":
        product = book.products.get(fields.get("product", 0))
        return code_text(product.operator if product else fields["organization"])
    if act.contract == "Objections":
        objection = book.objections.get(fields["objection"])
        return code_text(objection.responsible) if objection else None
    if act.event.startswith("Account"):
        return code_text(fields["organization"])
    if "code" in fields:
        return code_text(fields["code"])
    return organization_of(book, act)
