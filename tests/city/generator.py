"""Leads a city through five years: the same seed and size give the same acts."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from tests.city import entries, government
from tests.city.chain import CityChain
from tests.city.grants import Grantors
from tests.city.model import DAY, Size, State
from tests.city.products import Market
from tests.city.registrations import Office

START = 1_609_718_400
"""Monday, 4 January 2021, 08:00 in Beijing."""
WAVES = 130
_WAVE = 14 * DAY
_ENTRY_WAVES = 26
_FIRST_REGISTRATION = 3
_REGISTRATION_WAVES = 100
_FIRST_GRANT = 8
_GRANT_WAVES = 115


@contextmanager
def generated(folder: Path, size: Size, seed: int = 1) -> Iterator[tuple[CityChain, State]]:
    """A city, five years old, on a chain of its own."""
    state = State(Random(seed))
    with CityChain(folder, government.founding(), START) as chain:
        state.now = START + DAY
        government.govern(chain, state, size)
        chain.mine(state.now)
        office = Office(chain, state)
        grantors, market = Grantors(chain, state), Market(chain, state)
        for wave in range(WAVES):
            state.now = START + DAY + (wave + 1) * _WAVE
            _live(chain, state, office, grantors, wave, size)
            market.offer()
            market.change()
            market.disclose()
            chain.mine(state.now)
        yield chain, state


def _live(chain: CityChain, state: State, office: Office, grantors: Grantors, wave: int, size: Size) -> None:
    """One fortnight."""
    if wave < _ENTRY_WAVES:
        entries.publish(chain, state, _share_of(size.entries, wave, _ENTRY_WAVES))
    else:
        entries.change(chain, state, max(size.entries // 400, 1))
        entries.retire(chain, state, max(size.entries // 4_000, 1))
    office.issue()
    office.change(max(size.registrations // 500, 1))
    office.renew(max(size.registrations // 150, 1))
    at = wave - _FIRST_REGISTRATION
    if 0 <= at < _REGISTRATION_WAVES:
        office.apply(_share_of(size.registrations, at, _REGISTRATION_WAVES))
    at = wave - _FIRST_GRANT
    if 0 <= at < _GRANT_WAVES:
        grantors.grant(_share_of(size.grants, at, _GRANT_WAVES))
    grantors.change(max(size.grants // 150, 1))


def _share_of(total: int, at: int, parts: int) -> int:
    """The `at`-th of equal parts of a total, which add up to it."""
    return total * (at + 1) // parts - total * at // parts
