"""What is suppressed is nowhere in a mirror, whichever way the mirror came to be; lifting brings it back."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from eth_abi.abi import encode
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.chain.artifacts import CONTRACTS, load, type_name
from ledger.chain.events import RawLog, decode, parts
from ledger.errors import Inconsistent, Rejected
from ledger.indexer.finality import Finality
from ledger.indexer.follow import Indexer
from ledger.indexer.suppressing import has_words, without_words
from ledger.merkle.hashing import leaf_hash
from ledger.model import canonical
from ledger.model.disclosure import DisclosureContent
from ledger.model.grant import GrantContent
from ledger.model.organization_code import sample_code
from ledger.model.product import ProductContent
from ledger.model.suppression import SUPPRESSED, Suppression
from ledger.store.compare import compare
from ledger.store.mirror import Mirror
from tests.databases import SQLITE
from tests.unit.indexer.fake_chain import (
    ADDRESSES,
    GENESIS_TIME,
    Block,
    FakeChain,
    application_content,
    application_fields,
    child,
    deployment,
    founding,
    genesis,
)
from tests.unit.indexer.grant_acts import GrantActs
from tests.unit.indexer.histories import beginning
from tests.unit.indexer.test_reorganizations import CASES, grow

NAMES = {address: name for name, address in ADDRESSES.items()}
SINCE = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
MARK = "zqwithheldzq"
NUMBER = "R20260105000001A"


def logs(block: Block) -> list[RawLog]:
    """Every log up to a block."""
    return [*(logs(block.parent) if block.parent else ()), *block.logs]


def worded(block: Block) -> list[int]:
    """The acts that say something."""
    return [at for at, log in enumerate(logs(block)) if parts_of(log)]


def parts_of(log: RawLog) -> bool:
    name = NAMES[log.emitter]
    return has_words(name, decode(name, log.topics, log.data).event)


def suppress(block: Block, *indices: int) -> dict[int, Suppression]:
    return {index: Suppression(index, block.leaves[index], SINCE, "法院裁定", b"\7" * 32) for index in indices}


def indexed(mirror: Mirror, block: Block, suppressed: Mapping[int, Suppression] | None = None) -> None:
    found = suppressed or {}
    Indexer(FakeChain(block), mirror.writer, deployment(), Finality(0), suppressed=lambda: found).once()


def settle(mirror: Mirror, block: Block, wanted: Mapping[int, Suppression], *also: int) -> tuple[list[int], list[int]]:
    known = logs(block)
    done = mirror.settle_suppressions(wanted, {*wanted, *also}, lambda index, block: known[index])
    return sorted(done.suppress), sorted(done.lift)


@pytest.mark.databases(SQLITE)
@settings(CASES, max_examples=8)
@given(data=st.data())
def test_suppressing_equals_indexing_with_the_list_and_lifting_equals_indexing_without(
    data: st.DataObject, new_mirrors: Callable[[int], list[Mirror]]
) -> None:
    block = grow(data, [beginning()], b"\0", 5)[-1].block
    wanted = suppress(block, *data.draw(st.sets(st.sampled_from(worded(block)))))
    after, never, plain = new_mirrors(3)
    indexed(after, block)
    indexed(plain, block)
    indexed(never, block, wanted)
    assert settle(after, block, wanted) == (sorted(wanted), [])
    assert compare(after, never) == []
    assert after.queries.position().journal_root == plain.queries.position().journal_root
    assert after.reproject() == len(block.leaves)
    assert compare(after, never) == []
    assert settle(after, block, {}, *wanted) == ([], sorted(wanted))
    assert compare(after, plain) == []


def all_that_speak() -> Block:
    """One act of every kind that says something, each with the mark in it."""
    block = founding(child(genesis(), b"", None))
    acts = GrantActs(len(block.leaves), GENESIS_TIME + 12 * (block.header.number + 1))
    organization = canonical.encode(
        {"format": "mulu-organization/1", "name": f"机构{MARK}", "aliases": [f"别名{MARK}"]}
    )
    acts.add_organization(sample_code(1), content=organization)
    acts.describe_organization(sample_code(1), organization)
    acts.suspend(sample_code(1))
    entry = {
        "format": "mulu-entry/1",
        "source": f"来源{MARK}",
        "title": f"{MARK} 数据",
        "abstract": f"{MARK} 摘要",
        "theme": f"主题{MARK}",
        "items": [{"name": f"{MARK} 项"}],
        "keywords": [MARK],
    }
    id = acts.publish(f"E-{MARK}".encode(), 1, canonical.encode(entry))
    acts.retire(f"E-{MARK}".encode(), 2)
    acts.propose(1, action=MARK.encode())
    acts.file(NUMBER, content=application_content(f"申请{MARK}"), fields=application_fields(f"申请{MARK}"))
    acts.supplement(NUMBER, content=application_content(f"补正{MARK}"), fields=application_fields(f"补正{MARK}"))
    acts.issue(NUMBER)
    acts.assign_code(NUMBER, f"N{MARK}".encode())
    acts.plan(1, content=GrantContent(title=f"授权{MARK}").encode())
    acts.scope(1, [id])
    acts.add_product(1, 1, content=ProductContent(name=f"产品{MARK}").encode())
    acts.disclose(1, 2025, content=DisclosureContent(title=f"披露{MARK}").encode())
    return child(block, b"", acts)


def test_the_story_has_every_event_that_says_something() -> None:
    events = {
        (name, item["name"])
        for name in CONTRACTS
        for item in load(name).abi
        if item["type"] == "event" and has_words(name, item["name"])
    }
    met = {
        (NAMES[log.emitter], decode(NAMES[log.emitter], log.topics, log.data).event) for log in logs(all_that_speak())
    }
    assert events
    assert events - met == set()


def files_with(folder: Path, text: str) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]


def test_no_file_of_the_database_has_the_words_any_more(tmp_path: Path) -> None:
    mirror = Mirror(f"sqlite:///{tmp_path / 'mirror.db'}")
    mirror.upgrade()
    block = all_that_speak()
    indexed(mirror, block)
    assert files_with(tmp_path, MARK) != []
    wanted = suppress(block, *worded(block))
    settle(mirror, block, wanted)
    assert files_with(tmp_path, MARK) == []
    # The database is open all the while, and goes on.
    indexed(mirror, child(block, b"more", None), wanted)
    assert files_with(tmp_path, MARK) == []
    mirror.reproject()
    mirror.close()
    assert files_with(tmp_path, MARK) == []


def test_a_reader_of_the_state_before_is_waited_for_and_then_told_of(
    mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ledger.errors import Unavailable

    monkeypatch.setattr("ledger.store.engine.BUSY_SECONDS", 0.2)
    block = all_that_speak()
    indexed(mirror, block)
    wanted = suppress(block, *worded(block))
    with mirror.snapshot() as before:
        assert before.act(4) is not None
        with pytest.raises(Unavailable, match="suppression settle"):
            settle(mirror, block, wanted)
    mirror.give_up_space()


def test_what_a_rule_or_proof_rests_on_stays(mirror: Mirror) -> None:
    block = all_that_speak()
    indexed(mirror, block)
    view = mirror.queries
    entry = view.entry_history(hashlib.sha256(f"E-{MARK}".encode()).digest())
    registration = view.registration(NUMBER)
    settle(mirror, block, suppress(block, *worded(block)))
    for was, now in zip(entry, view.entry_history(entry[0].entry_id), strict=True):
        assert now == was._replace(
            content=b"", title=None, abstract=None, theme=None, source=None, malformed=SUPPRESSED, local_code=""
        )
    now = view.registration(NUMBER)
    assert registration is not None
    assert now == registration._replace(title=None, malformed=SUPPRESSED, national_code=None)
    assert view.leaf(5) == block.leaves[5]
    assert view.organization(sample_code(1)).name == sample_code(1)  # type: ignore[union-attr]


def test_a_list_of_another_history_stops_everything(mirror: Mirror, other: Mirror) -> None:
    block = all_that_speak()
    wrong = {5: suppress(block, 6)[6]._replace(index=5)}
    indexed(mirror, block)
    with pytest.raises(Inconsistent, match="names act 5 by leaf"):
        settle(mirror, block, wrong)
    assert mirror.queries.suppressions() == {}
    with pytest.raises(Inconsistent, match="names act 5 by leaf"):
        indexed(other, block, wrong)
    assert other.queries.position().journal_size == 3, "what came in the block before"


def test_a_list_that_lacks_what_the_mirror_knows_brings_nothing_back(mirror: Mirror) -> None:
    block = all_that_speak()
    indexed(mirror, block, suppress(block, 6))
    with pytest.raises(Rejected, match="never names it"):
        settle(mirror, block, {})
    assert list(mirror.queries.suppressions()) == [6]


def test_a_node_that_gives_another_log_lifts_nothing(mirror: Mirror) -> None:
    block = all_that_speak()
    indexed(mirror, block, suppress(block, 6))
    with pytest.raises(Inconsistent, match="another log of act 6"):
        mirror.settle_suppressions({}, {6}, lambda index, _: logs(block)[index + 1])
    assert list(mirror.queries.suppressions()) == [6]


def test_an_indexer_that_runs_meanwhile_does_not_write_what_it_remembers(mirror: Mirror) -> None:
    block = all_that_speak()
    indexed(mirror, block)
    chain = FakeChain(block)
    wanted = suppress(block, *worded(block))
    follower = Indexer(chain, mirror.writer, deployment(), Finality(0), suppressed=lambda: wanted)
    follower.once()
    settle(mirror, block, wanted)
    acts = GrantActs(len(block.leaves), GENESIS_TIME + 12 * (block.header.number + 1))
    acts.suspend(sample_code(1))
    chain.move_to(child(block, b"", acts))
    follower.once()
    assert mirror.queries.organization(sample_code(1)).name == sample_code(1)  # type: ignore[union-attr]


@pytest.mark.parametrize("index", worded(all_that_speak()))
def test_withheld_data_is_what_the_compiler_would_write(index: int) -> None:
    log = logs(all_that_speak())[index]
    name = NAMES[log.emitter]
    data = without_words(name, log.topics, log.data)
    event, was = decode(name, log.topics, data), decode(name, log.topics, log.data)
    words = {part.name for part in parts(name, log.topics, log.data)}
    assert {key: value for key, value in event.fields.items() if key not in words} == {
        key: value for key, value in was.fields.items() if key not in words
    }
    assert MARK.encode() not in data
    assert without_words(name, log.topics, data) != log.data
    if "fields" in words:
        assert [*map(len, event.fields["fields"])] == [32] * len(was.fields["fields"])
        assert event.fields["fields"][0] == leaf_hash(was.fields["fields"][0])
    (struct,) = (given for given in load(name).item("event", event.event)["inputs"] if not given["indexed"])
    values = []
    for member in struct["components"]:
        value = event.fields[member["name"]]
        values.append(tuple(value.values()) if isinstance(value, dict) else value)
    assert data == encode([type_name(struct)], [tuple(values)])
