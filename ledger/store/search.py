"""Full text in the database: the one place that knows the dialect.

SQLite has a contentless FTS5 table whose row id is the act that began the entry's version. `detail=none`
keeps only which row has which token, which is all that AND of bigrams asks; `columnsize=0` because nothing is
ranked. The tokens come from `ledger.store.bigrams`, and a row is deleted by giving the same tokens again.
PostgreSQL will have a `text[]` column with GIN under the same functions.
"""

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, Integer, column, select, table
from sqlalchemy.sql import ColumnElement

TABLE = "entry_search"

CREATE = f"CREATE VIRTUAL TABLE {TABLE} USING fts5(tokens, content='', detail=none, columnsize=0, tokenize='ascii')"
DROP = f"DROP TABLE {TABLE}"


def require_supported(dialect: str) -> None:
    """Raises ValueError for a database without full text here."""
    if dialect != "sqlite":
        raise ValueError(f"{dialect}: the mirror is kept in SQLite")


def insert(connection: Connection, rows: list[tuple[int, str]]) -> None:
    """Adds (act index, tokens), ascending."""
    if rows:
        connection.exec_driver_sql(f"INSERT INTO {TABLE}(rowid, tokens) VALUES (?, ?)", rows)


def delete(connection: Connection, rows: Iterable[tuple[int, str]]) -> None:
    """Takes rows away; the tokens must be those they were added with."""
    statement = f"INSERT INTO {TABLE}({TABLE}, rowid, tokens) VALUES ('delete', ?, ?)"
    given = list(rows)
    if given:
        connection.exec_driver_sql(statement, given)


def clear(connection: Connection) -> None:
    """Takes all rows away."""
    connection.exec_driver_sql(f"INSERT INTO {TABLE}({TABLE}) VALUES ('delete-all')")


def contents(connection: Connection) -> Iterator[tuple[str, int]]:
    """Every (token, act index) that the index holds, ascending: for comparing two mirrors."""
    connection.exec_driver_sql(f"CREATE VIRTUAL TABLE temp.{TABLE}_term USING fts5vocab(main, {TABLE}, instance)")
    try:
        rows = connection.exec_driver_sql(f"SELECT DISTINCT term, doc FROM temp.{TABLE}_term ORDER BY term, doc")
        yield from ((term, act_index) for term, act_index in rows)
    finally:
        connection.exec_driver_sql(f"DROP TABLE temp.{TABLE}_term")


def matches(index: ColumnElement[int], terms: list[str]) -> ColumnElement[bool]:
    """The condition that the version of act `index` has every term that `bigrams.query_terms` gave."""
    # A term is letters and digits with perhaps a closing `*`; quoted, nothing in it is FTS5 syntax.
    query = " AND ".join(f'"{term[:-1]}"*' if term.endswith("*") else f'"{term}"' for term in terms)
    rows = select(column("rowid", Integer)).select_from(table(TABLE)).where(column(TABLE).op("MATCH")(query))
    return index.in_(rows)
