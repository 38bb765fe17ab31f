"""A catalog file on the ledger: planned, applied, changed, tightened, moved, retired, exported."""

import csv
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.ledger import (
    CATALOG,
    CENTER,
    MEDICAL,
    RESERVOIRS,
    SECONDS,
    WATER,
    Ledger,
    founded,
    sample_entries,
)

WEATHER = "11119900MBF1029601"


@pytest.fixture
def own(founded_home: Path, tmp_path: Path) -> Iterator[Ledger]:
    """A ledger of one test, with the sample catalog on it."""
    with founded(tmp_path, founded_home) as ledger:
        ledger.do("catalog", "apply", CATALOG)
        yield ledger


def changed(at: int, **members: Any) -> list[dict[str, Any]]:
    """The sample's entries, one of them with other members."""
    entries = sample_entries()
    entries[at] |= members
    return entries


def test_a_plan_sends_nothing(ledger: Ledger) -> None:
    before = ledger.journal()
    shown = ledger.do("catalog", "plan", CATALOG).out
    assert f"+ {RESERVOIRS}  大中型水库水情日报  (市水务局(虚构))" in shown
    assert "… and 12 more (--all shows them)" in shown
    assert "22 rows: 22 added, 0 changed, 0 published again, 0 retired, 0 unchanged, 0 refused" in shown
    assert (
        len([line for line in ledger.do("catalog", "plan", CATALOG, "--all").out.splitlines() if line[:1] == "+"]) == 22
    )
    planned = ledger.json("catalog", "plan", CATALOG)
    assert (len(planned["added"]), planned["refused"], planned["retired"]) == (22, [], [])
    assert planned["fingerprint"] in shown
    assert ledger.journal() == before


def test_apply_does_the_plan_once(own: Ledger) -> None:
    before = own.journal()
    again = own.do("catalog", "apply", CATALOG)
    assert "nothing to change: 22 of 22 rows are on the ledger as they stand" in again.out
    counted = own.json("catalog", "apply", CATALOG)
    assert {name: counted[name] for name in ("rows", "unchanged", "sent", "transactions")} == {
        "rows": 22, "unchanged": 22, "sent": 0, "transactions": 0
    }  # fmt: skip
    assert own.journal() == before
    (version,) = own.entry(RESERVOIRS)
    assert (version["version"], version["status"], version["submitter"]) == (1, "ACTIVE", CENTER)
    assert version["content"]["title"] == "大中型水库水情日报"


def test_a_changed_row_is_shown_field_by_field(own: Ledger) -> None:
    entries = changed(0, entry_name="水库水情日报", mandate="")
    entries[0]["items"][1] |= {"name_cn": "观测时间"}
    file = own.write("changed.json", entries)
    shown = own.do("catalog", "plan", file).out
    assert f"~ {RESERVOIRS}  水库水情日报  (市水务局(虚构))  v1 → v2" in shown
    assert "    - title: 大中型水库水情日报\n    + title: 水库水情日报\n" in shown
    assert "    - items[1].name: 观测日期\n    + items[1].name: 观测时间\n" in shown
    assert "22 rows: 0 added, 1 changed, 0 published again, 0 retired, 21 unchanged, 0 refused" in shown

    size, _ = own.journal()
    applied = own.do("catalog", "apply", file)
    assert applied.out.startswith("applied 1 entries in 1 transactions")
    assert "1/1" in applied.err
    assert own.journal()[0] == size + 1
    assert [(row["version"], row["content"]["title"]) for row in own.entry(RESERVOIRS)] == [
        (1, "大中型水库水情日报"),
        (2, "水库水情日报"),
    ]
    shown = own.do("catalog", "show", RESERVOIRS).out
    assert "active, version 2" in shown
    assert f"{WATER} 市水务局(虚构)" in shown
    assert "0 changed" in own.do("catalog", "plan", file).out


