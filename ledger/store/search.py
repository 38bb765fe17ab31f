"""Full text in the database: the one place that knows what each can do.

SQLite has a contentless FTS5 table whose row id is the act that began the entry's version. `detail=none`
keeps only which row has which token, which is all that AND of bigrams asks; `columnsize=0` because nothing is
ranked. A row is deleted by giving the same tokens again.

PostgreSQL has a `text[]` with a GIN index, one row for each version. GIN finds whole elements only, so the array also
holds what a question for a token's start asks, as it is asked: `录*` beside 录入. No token holds a `*`.

The tokens come from `ledger.store.bigrams`, for both.
"""

from collections.abc import Iterable, Iterator

from sqlalchemy import ARRAY, BigInteger, Connection, Dialect, Integer, Text, cast, column, literal, select, table
from sqlalchemy.sql import ColumnElement

from ledger.store import postgresql

TABLE = "entry_search"

CREATE = f"CREATE VIRTUAL TABLE {TABLE} USING fts5(tokens, content='', detail=none, columnsize=0, tokenize='ascii')"
"""In SQLite; migration 0001 makes it."""

# The starts are no tokens; but one that is there and should not be, or is missing, is told as what it is.
_CONTENTS = f"""
WITH pair AS (SELECT DISTINCT token, act_index FROM {TABLE}, unnest(tokens) AS token),
     whole AS (SELECT token, act_index FROM pair WHERE right(token, 1) <> '*'),
     start AS (SELECT token, act_index FROM pair WHERE right(token, 1) = '*'),
     due AS (SELECT DISTINCT left(token, 1) || '*', act_index FROM whole WHERE ascii(token) > 127)
SELECT token, act_index FROM whole
UNION ALL (SELECT * FROM start EXCEPT SELECT * FROM due)
UNION ALL (SELECT * FROM due EXCEPT SELECT * FROM start)
ORDER BY token, act_index
"""


def insert(connection: Connection, rows: list[tuple[int, str]]) -> None:
    """Adds (act index, tokens), ascending."""
    if not rows:
        return
    if postgresql.is_postgresql(connection):
        given = ((index, _elements(tokens)) for index, tokens in rows)
        postgresql.copy(connection, TABLE, ("act_index", "tokens"), ("bigint", "text[]"), given)
        return
    connection.exec_driver_sql(f"INSERT INTO {TABLE}(rowid, tokens) VALUES (?, ?)", rows)


def delete(connection: Connection, rows: Iterable[tuple[int, str]]) -> None:
    """Takes rows away; the tokens must be those they were added with."""
    given = list(rows)
    if not given:
        return
    if postgresql.is_postgresql(connection):
        wanted = ([index for index, _ in given],)
        connection.exec_driver_sql(f"DELETE FROM {TABLE} WHERE act_index = ANY(%s::bigint[])", wanted)
        return
    connection.exec_driver_sql(f"INSERT INTO {TABLE}({TABLE}, rowid, tokens) VALUES ('delete', ?, ?)", given)


def clear(connection: Connection) -> None:
    """Takes all rows away."""
    if postgresql.is_postgresql(connection):
        connection.exec_driver_sql(f"DELETE FROM {TABLE}")
        return
    connection.exec_driver_sql(f"INSERT INTO {TABLE}({TABLE}) VALUES ('delete-all')")


def contents(connection: Connection) -> Iterator[tuple[str, int]]:
    """Every (token, act index) that the index holds, ascending: for comparing two mirrors."""
    if postgresql.is_postgresql(connection):
        with connection.exec_driver_sql(_CONTENTS, execution_options={"yield_per": 1000}) as found:
            yield from ((token, act_index) for token, act_index in found)
        return
    connection.exec_driver_sql(f"CREATE VIRTUAL TABLE temp.{TABLE}_term USING fts5vocab(main, {TABLE}, instance)")
    try:
        rows = connection.exec_driver_sql(f"SELECT DISTINCT term, doc FROM temp.{TABLE}_term ORDER BY term, doc")
        yield from ((term, act_index) for term, act_index in rows)
    finally:
        connection.exec_driver_sql(f"DROP TABLE temp.{TABLE}_term")


def matches(dialect: Dialect, index: ColumnElement[int], terms: list[str]) -> ColumnElement[bool]:
    """The condition that the version of act `index` has every term that `bigrams.query_terms` gave."""
    if dialect.name == postgresql.NAME:
        held = column("tokens", ARRAY(Text)).op("@>")(cast(literal(terms, ARRAY(Text)), ARRAY(Text)))
        return index.in_(select(column("act_index", BigInteger)).select_from(table(TABLE)).where(held))
    # A term is letters and digits with perhaps a closing `*`; quoted, nothing in it is FTS5 syntax.
    query = " AND ".join(f'"{term[:-1]}"*' if term.endswith("*") else f'"{term}"' for term in terms)
    rows = select(column("rowid", Integer)).select_from(table(TABLE)).where(column(TABLE).op("MATCH")(query))
    return index.in_(rows)


def _elements(tokens: str) -> list[str]:
    """The tokens and the starts that a question can ask for: those of runs of Chinese, see `bigrams`."""
    whole = set(tokens.split())
    return [*whole, *{f"{token[0]}*" for token in whole if not token[0].isascii()}]
