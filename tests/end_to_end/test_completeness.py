"""An auditor keeps checkpoints and asks later whether anything was rewritten; the chain is rewritten on purpose."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.chain.rpc import Node
from ledger.merkle.checkpoint import parse_signed
from ledger.model.ids import to_hex
from tests.end_to_end.ledger import Ledger, free_port, new_entry
from tests.end_to_end.test_mirror import get, served


def publish(ledger: Ledger, *codes: str) -> None:
    entries = [new_entry(code) for code in codes]
    ledger.do("catalog", "apply", ledger.write("more.json", entries), "--account", "publisher")


@pytest.fixture
def rewritten(published: Ledger, tmp_path: Path) -> Iterator[dict[str, Any]]:
    """A checkpoint and a mirror of a history, and the chain without it. Each history has a log key of its own."""
    published.settings["MULU_LOG_KEY_FILE"] = str(tmp_path / "old.key")
    node = Node(published.url)
    publish(published, f"{tmp_path.name}-before")
    common = published.journal()[0]
    snapshot = node.request("evm_snapshot")
    publish(published, f"{tmp_path.name}-old-1", f"{tmp_path.name}-old-2")
    published.do("index")
    kept = tmp_path / "kept.txt"
    published.do("audit", "checkpoint", "-o", kept)
    for file in published.mirror.parent.glob("mirror.db*"):
        file.rename(tmp_path / file.name)
    old_block = published.json("status")["chain_head"]
    assert node.request("evm_revert", snapshot)
    published.settings["MULU_LOG_KEY_FILE"] = str(tmp_path / "new.key")
    yield {"kept": kept, "old": f"sqlite:///{tmp_path / 'mirror.db'}", "index": common, "block": old_block}
    del published.settings["MULU_LOG_KEY_FILE"]
    for file in published.mirror.parent.glob("mirror.db*"):
        file.unlink()


def test_nothing_was_rewritten(published: Ledger, tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    printed = published.do("audit", "checkpoint", "-o", kept).out
    size, root = published.journal()
    assert f"{size} acts, root {root}" in printed
    publish(published, "complete-1", "complete-2")
    facts = published.json("audit", "completeness", "--since", kept)
    assert (facts["verdict"], facts["checkpoint"]["signature"]) == ("COMPLETE", "none")
    assert facts["checkpoint"]["size"] == size < facts["journal"]["size"] == published.journal()[0]
    assert len(facts["proof"]) > 0
    said = published.do("audit", "completeness", "--since", kept).out
    assert "COMPLETE: nothing was rewritten since the checkpoint" in said
    assert "exists, and what was kept" in published.run("audit", "checkpoint", "-o", kept).ended(1).err


def test_no_mirror_and_no_api_is_believed(published: Ledger, tmp_path: Path) -> None:
    published.do("audit", "checkpoint", "-o", tmp_path / "kept.txt")
    nowhere = {"MULU_DATABASE_URL": "sqlite:////proc/none/mirror.db", "MULU_LOG_KEY_FILE": "none"}
    published.run("audit", "completeness", "--since", tmp_path / "kept.txt", settings=nowhere).ended(0)


def test_a_signed_checkpoint_of_the_log(published: Ledger, tmp_path: Path) -> None:
    published.do("index")
    port = free_port()
    with served(published, port):
        base = f"http://127.0.0.1:{port}/v1/journal"
        vkey = json.loads(get(base)[1])["journal"]["checkpoint"]["vkey"]
        kept = tmp_path / "signed.txt"
        published.do("audit", "checkpoint", "-o", kept, "--log", base, "--vkey", vkey)
        other = vkey[:-4] + "AAA="
        published.run("audit", "checkpoint", "-o", tmp_path / "x", "--log", base, "--vkey", other).ended(2)
    (tmp_path / "vkey").write_text(vkey + "\n")
    facts = published.json("audit", "completeness", "--since", kept, "--vkey", tmp_path / "vkey")
    assert (facts["verdict"], facts["checkpoint"]["signature"]) == ("COMPLETE", "verified")

    trust = json.loads((published.home / ".mulu" / "trust.json").read_text("utf-8"))
    for name, log, code, said in (
        ("named.json", vkey, 0, "signature verified"),
        ("other.json", f"mulu/other{vkey[69:]}", 2, "its id is"),
        ("none.json", 1, 2, "log is no str"),
    ):
        (tmp_path / name).write_text(json.dumps(trust | {"log": log}), "utf-8")
        ran = published.run("audit", "completeness", "--since", kept, "--trust", tmp_path / name).ended(code)
        assert said in ran.out + ran.err
    assert published.json("trust", "show", "--trust", tmp_path / "named.json")["log"] == vkey

    size = parse_signed(kept.read_bytes())[0].size
    forged = tmp_path / "forged.txt"
    forged.write_text(kept.read_text("utf-8").replace(f"\n{size}\n", f"\n{size - 1}\n"), "utf-8")
    refused = published.run("audit", "completeness", "--since", forged, "--vkey", vkey).ended(3)
    assert "the note's signature is not one of" in refused.err
    assert "rewritten" in published.run("audit", "completeness", "--since", forged).ended(3).err


def test_the_first_act_that_was_rewritten(published: Ledger, rewritten: dict[str, Any], tmp_path: Path) -> None:
    publish(published, f"{tmp_path.name}-new-1", f"{tmp_path.name}-new-2", f"{tmp_path.name}-new-3")
    since = ("audit", "completeness", "--since", rewritten["kept"])
    alone = published.run(*since).ended(3)
    assert "name it with --database or --log" in alone.err
    assert "REWRITTEN" in alone.out

    found = published.run(*since, "--database", rewritten["old"]).ended(3)
    index, account = rewritten["index"], to_hex(publisher(published))
    assert f"rewritten: act {index} is the first that is another" in found.err
    assert f"Kept: Catalog.EntryPublished, block {rewritten['block']}, account {account}" in found.err
    facts = published.run(*since, "--database", rewritten["old"], "--json").ended(3).json
    assert facts["verdict"] == "REWRITTEN"
    difference = facts["first_difference"]
    assert difference["index"] == index
    assert difference["chain"] == {
        "contract": "Catalog",
        "event": "EntryPublished",
        "block": published.json("status")["chain_head"],
        "account": account,
    }

    # The same from a log that still serves the old history.
    port = free_port()
    with_old = Ledger(published.home, published.port)
    with_old.settings = {
        **published.settings,
        "MULU_DATABASE_URL": rewritten["old"],
        "MULU_LOG_KEY_FILE": str(tmp_path / "old.key"),
    }
    with served(with_old, port):
        base = f"http://127.0.0.1:{port}/v1/journal"
        found = published.run(*since, "--log", base).ended(3)
    assert f"act {index} is the first that is another" in found.err
    assert f"Kept: Catalog.EntryPublished, block not known, account {account}" in found.err


def test_a_journal_that_is_shorter(published: Ledger, rewritten: dict[str, Any], tmp_path: Path) -> None:
    since = ("audit", "completeness", "--since", rewritten["kept"])
    assert "ask another node" in published.run(*since).ended(4).err
    same = published.run(*since, "--database", rewritten["old"]).ended(4)
    assert "these are the same" in same.err
    publish(published, f"{tmp_path.name}-new-1")
    assert "cannot be told" in published.run(*since).ended(4).err
    found = published.run(*since, "--database", rewritten["old"]).ended(3)
    assert f"act {rewritten['index']} is the first that is another" in found.err


def test_an_old_history_that_is_none(published: Ledger, rewritten: dict[str, Any], tmp_path: Path) -> None:
    publish(published, *(f"{tmp_path.name}-new-{at}" for at in range(4)))
    published.do("index")
    since = ("audit", "completeness", "--since", rewritten["kept"])
    new = f"sqlite:///{published.mirror}"
    assert "does not hold the history" in published.run(*since, "--database", new).ended(3).err
    assert "cannot be reached" in published.run(*since, "--log", "http://127.0.0.1:1/v1/journal").ended(3).err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("completeness", "--since", "none.txt"), 1, "`mulu audit checkpoint` keeps one"),
        (("completeness", "--since", ".mulu/trust.json"), 2, "trust.json: checkpoint: "),
        (("completeness", "--since", "kept.txt", "--vkey", "x"), 4, "bears no signature"),
        (("completeness", "--since", "kept.txt", "--log", "ftp://x"), 2, "log address ftp://x"),
        (("completeness", "--since", "kept.txt", "--database", "x"), 2, "--database"),
        (("completeness", "--since", "kept.txt", "--database", "sqlite:///none.db"), 1, "holds no mirror"),
        (("completeness", "--since", "kept.txt", "--database", "x", "--log", "y"), 2, "one is enough"),
        (("completeness", "--since", "other.txt"), 3, "another journal"),
        (("checkpoint", "-o", "new.txt", "--vkey", "x"), 2, "--log"),
        (("checkpoint", "-o", "new.txt", "--log", "http://127.0.0.1:1/"), 4, "cannot be reached"),
    ],
)
def test_usage(published: Ledger, arguments: tuple[str, ...], code: int, said: str) -> None:
    kept = published.home / "kept.txt"
    if not kept.exists():
        published.do("audit", "checkpoint", "-o", "kept.txt")
    origin = kept.read_text().partition("\n")[0]
    (published.home / "other.txt").write_text(kept.read_text().replace(origin, "mulu/" + "0" * 64))
    refused = published.run("audit", *arguments).ended(code)
    assert said in refused.err
    assert not (published.home / "new.txt").exists()


def publisher(ledger: Ledger) -> bytes:
    keys = json.loads((ledger.home / ".mulu" / "keystore" / "publisher.json").read_text("utf-8"))
    return bytes.fromhex(keys["address"].removeprefix("0x"))