def test_apply_of_a_reviewed_plan(own: Ledger) -> None:
    file = own.write("reviewed.json", changed(0, entry_name="甲"))
    fingerprint = own.json("catalog", "plan", file)["fingerprint"]
    own.write("reviewed.json", changed(0, entry_name="乙"))
    other = own.run("catalog", "apply", file, "--fingerprint", fingerprint).ended(1)
    assert f"not {fingerprint}: look at it again" in other.err
    assert len(own.entry(RESERVOIRS)) == 1
    own.write("reviewed.json", changed(0, entry_name="甲"))
    own.do("catalog", "apply", file, "--fingerprint", fingerprint)
    assert own.entry(RESERVOIRS)[-1]["content"]["title"] == "甲"


def test_tightening_needs_a_reason(own: Ledger) -> None:
    file = own.write("stricter.json", changed(0, share_type="有条件共享", share_condition="依申请"))
    before = own.journal()
    refused = own.run("catalog", "apply", file).ended(1)
    assert "share becomes stricter (1 → 2), which needs a reason" in refused.out
    assert "give the reason and its legal basis with --reason" in refused.out
    assert "1 rows of stricter.json are refused: mend them" in refused.err
    assert own.journal() == before
    own.do("catalog", "apply", file, "--reason", "《条例》第12条")
    assert [row["share"] for row in own.entry(RESERVOIRS)] == [1, 2]
    # The way back is not a tightening.
    own.do("catalog", "apply", CATALOG)
    assert [row["share"] for row in own.entry(RESERVOIRS)] == [1, 2, 1]


def test_a_changed_provider_is_retire_and_add(own: Ledger) -> None:
    file = own.write("moved.json", changed(3, provider="org-weather"))
    (old,) = own.entry(f"{MEDICAL}/306002/000002")
    shown = own.do("catalog", "plan", file).out
    assert f"+ {WEATHER}/306002/000002" in shown
    assert f"- {MEDICAL}/306002/000002  参保人结算明细  (provider changed)" in shown
    assert "applied 2 entries" in own.do("catalog", "apply", file).out
    (fresh,) = own.entry(f"{WEATHER}/306002/000002")
    assert fresh["content"]["replaces"] == old["id"]
    assert [row["status"] for row in own.entry(f"{MEDICAL}/306002/000002")] == ["ACTIVE", "RETIRED"]
    assert "nothing to change" in own.do("catalog", "apply", file).out


def test_rows_that_are_missing_retire_nothing_unless_asked(own: Ledger) -> None:
    file = own.write("fewer.json", sample_entries()[:-2])
    assert "0 retired, 20 unchanged" in own.do("catalog", "plan", file).out
    planned = own.do("catalog", "plan", file, "--retire-missing").out
    assert "(no longer in the file)" in planned
    assert "2 retired" in planned
    refused = own.run("catalog", "apply", file, "--retire-missing", "--reason", "清理").ended(1)
    assert "2 of 22 entries would be retired, more than a twentieth: run it at a terminal and confirm" in refused.err
    assert own.entry("11119901MBF1051846/306014/000001")[-1]["status"] == "ACTIVE"


@pytest.mark.parametrize(("typed", "code", "statuses"), [("2", 0, ["ACTIVE", "RETIRED"]), ("no", 1, ["ACTIVE"])])
def test_many_retirements_need_a_typed_number(own: Ledger, typed: str, code: int, statuses: list[str]) -> None:
    file = own.write("fewer.json", sample_entries()[2:])
    ran = at_terminal(own, typed, "catalog", "apply", file, "--retire-missing", "--reason", "清理")
    assert "2 of 22 entries will be retired. Type 2 to go on:" in ran.stdout
    assert ran.returncode == code, ran
    if code:
        assert "not confirmed; nothing was sent" in ran.stderr
    assert [row["status"] for row in own.entry(RESERVOIRS)] == statuses


