"""The sentinel finds nothing in a good mirror, and whatever is changed in a row that it looks at."""

import pytest

from ledger.audit.sentinel import Round, Sentinel
from ledger.audit.twins import TWINS
from ledger.errors import Unavailable
from ledger.indexer.health import Suspect
from ledger.store.mirror import Mirror
from tests.databases import SQLITE
from tests.integration.audit.test_tampering import asked, tampered
from tests.integration.indexer.granting import Granting

# It changes the file itself, past every check that a database makes.
pytestmark = pytest.mark.databases(SQLITE)


TABLES = [table for table in TWINS if table != "parameter"]
OTHERS = {
    ("entry", "share"): "3 - share",
    ("entry", "status"): "'RETIRED'",
    ("registration", "stage"): "'RETURNED'",
    ("registration", "kind"): "'RENEWAL'",
    ("registration", "status"): "'REVOKED'",
    ("objection", "state"): "'WITHDRAWN'",
    ("grant", "status"): "'REVOKED'",
    ("grant_version", "stage"): "'REFUSED'",
    ("product", "status"): "'DELISTED'",
    ("product", "form"): "'OTHER'",
}
BYTES = {
    *("account", "content_digest", "certificate_root", "reviewer", "agreement", "entry_id", "scope_digest", "content"),
}


FURTHER = {
    "entry": ("title", "local_code", "content"),
    "registration": ("status",),
    "grant": ("grantee",),
    "grant_version": ("content_digest", "scope_digest"),
}


def look(center: Granting, mirror: Mirror, *suspects: Suspect) -> Round:
    ledger = center.ledger
    return Sentinel(ledger.node, ledger.contracts.deployment, mirror, rows=1, seed=1).look(suspects)


def everything(center: Granting, mirror: Mirror, *tables: str) -> Round:
    """A round that looks at every open row of these tables, of all by default, and at every act."""
    size = asked(mirror, "SELECT count(*) FROM act")
    return look(
        center, mirror, *(Suspect(table, act, "") for table in tables or (*TABLES, "act") for act in range(size))
    )


def places(found: Round) -> set[tuple[str, str | None]]:
    return {(difference.place.partition(" ")[0], difference.column) for difference in found.differences}


def test_a_good_mirror_has_no_differences(center: Granting, mirror: Mirror) -> None:
    found = everything(center, mirror)
    assert found.differences == []
    rows = sum(asked(mirror, f'SELECT count(*) FROM "{table}" WHERE to_block IS NULL') for table in TABLES)
    assert found.rows == rows + asked(mirror, "SELECT count(*) FROM act")


def test_rows_are_chosen_by_the_seed(center: Granting, mirror: Mirror) -> None:
    """A tenth of the acts is looked at; another tenth in the next round."""
    ledger, number = center.ledger, asked(mirror, "SELECT count(*) FROM act") // 10
    tampered(mirror, "UPDATE act SET data = CAST(data || x'00' AS BLOB)")

    def rounds(seed: int) -> list[list[int | None]]:
        sentinel = Sentinel(ledger.node, ledger.contracts.deployment, mirror, number * (len(TABLES) + 1), seed)
        return [[d.index for d in sentinel.look().differences if d.place.startswith("act ")] for _ in range(2)]

    first, second = rounds(1)
    assert number // 2 < len(first) <= number
    assert set(first) != set(second)
    assert rounds(1) == [first, second]
    assert rounds(2) != [first, second]


CHANGES = [(table, column) for table in TABLES for column in (*TWINS[table].members, *FURTHER.get(table, ()))]


def test_whatever_is_changed_is_named(center: Granting, mirror: Mirror) -> None:
    for table, column in CHANGES:
        at = "from_index" if table != "entry" else "act_index"
        order = f'"{column}" IS NULL' + (", malformed IS NOT NULL" if table == "entry" else "")
        row = asked(mirror, f'SELECT "{at}" FROM "{table}" WHERE to_block IS NULL ORDER BY {order} LIMIT 1')
        before = asked(mirror, f'SELECT quote("{column}") FROM "{table}" WHERE "{at}" = {row} AND to_block IS NULL')
        where = f'WHERE "{at}" = {row} AND to_block IS NULL'
        tampered(mirror, f'UPDATE "{table}" SET "{column}" = {_other(table, column, before)} {where}')
        found = look(center, mirror, Suspect(table, row, ""))
        assert (table, column) in places(found), (table, column, before, found)
        (named,) = [d for d in found.differences if d.column == column][:1]
        assert named.mirror != named.contract
        tampered(mirror, f'UPDATE "{table}" SET "{column}" = {before} {where}')
    assert everything(center, mirror).differences == []


