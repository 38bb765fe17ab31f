"""Proofs as a third party sees them: made, verified with and without a node, superseded, cancelled, tampered with."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import changed
from tests.end_to_end.ledger import CATALOG, MEDICAL, RESERVOIRS, Ledger, founded, free_port, sample_entries


@pytest.fixture(scope="module")
def stranger(published: Ledger, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """Somebody who has the bundle and the trust file, and nothing else of the ledger."""
    published.do("prove", "entry", RESERVOIRS, "-o", "entry.json")
    home = tmp_path_factory.mktemp("stranger")
    for file in ("entry.json", ".mulu/trust.json"):
        (home / Path(file).name).write_bytes((published.home / file).read_bytes())
    other = Ledger(home, published.port)
    other.settings = {"MULU_TRACEBACK": "1", "MULU_TRUST": "trust.json"}
    yield other
    assert sorted(path.name for path in home.iterdir()) == ["entry.json", "trust.json"]


def test_without_a_node_a_proof_is_undecided(stranger: Ledger) -> None:
    said = stranger.run("verify", "entry.json").ended(4).out
    assert said.endswith("UNDECIDED: seal missing\n")
    assert "✓ path       passed: the act's leaf leads to the journal's root" in said
    assert "- seal       not checked: blocks of the development chain carry no seals" in said
    assert stranger.run("verify", "entry.json", "--json").ended(4).json["verdict"] == "UNDECIDED"


def test_with_a_node_it_is_valid(stranger: Ledger, published: Ledger) -> None:
    said = stranger.do("verify", "entry.json", "--rpc", published.url).out
    assert said.endswith("VALID\n")
    assert "title        大中型水库水情日报" in said
    assert "this rests on the node's word" in said
    assert stranger.json("trust", "show")["fingerprint"] in said
    report = stranger.json("verify", "entry.json", "--rpc", published.url)
    assert report["verdict"] == "VALID"
    assert {check["outcome"] for check in report["checks"]} == {"passed"}


def test_a_node_that_is_down_leaves_it_undecided_and_shows_no_secret(stranger: Ledger) -> None:
    address = f"http://user:secret@127.0.0.1:{free_port()}/key"
    ran = stranger.run("verify", "entry.json", "--rpc", address).ended(4)
    assert ran.out.endswith("UNDECIDED: seal missing\n")
    assert "cannot be reached" in ran.err
    assert "secret" not in ran.out + ran.err
    assert "key" not in ran.err
    assert "want http:// or https://" in stranger.run("verify", "entry.json", "--rpc", "node").ended(2).err


def test_any_changed_digit_is_refused(stranger: Ledger, published: Ledger, tmp_path: Path) -> None:
    genuine = (stranger.home / "entry.json").read_bytes()
    for place in range(0, len(genuine), 97):
        other = b"0" if genuine[place : place + 1] != b"0" else b"1"
        forged = tmp_path / "forged.json"
        forged.write_bytes(genuine[:place] + other + genuine[place + 1 :])
        ran = stranger.run("verify", forged, "--rpc", published.url)
        assert ran.code in (2, 3, 4), (place, ran)
        assert "VALID\n" not in ran.out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not canonical JSON"),
        (b"\xff", "not canonical JSON"),
        (b"[" * 100_000, "not canonical JSON"),
        (b"{}", "format"),
    ],
)
def test_what_is_no_bundle(stranger: Ledger, tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "none.json").write_bytes(content)
    # As a process of its own: what else was imported here must not be what refuses it.
    refused = stranger.execute("verify", tmp_path / "none.json").ended(2)
    assert "none.json" in refused.err
    assert said in refused.err


def test_missing_files(stranger: Ledger) -> None:
    assert "there is no file absent.json" in stranger.run("verify", "absent.json").ended(1).err
    absent = stranger.run("verify", "entry.json", "--trust", "absent.json").ended(1)
    assert "no trust file at absent.json: get it from somebody you trust" in absent.err
    assert "not JSON" in stranger.run("verify", "entry.json", "--trust", CATALOG.parent / "__init__.py").ended(2).err


def test_another_ledger_trusts_it_not(stranger: Ledger, published: Ledger, tmp_path: Path) -> None:
    trust = json.loads((stranger.home / "trust.json").read_text())
    asked = ("verify", "entry.json", "--trust", tmp_path / "trust.json", "--rpc", published.url)
    (tmp_path / "trust.json").write_text(json.dumps({**trust, "origin": "0x" + "11" * 32}))
    assert stranger.run(*asked).ended(3).out.endswith("CONTRADICTED: origin\n")
    (tmp_path / "trust.json").write_text(json.dumps({**trust, "genesis_hash": "0x" + "22" * 32}))
    assert "UNDECIDED" in stranger.run(*asked).ended(4).out


def test_an_act(published: Ledger) -> None:
    published.do("prove", "act", 0, "-o", "act.json")
    said = published.do("verify", "act.json", "--rpc", published.url).out
    assert "event        JournalOpened" in said
    assert said.endswith("VALID\n")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("act", 99_999), 1, "the mirror knows no act 99999; the journal has"),
        (("entry", "0x" + "ab" * 32), 1, "the mirror knows no entry 0xabab"),
        (("entry", RESERVOIRS, "--version", 9), 1, "the mirror knows no version 9 of entry 0x"),
        (("entry", "nonsense"), 2, "entry 'nonsense': want an id"),
    ],
)
def test_what_cannot_be_proven(published: Ledger, arguments: tuple[object, ...], code: int, said: str) -> None:
    assert said in published.run("prove", *arguments, "-o", "unproven.json").ended(code).err
    assert not list(published.home.glob("unproven*"))


def test_superseded_and_cancelled(founded_home: Path, tmp_path: Path) -> None:
    with founded(tmp_path, founded_home) as ledger:
        ledger.do("catalog", "apply", CATALOG)
        ledger.do("prove", "entry", RESERVOIRS, "-o", "old.json")
        entries = sample_entries()
        entries[0]["entry_name"] = "水库水情日报"
        entries[3]["provider"] = "org-weather"
        ledger.do("catalog", "apply", ledger.write("next.json", entries))

        old = ledger.run("verify", "old.json", "--rpc", ledger.url).ended(1)
        assert old.out.endswith("NOT IN FORCE: SUPERSEDED\n")
        ledger.do("prove", "entry", RESERVOIRS, "--version", 1, "-o", "first.json")
        assert "SUPERSEDED" in ledger.run("verify", "first.json", "--rpc", ledger.url).ended(1).out
        ledger.do("prove", "entry", RESERVOIRS, "-o", "new.json")
        assert ledger.do("verify", "new.json", "--rpc", ledger.url).out.endswith("VALID\n")

        ended = f"{MEDICAL}/306002/000002"
        ledger.do("prove", "entry", ended, "-o", "ended.json")
        assert "NOT IN FORCE: CANCELLED" in ledger.run("verify", "ended.json", "--rpc", ledger.url).ended(1).out
        retirement = ledger.run("prove", "entry", ended, "--version", 2, "-o", "retirement.json").ended(1)
        assert "is a retirement: it publishes nothing" in retirement.err


def test_a_mirror_that_lies_proves_nothing(founded_home: Path, tmp_path: Path) -> None:
    with founded(tmp_path, founded_home) as ledger:
        ledger.do("catalog", "apply", CATALOG)
        index = ledger.entry(RESERVOIRS)[-1]["act"]
        with ledger.opened_mirror() as mirror:
            act = mirror.queries.act(index)
            assert act is not None
            forged = {"data": act.data[:-1] + b"\x01", "at": index}
            changed(mirror, 'UPDATE act SET data = :data WHERE "index" = :at', **forged)
        refused = ledger.run("prove", "entry", RESERVOIRS, "-o", "forged.json")
        assert refused.code in (2, 3), refused
        assert not list(ledger.home.glob("forged*"))
        assert "differs from the chain in" in ledger.run("index", "--check").ended(3).err
