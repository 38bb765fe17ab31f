"""The auditor's commands on a ledger that the product's own commands made."""

import sqlite3
from pathlib import Path

from tests.end_to_end.ledger import AUTHORITY, RESERVOIRS, WATER, Ledger


def test_replay_agrees_and_says_how_fast(published: Ledger) -> None:
    published.do("index")
    ran = published.do("audit", "replay")
    assert "no rule is broken; contract = mirror = replay" in ran.out
    assert "acts/s" in ran.out
    found = published.json("audit", "replay", "--no-mirror")
    assert (found["agrees"], found["compared"], found["left_out"]) == (True, ["contract"], ["mirror"])
    assert found["acts"] == published.json("status")["journal_size"]
    assert found["acts_per_second"] > 0
    assert found["peak_memory_bytes"] > 2**20


def test_a_difference_is_named_and_ends_with_3(published: Ledger, tmp_path: Path) -> None:
    published.do("index")
    copy = tmp_path / "mirror.db"
    with sqlite3.connect(published.mirror) as source, sqlite3.connect(copy) as target:
        source.backup(target)
        (index,) = target.execute("SELECT MIN(act_index) FROM entry WHERE share = 2").fetchone()
        target.execute("UPDATE entry SET share = 1 WHERE act_index = ?", (index,))
        target.commit()
    settings = {"MULU_DATABASE_URL": f"sqlite:///{copy}"}
    ran = published.run("audit", "replay", settings=settings).ended(3)
    assert f"ROW_CHANGED entry (act_index {index}).share" in ran.out
    assert "contract: 2" in ran.out
    assert "mirror: 1" in ran.out
    assert "replay: 2" in ran.out
    assert "1 difference" in ran.err
    (difference,) = published.run("audit", "replay", "--json", settings=settings).ended(3).json["differences"]
    assert (difference["kind"], difference["act"], difference["contract"]) == ("ROW_CHANGED", index, "2")
    chinese = published.run("audit", "replay", settings={**settings, "LC_ALL": "zh_CN.UTF-8"}).ended(3)
    assert "镜像库的行被改动" in chinese.out


def test_a_timeline_is_told_and_filed(published: Ledger, tmp_path: Path) -> None:
    ran = published.do("audit", "timeline", "--entry", RESERVOIRS)
    assert "entry published" in ran.out
    told = published.json("audit", "timeline", "--organization", WATER)
    assert told["acts"][0]["event"] == "OrganizationAdded"
    assert told["acts"][0]["approval"]
    lines = published.do("audit", "timeline", "--organization", WATER, "--csv").out.splitlines()
    assert lines[0].startswith("act,time,block,event")
    assert len(lines) == 1 + len(told["acts"])
    block = str(told["as_of"]["block"])
    pages = []
    for name in ("one.html", "two.html"):
        file = tmp_path / name
        published.do("audit", "timeline", "--organization", WATER, "--as-of", block, "--html", file)
        pages.append(file.read_bytes())
    assert pages[0] == pages[1]
    assert "机构审计时间线" in pages[0].decode()


def test_bad_questions_are_refused(published: Ledger) -> None:
    assert "one of" in published.run("audit", "timeline").ended(2).err
    assert published.run("audit", "timeline", "--entry", RESERVOIRS, "--organization", AUTHORITY).ended(2).err
    assert "unified social credit code" in published.run("audit", "timeline", "--organization", "1").ended(2).err
    assert "no act is about" in published.run("audit", "timeline", "--grant", "7").ended(1).err
    assert published.run("audit", "timeline", "--entry", RESERVOIRS, "--as-of", "soon").ended(2).err
