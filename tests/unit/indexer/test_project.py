"""From acts to rows."""

import pytest

from ledger.chain.events import RawLog, decode
from ledger.errors import Inconsistent
from ledger.indexer.changes import Changes
from ledger.indexer.grant_rows import GrantRow, GrantVersionRow, ProductPriceRow, ProductRow
from ledger.indexer.project import fold
from ledger.indexer.registration_rows import ObjectionRow, RegistrationRow
from ledger.indexer.rows import ACTIVE, RETIRED, EntryRow, time_of
from ledger.indexer.versions import State, read_act
from ledger.model.organization_code import sample_code
from tests.unit.indexer.fake_chain import ADDRESSES, ADMIN, CODE, Acts

NAMES = {address: name for name, address in ADDRESSES.items()}


class Standing:
    """What is stored: at most one entry."""

    def __init__(self, stored: EntryRow | None) -> None:
        self._stored = stored

    def entry(self, entry_id: bytes) -> EntryRow | None:
        return self._stored

    def registration(self, number: str) -> list[RegistrationRow]:
        return []

    def objection(self, number: int) -> ObjectionRow | None:
        return None

    def speaker(self, entry_id: bytes) -> str | None:
        return None

    def grant(self, number: int) -> GrantRow | None:
        return None

    def grant_versions(self, number: int) -> list[GrantVersionRow]:
        return []

    def grant_providers(self, number: int, version: int) -> set[str]:
        return set()

    def product(self, number: int) -> ProductRow | None:
        return None

    def product_price(self, number: int) -> ProductPriceRow | None:
        return None


def folded(acts: Acts, state: State | None = None, stored: EntryRow | None = None, block: int = 9) -> Changes:
    read = []
    for at, (emitter, topics, data) in enumerate(acts.made):
        log = RawLog(emitter, topics, data, block, bytes(32), bytes(32), at)
        read.append(read_act(log, decode(NAMES[emitter], topics, data)))
    return fold(state or State(), read, Standing(stored))


def test_a_retired_entry_keeps_its_content_and_ends_its_version() -> None:
    acts = Acts(5, 1000)
    acts.publish(b"a", 1)
    acts.retire(b"a", 2)
    first, second = folded(acts).entries
    assert (first.status, first.from_block, first.to_block) == (ACTIVE, 9, 9)
    assert (second.status, second.version, second.to_block) == (RETIRED, 2, None)
    assert (second.content, second.title, second.act_index) == (first.content, first.title, 6)
    assert second.reason == b"\x05" * 32
    assert first.reason is None


def test_a_stored_version_ends_by_its_number() -> None:
    acts = Acts(5, 1000)
    id = acts.publish(b"a", 4)
    (ending,) = folded(acts).ended_entries
    assert (ending.entry_id, ending.version, ending.to_block, ending.to_time) == (id, 3, 9, time_of(1000))


def test_retiring_what_the_mirror_does_not_have_is_inconsistent() -> None:
    acts = Acts(5, 1000)
    acts.retire(b"a", 2)
    with pytest.raises(Inconsistent, match=r"act 5 retires entry .* version 0"):
        folded(acts)


def test_malformed_content_is_kept_raw_flagged_and_not_searched() -> None:
    acts = Acts(0, 1000)
    acts.publish(b"a", 1, b"\xff not json")
    changes = folded(acts)
    assert changes.entries[0].content == b"\xff not json"
    assert changes.entries[0].malformed
    assert changes.acts[0].malformed
    assert changes.search_texts == []


def test_a_proposal_is_settled_by_the_first_act_that_names_it() -> None:
    acts = Acts(0, 1000)
    acts.propose(1)
    acts.propose(2)
    acts.set_parameter("a", 1, 5, proposal=2)
    acts.set_parameter("b", 1, 5, proposal=2)
    state = State()
    changes = folded(acts, state)
    assert [(row.number, row.settled_index, row.settled_by, row.to_block) for row in changes.proposals] == [
        (1, None, None, None),
        (2, None, None, 9),
        (2, 2, ADMIN, None),
    ]
    assert list(state.proposals) == [1]


def test_an_account_rotates_and_is_revoked() -> None:
    one, two = b"\1" * 20, b"\2" * 20
    acts = Acts(0, 1000)
    acts.add_account(one)
    acts.rotate_account(one, two)
    acts.revoke_account(two, 2**64 - 1)
    state = State()
    rows = folded(acts, state).accounts
    assert [(row.address, row.active, row.to_block) for row in rows] == [
        (one, True, 9),
        (one, False, None),
        (two, True, 9),
        (two, False, None),
    ]
    assert rows[1].successor == two
    assert state.accounts[two].compromised_since == 2**64 - 1


def test_an_organization_changes_and_what_it_is_stays() -> None:
    other = sample_code(1)
    acts = Acts(0, 1000)
    acts.add_organization(CODE)
    acts.add_organization(other, parent=CODE)
    acts.suspend(other)
    acts.describe_organization(other, b"?")
    state = State()
    changes = folded(acts, state)
    assert [row.to_block for row in changes.organizations] == [None, 9, 9, None]
    last = state.organizations[other]
    assert (last.suspended, last.parent, last.name, last.content) == (True, CODE, other, b"?")
    assert last.malformed
    assert [act.organization for act in changes.acts] == [CODE, other, other, other]


def test_an_act_about_nothing_is_inconsistent() -> None:
    acts = Acts(3, 1000)
    acts.suspend(CODE)
    with pytest.raises(Inconsistent, match=r"act 3 .* unknown organization"):
        folded(acts)