def _other(table: str, column: str, quoted: str) -> str:
    if (table, column) in OTHERS:
        return OTHERS[table, column]
    if quoted.startswith("X'") or column in BYTES:
        return "zeroblob(32)" if column != "account" else "x'" + "5a" * 20 + "'"
    if len(quoted) == 80:
        return f"'{7:078d}'"
    if quoted.startswith("'"):
        return "'另外的'"
    if quoted in ("0", "1"):
        return str(1 - int(quoted))
    return str(int(quoted) + 1) if quoted != "NULL" else "77"


@pytest.mark.parametrize(
    ("statement", "table", "column"),
    [
        ("UPDATE cursor SET journal_size = journal_size - 1", "cursor", "journal_size"),
        ("UPDATE cursor SET journal_root = zeroblob(32)", "cursor", "journal_root"),
        ("UPDATE act SET data = CAST(data || x'00' AS BLOB) WHERE \"index\" = 3", "act", "emitter/topics/data"),
        ("UPDATE tile SET hashes = zeroblob(length(hashes)) WHERE level = 0", "act", "emitter/topics/data"),
        ("UPDATE registration_content SET content = x'7b7d'", "registration", "content"),
        ("UPDATE grant_content SET content = x'7b7d'", "grant_version", "content"),
    ],
)
def test_what_rows_stand_on(center: Granting, mirror: Mirror, statement: str, table: str, column: str) -> None:
    tampered(mirror, statement)
    assert (table, column) in places(everything(center, mirror, table) if table != "cursor" else look(center, mirror))


def test_a_row_of_something_that_is_not_there(center: Granting, mirror: Mirror) -> None:
    row = asked(mirror, "SELECT from_index FROM registration WHERE to_block IS NULL LIMIT 1")
    tampered(mirror, f"UPDATE registration SET version = version + 7 WHERE from_index = {row}")
    found = look(center, mirror, Suspect("registration", row, "")).differences
    assert {difference.index for difference in found} == {row}


def test_a_row_that_cannot_be_read(center: Granting, mirror: Mirror) -> None:
    tampered(mirror, "UPDATE registration SET entries = 'none' WHERE to_block IS NULL")
    assert "MIRROR_UNREADABLE" in {d.kind for d in look(center, mirror).differences}


def test_a_suspect_is_looked_at_until_it_differs_no_more(center: Granting, mirror: Mirror) -> None:
    ledger = center.ledger
    row = asked(mirror, "SELECT act_index FROM entry WHERE to_block IS NULL AND title IS NOT NULL LIMIT 1")
    before = asked(mirror, f"SELECT quote(title) FROM entry WHERE act_index = {row}")
    tampered(mirror, f"UPDATE entry SET title = '别的' WHERE act_index = {row}")
    sentinel = Sentinel(ledger.node, ledger.contracts.deployment, mirror, 1, 7)
    found = sentinel.look([Suspect("entry", row, "")])
    assert [(one.table, one.act) for one in found.suspects] == [("entry", row)]
    assert "title" in found.suspects[0].said
    assert "别的" in found.suspects[0].said
    assert [one.act for one in sentinel.look(found.suspects).suspects] == [row]
    tampered(mirror, f"UPDATE entry SET title = {before} WHERE act_index = {row}")
    assert sentinel.look(found.suspects).suspects == []


def test_a_mirror_on_another_branch_is_not_judged(center: Granting, mirror: Mirror) -> None:
    tampered(mirror, "UPDATE cursor SET head_hash = zeroblob(32)")
    with pytest.raises(Unavailable, match="another block"):
        look(center, mirror)
