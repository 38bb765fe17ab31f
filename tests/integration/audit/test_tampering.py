"""Whatever is tampered with, in the mirror or by the node, is found and named, and nothing else is."""

import re
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from ledger.audit.differences import Difference
from ledger.audit.mirror_state import COMPARED, compare
from ledger.audit.replay import Audit, audit
from ledger.indexer.finality import Finality
from ledger.merkle.checkpoint import Checkpoint, LogKey, origin_line
from ledger.merkle.hashing import root_of
from ledger.model.ids import to_hex
from ledger.store.mirror import Mirror
from ledger.store.whole import whole
from tests.databases import SQLITE
from tests.integration.audit.lying import lying, replayed
from tests.integration.indexer.granting import Granting

# It changes the file itself, past every check that a database makes.
pytestmark = pytest.mark.databases(SQLITE)

Named = tuple[str, str, str | None]
"""Kind, place and column of a difference."""


def named(differences: list[Difference]) -> list[Named]:
    return sorted((d.code or d.kind, d.place, d.column) for d in differences)


def tampered(mirror: Mirror, *statements: str) -> None:
    """Changes the file behind the program's back: no check, no foreign key is asked."""
    mirror.engine.dispose()
    connection = sqlite3.connect(str(mirror.engine.url.database))
    try:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for statement in statements:
            assert connection.execute(statement).rowcount != 0, f"nothing was tampered with: {statement}"
        connection.commit()
    finally:
        connection.close()


def asked(mirror: Mirror, question: str) -> Any:
    """One value of the mirror, before it is tampered with."""
    with mirror.engine.connect() as connection:
        row = connection.exec_driver_sql(question).fetchone()
    assert row is not None, question
    return row[0]


@dataclass(frozen=True)
class Tampering:
    """One tampering with a mirror. `{0}` is what `pick` finds."""

    name: str
    pick: str
    statements: tuple[str, ...]
    want: tuple[Named, ...]
    values: dict[str, str] = field(default_factory=dict)
    """Values of the first difference that must be shown."""


def changed(name: str, table: str, key: str, where: str, column: str, value: str, **values: str) -> Tampering:
    """A row of which one column is changed."""
    return Tampering(
        name,
        f'SELECT {key} FROM "{table}" WHERE {where} LIMIT 1',
        (f'UPDATE "{table}" SET {column} = {value} WHERE {key} = {{0}}',),
        (("ROW_CHANGED", f"{table} ({key.strip(chr(34))} {{0}})", column),),
        values,
    )


