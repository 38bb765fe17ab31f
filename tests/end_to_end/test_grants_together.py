"""Grants under trouble: a run that is killed, two clerks at once, a scope that changes under an approver's eyes."""

import json
import os
import pty
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import pytest

from ledger.app import App
from ledger.chain.rpc import Node
from ledger.grant.reader import GrantReader
from ledger.grant.sending import SCOPE_MOST
from ledger.settings import from_environment
from tests.conftest import Tools
from tests.end_to_end.granting import AGREEMENT, DISTRICT, PLAN, granting, listed, planned, rows
from tests.end_to_end.ledger import RESERVOIRS, SECONDS, WATER, Ledger, new_entry

ENTRIES = 4 * SCOPE_MOST
IN_FLIGHT = 3
"""Transactions that a sender has under way at once (`ledger.chain.sender.Sender`)."""
SHARE = {"授权类型": "共享使用", "开始日期": "2026-01-01", "截止日期": "2028-12-31", "区划代码": "1199", "最高级别": 2,
         "用途": "依法履职", "被授权方": DISTRICT}  # fmt: skip
WHOLE = {"目录条目": RESERVOIRS, "操作": "查询", "信息项": "*"}


@pytest.fixture(scope="module")
def ledger(tools: Tools, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with granting(tmp_path_factory.mktemp("granting"), registered=()) as ledger:
        yield ledger


def reader_of(ledger: Ledger) -> GrantReader:
    home = ledger.home / ".mulu"
    app = App(from_environment({"MULU_RPC_URL": ledger.url, "MULU_DEPLOYMENT": str(home / "deployment.json")}))
    return GrantReader(app.contracts)


@contextmanager
def mining_by_hand(ledger: Ledger) -> Iterator[Node]:
    """The chain makes a block only when it is told to (`evm_mine`)."""
    node = Node(ledger.url)
    node.request("evm_setAutomine", False)
    try:
        yield node
    finally:
        node.request("evm_setAutomine", True)
        node.request("evm_mine")


def wait_for_waiting(node: Node, count: int) -> None:
    """Waits until so many transactions wait for inclusion."""
    deadline = time.monotonic() + SECONDS
    while int(node.request("txpool_status")["pending"], 16) < count:
        assert time.monotonic() < deadline, f"{count} transactions do not come"
        time.sleep(0.05)


def test_a_scope_that_was_killed_is_listed_to_its_end(ledger: Ledger) -> None:
    codes = [f"kill/{place:04d}" for place in range(ENTRIES)]
    ledger.do("catalog", "apply", ledger.write("many.json", [new_entry(code) for code in codes]))
    (grant,) = planned(ledger, [{**SHARE, "授权名称": "大范围"}])
    scope = [{"提供单位": WATER, "条目代码": code, "操作": "查询", "信息项": "1-2"} for code in codes]
    path = rows(ledger.home / "many.csv", scope)
    command = ("grant", "scope", grant, path, "--yes", "--account", "grantor", "--json")
    with mining_by_hand(ledger) as node:
        process = ledger.start(*command)
        try:
            wait_for_waiting(node, IN_FLIGHT)
            node.request("evm_mine")
            wait_for_waiting(node, 1)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate(timeout=SECONDS)
        assert reader_of(ledger).version(grant, 1).scope_count == IN_FLIGHT * SCOPE_MOST
    again = ledger.do(*command).json
    # The last transaction was sent when the run was killed: it counts, and is not sent again.
    assert (again["listed"], again["listed_before"], again["not_in_file"]) == (0, ENTRIES, 0)
    assert again["scope_count"] == ENTRIES
    assert again["scope_digest"] == "0x" + reader_of(ledger).scope(grant, 1).digest.hex()
    more = rows(ledger.home / "more.csv", [*scope, WHOLE])
    assert ledger.json("grant", "scope", grant, more, "--yes", "--account", "grantor")["listed"] == 1
    less = ledger.run("grant", "scope", grant, path, "--yes", "--account", "grantor").ended()
    assert "the plan lists 1 that are not in many.csv" in less.err


def test_two_clerks_who_list_the_same_list_it_once(ledger: Ledger) -> None:
    (grant,) = planned(ledger, [{**SHARE, "授权名称": "两人同列"}])
    path = rows(ledger.home / "same.csv", [WHOLE])
    command = ("grant", "scope", grant, path, "--yes", "--json")
    with mining_by_hand(ledger) as node:
        first = ledger.start(*command, "--account", "grantor")
        wait_for_waiting(node, 1)
        second = ledger.start(*command, "--account", "colleague")
        said = _until(second.stderr, "looking again")
        node.request("evm_mine")
        answers = [process.communicate(timeout=SECONDS) for process in (first, second)]
    assert [first.returncode, second.returncode] == [0, 0], (said, answers)
    assert [json.loads(out)["listed"] for out, _ in answers] == [1, 0]
    assert reader_of(ledger).version(grant, 1).scope_count == 1


def test_of_two_clerks_who_amend_one_is_told_that_the_version_is_stale(ledger: Ledger) -> None:
    (grant,) = planned(ledger, [{**SHARE, "授权名称": "两人变更"}])
    listed(ledger, grant, [WHOLE])
    ledger.do("grant", "approve", grant, "--as", "consent", "--document", PLAN, "--yes", "--account", "provider")
    ledger.do("grant", "sign", grant, "--agreement", AGREEMENT, "--yes", "--account", "grantor")
    files = [
        rows(ledger.home / f"{title}.csv", [{"授权编号": grant, "授权名称": title, "截止日期": "2029-12-31"}])
        for title in ("甲", "乙")
    ]
    with mining_by_hand(ledger) as node:
        first = ledger.start("grant", "amend", files[0], "--yes", "--account", "grantor")
        wait_for_waiting(node, 1)
        second = ledger.execute("grant", "amend", files[1], "--yes", "--account", "colleague").ended(1)
        node.request("evm_mine")
        answer = first.communicate(timeout=SECONDS)
    assert first.returncode == 0, answer
    assert f"GrantVersionConflict(grant={grant}, expected=1, version=2)" in second.err
    assert "somebody else went on with this grant meanwhile" in second.err
    assert reader_of(ledger).head(grant).versions == 2


def test_a_scope_that_changes_while_it_is_looked_at_is_not_approved(ledger: Ledger) -> None:
    (grant,) = planned(ledger, [{**SHARE, "授权名称": "边看边改"}])
    listed(ledger, grant, [WHOLE])
    command: tuple[Any, ...] = ("grant", "approve", grant, "--as", "consent", "--document", PLAN)
    other = {**WHOLE, "目录条目": f"{WATER}/306001/000002"}
    changed = _typed(ledger, command, str(grant), lambda: listed(ledger, grant, [WHOLE, other]))
    assert changed.returncode == 1
    assert f"PlanScopeChanged(grant={grant}, scopeCount=2" in changed.stderr
    assert "the scope changed since it was shown" in changed.stderr
    wrong = _typed(ledger, command, "yes", lambda: None)
    assert wrong.returncode == 1
    assert "not confirmed; nothing was sent" in wrong.stderr
    right = _typed(ledger, command, str(grant), lambda: None)
    assert right.returncode == 0, right.stderr
    assert "waits for signature of the grantor" in right.stdout


def _until(stream: IO[str] | None, words: str) -> str:
    """What a process says until it has said these words."""
    assert stream is not None
    said = b""
    while words.encode() not in said:
        more = os.read(stream.fileno(), 65536)
        assert more, f"the command ended without saying {words!r}: {said.decode('utf-8', 'replace')}"
        said += more
    return said.decode("utf-8", "replace")


def _typed(ledger: Ledger, command: tuple[Any, ...], answer: str, meanwhile: Any) -> subprocess.CompletedProcess[str]:
    """Runs a command at a terminal; once it asks, something else happens, and then a person types."""
    outer, inner = pty.openpty()
    try:
        process = ledger.start(*command, "--account", "provider", stdin=inner, bufsize=1)
        try:
            shown = _until(process.stdout, "to go on: ")
            meanwhile()
            os.write(outer, (answer + "\n").encode())
            out, err = process.communicate(timeout=SECONDS)
        finally:
            process.kill()
            process.wait()
        return subprocess.CompletedProcess(command, process.returncode, shown + out, err)
    finally:
        os.close(outer)
        os.close(inner)