def test_retired_entries_can_come_back(own: Ledger) -> None:
    fewer = own.write("fewer.json", sample_entries()[2:])
    assert at_terminal(own, "2", "catalog", "apply", fewer, "--retire-missing", "--reason", "清理").returncode == 0
    assert "2 published again" in own.do("catalog", "plan", CATALOG).out
    own.do("catalog", "apply", CATALOG)
    assert [(row["version"], row["status"]) for row in own.entry(RESERVOIRS)] == [
        (1, "ACTIVE"), (2, "RETIRED"), (3, "ACTIVE")
    ]  # fmt: skip


def test_few_retirements_need_no_confirmation(own: Ledger) -> None:
    more = [
        {**sample_entries()[0], "resource_code": f"306001/{number:06}", "entry_name": f"样例{number}"}
        for number in range(100, 120)
    ]
    own.do("catalog", "apply", own.write("more.json", [*sample_entries(), *more]))
    own.do(
        "catalog", "apply", own.write("less.json", [*sample_entries(), *more[1:]]), "--retire-missing", "--reason", "x"
    )
    assert own.entry(f"{WATER}/306001/000100")[-1]["status"] == "RETIRED"
    assert own.entry(f"{WATER}/306001/000101")[-1]["status"] == "ACTIVE"


def test_export(published: Ledger) -> None:
    assert "wrote 22 entries to out/all.json" in published.do("catalog", "export", "-o", "out/all.json").out
    rows = json.loads((published.home / "out/all.json").read_text("utf-8"))
    assert {row["content"]["title"] for row in rows} == {entry["entry_name"] for entry in sample_entries()}
    published.do("catalog", "export", "-o", "water.csv", "--provider", WATER)
    with (published.home / "water.csv").open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.DictReader(file))
    assert [row["local_code"] for row in written] == ["306001/000001", "306001/000002"]
    assert {row["title"] for row in written} == {"大中型水库水情日报", "取水许可证照信息"}
    assert "wrote 0 entries" in published.do("catalog", "export", "-o", "none.json", "--source", "elsewhere").out
    assert not list(published.home.rglob("*.new"))


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("show", "a/b"), 2, "entry 'a/b': want an id (0x and 64 hex digits), or PROVIDER/LOCAL-CODE"),
        (("show", "0x12"), 2, "entry id '0x12': want 0x and 64 lower-case hex digits"),
        (("show", "0x" + "12" * 32), 1, f"there is no entry 0x{'12' * 32}"),
        (("export", "-o", "all.xml"), 2, "all.xml: want a name that ends in .csv or .json"),
        (("export", "-o", "all.csv", "--provider", "12"), 2, "--provider '12': not a unified social credit code"),
        (("plan", CATALOG, "--mapping", "none"), 2, "none: is no mapping and no file; shipped are"),
        (("plan", CATALOG, "--mapping", "dcat-us"), 2, "catalog.json: the file has no column publisher.name"),
        (("plan", CATALOG, "--account", "nobody"), 1, "no key of account 'nobody'"),
        (("plan", CATALOG, "--account", "admin-1"), 1, "account admin-1 has no role PUBLISHER at 11119900MBF1059265"),
        (("apply", CATALOG, "--account", "admin-1"), 1, "account admin-1 has no role PUBLISHER at 11119900MBF1059265"),
        (("plan", "absent.csv"), 2, "absent.csv: cannot be read: No such file or directory"),
        (("plan",), 2, "Missing argument"),
        (("plan", CATALOG, "--unknown"), 2, "No such option: --unknown"),
    ],
)
def test_what_is_refused(published: Ledger, arguments: tuple[object, ...], code: int, said: str) -> None:
    before = published.journal()
    assert said in published.run("catalog", *arguments).ended(code).err
    assert published.journal() == before


def at_terminal(ledger: Ledger, typed: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Runs a command with a terminal as its standard input, at which a line is typed."""
    keyboard, terminal = os.openpty()
    try:
        process = ledger.start(*arguments, stdin=terminal)
        os.write(keyboard, f"{typed}\n".encode())
        try:
            out, err = process.communicate(timeout=SECONDS)
        finally:
            process.kill()
            process.wait()
        return subprocess.CompletedProcess([], process.returncode, out, err)
    finally:
        os.close(keyboard)
        os.close(terminal)