MIRROR = [
    changed("an entry's title", "entry", "act_index", "title IS NOT NULL", "title", "'别的'"),
    changed(
        "an entry opened wider", "entry", "act_index", "share = 2 AND to_block IS NULL", "share", "1",
        contract="2", mirror="1", replay="2",
    ),
    changed("an entry's content", "entry", "act_index", "title IS NOT NULL", "content", "x'7b7d'"),
    changed("an entry's digest", "entry", "act_index", "title IS NOT NULL", "content_digest", "zeroblob(32)"),
    changed("a retired entry made active", "entry", "act_index", "status = 'RETIRED'", "status", "'ACTIVE'"),
    changed("the time since when", "entry", "act_index", "version = 1", "from_time", "from_time - 86400"),
    changed("a version that ended later", "entry", "act_index", "to_block IS NOT NULL", "to_block", "to_block + 1"),
    changed(
        "a role given in the mirror alone", "organization", "from_index", "to_block IS NULL", "allowed_roles", "511",
        mirror="511",
    ),
    changed("a suspended organization resumed", "organization", "from_index", "suspended", "suspended", "0"),
    changed("an organization's name", "organization", "from_index", "name = '登记中心'", "name", "'他人中心'"),
    changed("a proposal's action", "proposal", "from_index", "settled_by IS NOT NULL", "action", "x'00'"),
    changed("who confirmed", "proposal", "from_index", "settled_by IS NOT NULL", "settled_by", "account"),
    changed(
        "a parameter's value", "parameter", "from_index", "name = 'notice_workdays'", "value", "printf('%078d', 1)"
    ),
    changed("a calendar's source", "calendar", "from_index", "1", "source", "zeroblob(32)"),
    changed("a time of an act", "act", '"index"', "event = 'ReviewPassed'", "block_time", "block_time - 3600"),
    changed("who acted", "act", '"index"', "event = 'ReviewPassed'", "account", "zeroblob(20)"),
    changed("the event of an act", "act", '"index"', "event = 'ReviewPassed'", "event", "'ReviewFailed'"),
    changed("an objection's state", "objection", "from_index", "state = 'UPHELD'", "state", "'DISMISSED'"),
    changed("the objector", "objection", "from_index", "objector IS NOT NULL", "objector", "'11119900MAX000001X'"),
    changed("the content of an application", "registration_content", "act_index", "1", "content", "x'7b7d'"),
    changed("a withheld field's hash", "registration_content", "act_index", "1", "fields", "'[]'"),
    Tampering(
        "the raw bytes of an act", 'SELECT "index" FROM act WHERE event = \'EntryPublished\' LIMIT 1',
        ('UPDATE act SET data = CAST(data || x\'00\' AS BLOB) WHERE "index" = {0}',),
        (("ROW_CHANGED", "act (index {0})", "emitter/topics/data"),),
    ),
    Tampering(
        "an act taken away", 'SELECT "index" FROM act WHERE event = \'ReviewPassed\' LIMIT 1',
        ('DELETE FROM act WHERE "index" = {0}',),
        (("ROW_MISSING", "act (index {0})", None),),
    ),
    Tampering(
        "an approval taken away", "SELECT act_index FROM registration_step WHERE step = 'REVIEW_PASSED' LIMIT 1",
        ("DELETE FROM registration_step WHERE act_index = {0}",),
        (("ROW_MISSING", "registration_step (act_index {0}, version 1)", None),),
    ),
    Tampering(
        "an approval by another", "SELECT act_index FROM registration_step WHERE step = 'REVIEW_PASSED' LIMIT 1",
        ("UPDATE registration_step SET account = zeroblob(20) WHERE act_index = {0}",),
        (("ROW_CHANGED", "registration_step (act_index {0}, version 1)", "account"),),
    ),
    Tampering(
        "an approval out of nothing", "SELECT act_index FROM registration_step WHERE step = 'FILED' LIMIT 1",
        ((
            "INSERT INTO registration_step SELECT act_index, 9, number, 'REVIEW_PASSED', stage, objection, "
            "organization, account, time, reason, late, deadline, block_number FROM registration_step "
            "WHERE act_index = {0}"
        ),),
        (("ROW_ADDED", "registration_step (act_index {0}, version 9)", None),),
    ),
    Tampering(
        "a revoked registration in force",
        "SELECT from_index FROM registration WHERE status = 'REVOKED' AND to_block IS NULL AND version = 5",
        ("UPDATE registration SET status = 'ACTIVE' WHERE from_index = {0} AND version = 5",),
        (("ROW_CHANGED", "registration (from_index {0}, version 5)", "status"),),
    ),
    Tampering(
        "a notice that ends earlier", "SELECT from_index FROM registration WHERE stage = 'NOTICE' AND to_block IS NULL",
        ("UPDATE registration SET notice_end = notice_end - 86400 WHERE from_index = {0}",),
        (("ROW_CHANGED", "registration (from_index {0}, version 2)", "notice_end"),),
    ),
    Tampering(
        "a registration taken away",
        "SELECT from_index FROM registration WHERE stage = 'NOTICE' AND to_block IS NULL",
        ("DELETE FROM registration WHERE from_index = {0}",),
        (("ROW_MISSING", "registration (from_index {0}, version 2)", None),),
    ),
    Tampering(
        "a hold released", "SELECT from_index FROM entry_hold WHERE to_block IS NULL LIMIT 1",
        ("DELETE FROM entry_hold WHERE from_index = {0}",),
        (),
    ),
    Tampering(
        "an account out of nothing", "SELECT from_index FROM account WHERE active LIMIT 1",
        ((
            "INSERT INTO account SELECT from_index, x'1111111111111111111111111111111111111111', organization, roles, "
            "active, compromised_since, successor, from_block, to_block, from_time, to_time FROM account "
            "WHERE from_index = {0} LIMIT 1"
        ),),
        (("ROW_ADDED", "account (from_index {0}, address 0x" + "11" * 20 + ")", None),),
    ),
    Tampering(
        "an entry out of nothing", "SELECT MAX(act_index) + 1 FROM entry",
        ((
            "INSERT INTO entry SELECT {0}, zeroblob(32), version, provider, submitter, local_code, kind, status, "
            "share, "
            "open, level, content, content_digest, title, abstract, theme, source, update_cycle, malformed, reason, "
            "account, from_block, to_block, from_time, to_time FROM entry WHERE act_index = {0} - 1"
        ),),
        (("ROW_ADDED", "entry (act_index {0})", None),),
    ),
    Tampering(
        "a leaf in a tile", "SELECT 0",
        ("UPDATE tile SET hashes = CAST(zeroblob(32) || substr(hashes, 33) AS BLOB) WHERE level = 0 AND number = 0",),
        (("TILE_CHANGED", "tile (0, 0)", "hash 0"),),
    ),
    Tampering(
        "a tile cut short", "SELECT 0",
        ("UPDATE tile SET hashes = substr(hashes, 1, 160) WHERE level = 0 AND number = 0",),
        (("TILE_CHANGED", "tile (0, 0)", "hash 5"),),
    ),
    Tampering(
        "a tile taken away", "SELECT 0", ("DELETE FROM tile WHERE level = 0 AND number = 0",),
        (("ROW_MISSING", "tile (0, 0)", None),),
    ),
    Tampering(
        "a tile out of nothing", "SELECT 0", ("INSERT INTO tile VALUES (3, 0, zeroblob(32))",),
        (("ROW_ADDED", "tile (3, 0)", None),),
    ),
    Tampering(
        "the cursor's root", "SELECT 0", ("UPDATE cursor SET journal_root = zeroblob(32)",),
        (("CURSOR_CHANGED", "cursor", "journal_root"),),
    ),
    Tampering(
        "the cursor's size", "SELECT 0", ("UPDATE cursor SET journal_size = journal_size - 1",),
        (("CURSOR_CHANGED", "cursor", "journal_size"),),
    ),
    Tampering(
        "the cursor's origin", "SELECT 0", ("UPDATE cursor SET origin = zeroblob(32)",),
        (("CURSOR_CHANGED", "cursor", "origin"),),
    ),
    Tampering("the cursor taken away", "SELECT 0", ("DELETE FROM cursor",), (("ROW_MISSING", "cursor", None),)),
    Tampering(
        "a block's hash", "SELECT MAX(number) FROM block", ("UPDATE block SET hash = zeroblob(32) WHERE number = {0}",),
        (("HEADER_CHANGED", "block ({0})", "hash"),),
    ),
    Tampering(
        "a block's time", "SELECT MAX(number) FROM block", ("UPDATE block SET time = time + 1 WHERE number = {0}",),
        (("HEADER_CHANGED", "block ({0})", "time"),),
    ),
    Tampering(
        "words of the search index", "SELECT MIN(act_index) FROM entry WHERE title IS NOT NULL",
        ("INSERT INTO entry_search(rowid, tokens) VALUES ({0}, '别的')",),
        (("SEARCH_CHANGED", "entry_search ({0})", None),),
    ),
    Tampering(
        "what stopped the indexer", "SELECT 0",
        ("INSERT INTO evidence (id, seen, message) VALUES (1, 0, 'stopped')",), (("EVIDENCE", "evidence (1)", None),),
    ),
    Tampering(
        "a checkpoint of another history", "SELECT 0",
        ("INSERT INTO checkpoint VALUES (1, 'k', 'no note')",), (("CHECKPOINT_CHANGED", "checkpoint", "note"),),
    ),
    Tampering(
        "a grant's approval taken away", "SELECT act_index FROM grant_approval WHERE approval = 'DECISION' LIMIT 1",
        ("DELETE FROM grant_approval WHERE act_index = {0}",),
        (("ROW_MISSING", "grant_approval (act_index {0})", None),),
    ),
    changed("another decision's document", "grant_approval", "act_index", "approval = 'DECISION'", "document",
            "zeroblob(32)"),
    changed("who consented", "grant_approval", "act_index", "approval = 'CONSENT'", "provider", "'11119900MAX000001X'"),
    changed("a revoked grant in force", "grant", "from_index", "status = 'REVOKED' AND to_block IS NOT NULL", "status",
            "'ACTIVE'"),
    changed("a grant to another", "grant", "from_index", "status = 'CLOSED' AND to_block IS NULL", "grantee",
            "'11119900MAX000001X'"),
    changed("a longer term", "grant", "from_index", "status = 'CLOSED' AND to_block IS NULL", "valid_until",
            "valid_until + 86400"),
    Tampering(
        "a version out of nothing", "SELECT MAX(from_index) FROM grant_version",
        (
            ("INSERT INTO grant_version SELECT from_index, 9, " + ", ".join(f'"{name}"' for name in (
                "grant", "planned_index", "basis", "stage", "open", "required", "taken", "consents_missing",
                "agreement", "scope_of", "scope_count", "scope_digest", "held_count", "start", "end", "area", "level",
                "export_level", "purposes", "delegations", "title", "content_digest", "malformed", "account",
                "from_block", "to_block", "from_time", "to_time")) + " FROM grant_version WHERE from_index = {0}"),
        ),
        (("ROW_ADDED", "grant_version (from_index {0}, version 9)", None),),
    ),
    Tampering(
        "more operations", "SELECT act_index FROM grant_scope WHERE operations = 6",
        ("UPDATE grant_scope SET operations = 15 WHERE act_index = {0}",),
        (("ROW_CHANGED", "grant_scope (act_index {0}, position 1)", "operations"),),
    ),
    changed("a suspension forgotten", "grant_record", "act_index", "status = 'SUSPENDED'", "status", "'ACTIVE'"),
    changed(
        "a higher ceiling", "product_price", "act_index", "ceiling IS NOT NULL", "ceiling", "printf('%078d', 9999)"
    ),
    changed("a delisted product on offer", "product", "from_index", "status = 'DELISTED'", "status", "'LISTED'"),
    changed("a late disclosure in time", "disclosure", "act_index", "late", "late", "0"),
    Tampering(
        "another registration speaks", "SELECT act_index FROM registration_speaker LIMIT 1",
        ("DELETE FROM registration_speaker WHERE act_index = {0}",),
        (),
    ),
    Tampering(
        "text where bytes belong", "SELECT 0", ("UPDATE tile SET hashes = CAST(hashes AS TEXT)",),
        (("MIRROR_UNREADABLE", "tile", None),),
    ),
    Tampering(
        "a word where a time belongs", "SELECT from_index FROM organization LIMIT 1",
        ("UPDATE organization SET from_time = 'noon' WHERE from_index = {0}",),
        (("MIRROR_UNREADABLE", "organization", None),),
    ),
]  # fmt: skip


