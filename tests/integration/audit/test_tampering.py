"""Whatever is tampered with, in the mirror or by the node, is found and named, and nothing else is."""

import re
import sqlite3
from collections.abc import Callable
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
from tests.integration.audit.tampering import MIRROR, Named, Tampering
from tests.integration.indexer.granting import Granting

# It changes the file itself, past every check that a database makes.
pytestmark = pytest.mark.databases(SQLITE)


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
    # Nothing is suppressed here: test_suppression.py tampers with that.
    with whole(mirror) as tables:
        columns = {
            table: (tables.columns(table), tables.key(table))
            for table in COMPARED - {"evidence", "checkpoint", "suppression"}
        }
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