def examined(center: Granting, mirror: Mirror | None) -> Audit:
    return audit(center.ledger.node, center.ledger.contracts.deployment, mirror, Finality())


@pytest.mark.parametrize("tampering", MIRROR, ids=lambda tampering: tampering.name)
def test_tampering_with_the_mirror_is_named(center: Granting, mirror: Mirror, tampering: Tampering) -> None:
    picked = asked(mirror, tampering.pick)
    want = [(kind, place.format(picked), column) for kind, place, column in tampering.want]
    if not want:
        # The row's key has an id in it.
        table, key = re.findall(r"DELETE FROM (\w+) WHERE (\w+)", tampering.statements[0])[0]
        id = asked(mirror, f"SELECT entry_id FROM {table} WHERE {key} = {picked}")
        want = [("ROW_MISSING", f"{table} ({key} {picked}, entry_id {to_hex(id)})", None)]
        tampered(mirror, f"DELETE FROM {table} WHERE {key} = {picked} AND entry_id = x'{id.hex()}'")
    else:
        tampered(mirror, *(statement.format(picked) for statement in tampering.statements))
    result = examined(center, mirror)
    assert named(result.differences) == sorted(want)
    shown = result.differences[0]
    assert {name: getattr(shown, name) for name in tampering.values} == tampering.values
    assert shown.mirror is not None or shown.kind == "EVIDENCE"


def test_every_column_of_every_table_is_compared(center: Granting, mirror: Mirror) -> None:
    ledger = replayed(center)
    with whole(mirror) as tables:
        columns = {table: (tables.columns(table), tables.key(table)) for table in COMPARED - {"evidence", "checkpoint"}}
    # The mirror's own count of its writes.
    own = {("cursor", "id"), ("cursor", "revision")}
    checked = 0
    for table, (names, key) in sorted(columns.items()):
        for name in names:
            if name in key or (table, name) in own:
                continue
            row = asked(mirror, f'SELECT rowid FROM "{table}" ORDER BY "{name}" IS NULL LIMIT 1')
            before = asked(mirror, f'SELECT quote("{name}") FROM "{table}" WHERE rowid = {row}')
            tampered(mirror, f'UPDATE "{table}" SET "{name}" = {_other(before)} WHERE rowid = {row}')
            with whole(mirror) as tables:
                differences = list(compare(tables, ledger))
            assert differences, f"{table}.{name} can be changed from {before[:40]} unnoticed"
            assert all(table in difference.place for difference in differences if table != "cursor"), differences
            tampered(mirror, f'UPDATE "{table}" SET "{name}" = {before} WHERE rowid = {row}')
            checked += 1
    assert checked > 150
    assert named(examined(center, mirror).differences) == []


def _other(quoted: str) -> str:
    """Another value of the same kind, as SQL."""
    if quoted.startswith("X'"):
        return "x'" + "5a" * ((len(quoted) - 3) // 2 or 1) + "'"
    if quoted == "NULL":
        return "1"
    if quoted.startswith("'"):
        # Lists are JSON; numbers of 78 digits are text.
        return "'[\"x\"]'" if quoted.startswith("'[") else "'" + "1" * max(1, len(quoted) - 2) + "'"
    return {"0": "1", "1": "0"}.get(quoted, str(int(quoted) + 1))


def the_log(center: Granting, event: str) -> tuple[int, dict[str, Any]]:
    """Index and log of the first act of a kind, from the honest node."""
    from ledger.chain.artifacts import CONTRACTS, load
    from ledger.chain.events import topic_of

    contract = next(name for name in CONTRACTS for item in load(name).abi if item.get("name") == event)
    deployment = center.ledger.contracts.deployment
    wanted = {
        "address": to_hex(deployment.contracts[contract].address),
        "topics": [to_hex(topic_of(contract, event))],
        "fromBlock": "0x0",
        "toBlock": "latest",
    }
    log = center.ledger.node.request("eth_getLogs", wanted)[0]
    return int(log["topics"][1], 16), log


def same(log: dict[str, Any], other: dict[str, Any]) -> bool:
    return (log["blockNumber"], log["logIndex"]) == (other["blockNumber"], other["logIndex"])


Change = Callable[[list[dict[str, Any]], dict[str, Any]], list[dict[str, Any]]]


def _with(log: dict[str, Any], **values: Any) -> dict[str, Any]:
    return {**log, **values}


LOGS: dict[str, tuple[str, Change, str]] = {
    "a log withheld": ("ReviewPassed", lambda logs, one: [log for log in logs if not same(log, one)], "LOG_WITHHELD"),
    "the first log withheld": (
        "JournalOpened", lambda logs, one: [log for log in logs if not same(log, one)], "LOG_WITHHELD",
    ),
    "a log doubled": (
        "ReviewPassed",
        lambda logs, one: [again for log in logs for again in ([log, log] if same(log, one) else [log])],
        "LOG_DOUBLED",
    ),
    "a log with other bytes": (
        "ReviewPassed",
        lambda logs, one: [
            _with(log, data=log["data"][:-64] + "11" * 32) if same(log, one) else log for log in logs
        ],
        "LOG_CHANGED",
    ),
    "a log of another contract": (
        "ReviewPassed",
        lambda logs, one: [again for log in logs
                           for again in ([_with(log, address="0x" + "22" * 20), log] if same(log, one) else [log])],
        "LOG_FOREIGN",
    ),
    "a log that is no act": (
        "ReviewPassed",
        lambda logs, one: [_with(log, data=log["data"] + "00" * 32) if same(log, one) else log for log in logs],
        "LOG_MALFORMED",
    ),
    "a log in another block": (
        "ReviewPassed",
        lambda logs, one: [_with(log, blockHash="0x" + "33" * 32) if same(log, one) else log for log in logs],
        "LOG_MISPLACED",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LOGS)
@pytest.mark.parametrize("with_mirror", [True, False], ids=["mirror", "no mirror"])
def test_a_lie_about_logs_is_named(center: Granting, mirror: Mirror, name: str, with_mirror: bool) -> None:
    event, change, kind = LOGS[name]
    index, log = the_log(center, event)

    def lie(method: str, parameters: list[Any], result: Any) -> Any:
        return change(result, log) if method == "eth_getLogs" else result

    with lying(center.ledger.node.url, lie) as node:
        result = audit(node, center.ledger.contracts.deployment, mirror if with_mirror else None, Finality())
    differences = [d for d in result.differences if d.kind.startswith("LOG_")]
    assert [difference.kind for difference in differences] == [kind]
    (found,) = differences
    if kind in ("LOG_WITHHELD", "LOG_DOUBLED", "LOG_CHANGED"):
        assert (found.place, found.index) == (f"act {index}", index)
    assert found.block == int(log["blockNumber"], 16) or kind == "LOG_WITHHELD"


def test_the_last_log_withheld_is_named(center: Granting, mirror: Mirror) -> None:
    size = center.ledger.contracts.call("Journal", "size")

    def lie(method: str, parameters: list[Any], result: Any) -> Any:
        if method != "eth_getLogs":
            return result
        return [log for log in result if int(log["topics"][1], 16) != size - 1]

    with lying(center.ledger.node.url, lie) as node:
        result = audit(node, center.ledger.contracts.deployment, mirror, Finality())
    assert named(result.differences) == [("LOG_WITHHELD", f"act {size - 1}", "size")]
    assert (result.differences[0].contract, result.differences[0].replay) == (str(size), str(size - 1))


def test_a_forged_act_behind_the_last_is_named(center: Granting, mirror: Mirror) -> None:
    size = center.ledger.contracts.call("Journal", "size")

    def lie(method: str, parameters: list[Any], result: Any) -> Any:
        last = [log for log in result if int(log["topics"][1], 16) == size - 1] if method == "eth_getLogs" else []
        return [*result, *(_forged(log, size) for log in last)] if last else result

    with lying(center.ledger.node.url, lie) as node:
        result = audit(node, center.ledger.contracts.deployment, mirror, Finality())
    assert named(result.differences) == [("JOURNAL_SIZE", "Journal.size", None)]
    assert (result.differences[0].index, result.differences[0].contract) == (size, str(size))


def _forged(log: dict[str, Any], index: int) -> dict[str, Any]:
    topics = [log["topics"][0], f"0x{index:064x}", *log["topics"][2:]]
    return _with(log, topics=topics, logIndex=hex(int(log["logIndex"], 16) + 1))


def test_a_moved_block_time_is_named(center: Granting, mirror: Mirror) -> None:
    index, log = the_log(center, "NoticeOpened")

    def lie(method: str, parameters: list[Any], result: Any) -> Any:
        if method == "eth_getBlockByNumber" and result and result["number"] == log["blockNumber"]:
            return {**result, "timestamp": hex(int(result["timestamp"], 16) - 86_400)}
        return result

    with lying(center.ledger.node.url, lie) as node:
        result = audit(node, center.ledger.contracts.deployment, mirror, Finality())
    assert named(result.differences) == [("TIME_MISSTATED", f"act {index}", None)]
    assert result.differences[0].block == int(log["blockNumber"], 16)
    assert result.differences[0].account


def test_a_lie_about_a_contracts_state_is_named_with_all_three_values(center: Granting, mirror: Mirror) -> None:
    from ledger.chain import abi

    asked_for = to_hex(abi.encode_call("Catalog", "head", center.entry_id(1)))

    def lie(method: str, parameters: list[Any], result: Any) -> Any:
        if method == "eth_call" and parameters[0]["data"] == asked_for:
            # The sixth word is `share`: 1 unconditional.
            return result[: 2 + 64 * 5] + f"{3:064x}" + result[2 + 64 * 6 :]
        return result

    with lying(center.ledger.node.url, lie) as node:
        result = audit(node, center.ledger.contracts.deployment, mirror, Finality())
    (found,) = result.differences
    assert (found.kind, found.column) == ("CONTRACT_STATE", "share")
    assert (found.contract, found.mirror, found.replay) == ("3", "1", "1")
    assert found.index is not None
    assert found.account == asked(mirror, f'SELECT account FROM act WHERE "index" = {found.index}')


@pytest.mark.parametrize("how", ["right", "root", "size", "origin", "signature"])
def test_a_checkpoint_of_another_history_is_named(center: Granting, mirror: Mirror, how: str) -> None:
    ledger = replayed(center)
    size = len(ledger.leaves) - 3
    origin = origin_line(bytes(32) if how == "origin" else ledger.deployment.origin)
    key = LogKey.generate(origin, lambda count: b"\x07" * count)
    root = root_of([*ledger.leaves[: size - 1], bytes(32)] if how == "root" else ledger.leaves[:size])
    checkpoint = Checkpoint(origin, size + 9 if how == "size" else size, root)
    note = checkpoint.sign(key)
    if how == "signature":
        note = note.replace(f"\n{size}\n".encode(), f"\n{size - 1}\n".encode())
    tampered(mirror, f"INSERT INTO checkpoint VALUES (1, '{key.verifier}', x'{note.hex()}')")
    wanted = {"right": [], "size": ["root", "size"], "signature": ["note"]}.get(how, [how])
    assert [d.column for d in sorted(examined(center, mirror).differences, key=lambda d: d.column or "")] == wanted


def test_another_mirror_of_no_chain_is_named(center: Granting, tmp_path: Any) -> None:
    empty = Mirror(f"sqlite:///{tmp_path / 'none.db'}")
    try:
        assert named(examined(center, empty).differences) == [("MIRROR_MISSING", "mirror", None)]
        empty.upgrade()
        assert named(examined(center, empty).differences) == [("ROW_MISSING", "cursor", None)]
    finally:
        empty.close()


def test_an_admission_of_another_module_is_named(center: Granting) -> None:
    """The journal says that a module was admitted; the node says no."""
    deployment = center.ledger.contracts.deployment
    module = deployment.contracts["Catalog"].address
    data = to_hex(_admitted_call(module))

    def lie(method: str, parameters: list[Any], result: Any) -> Any:
        return "0x" + "00" * 32 if method == "eth_call" and parameters[0]["data"] == data else result

    with lying(center.ledger.node.url, lie) as node:
        result = audit(node, deployment, None, Finality())
    assert named(result.differences) == [("CONTRACT_STATE", f"Journal.admitted({to_hex(module)})", None)]


def _admitted_call(module: bytes) -> bytes:
    from ledger.chain import abi

    return abi.encode_call("Journal", "admitted", to_hex(module))
