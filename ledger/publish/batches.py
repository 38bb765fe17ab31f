"""Cutting a plan into transactions.

Additions and changes go before retirements: where a plan is killed between the two, an entry whose provider changed
stands twice for a while, and the next plan retires the old one (the new one cites it). The other order could lose it.
A batch goes whole or not at all, and each is sent once: a rerun plans afresh against the chain.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ledger.model.publication import Publication, Retirement
from ledger.publish.plan import Plan

BATCH_PUBLICATIONS: Final = 100
BATCH_RETIREMENTS: Final = 200
BATCH_BYTES: Final = 90_000
"""Call data of one transaction; nodes take no transaction above 128 KiB (131,072 bytes)."""

_WORD = 32
_CALL_BYTES = 4 + 2 * _WORD
"""Selector, offset of the array, its length."""
_ELEMENT_WORDS = 12
"""Offset of the element, its nine members (two of them offsets), lengths of local code and content."""


@dataclass(frozen=True, slots=True)
class PublicationBatch:
    """One call of `ICatalog.publish`."""

    publications: tuple[Publication, ...]
    call_data_bytes: int


@dataclass(frozen=True, slots=True)
class RetirementBatch:
    """One call of `ICatalog.retire`."""

    retirements: tuple[Retirement, ...]


Batch = PublicationBatch | RetirementBatch


def cut(plan: Plan) -> list[Batch]:
    """The transactions of a plan, in the order in which they have to be sent."""
    publications = [planned.publication for planned in plan.publications]
    retirements = [planned.retirement for planned in plan.retirements]
    return [*cut_publications(publications), *cut_retirements(retirements)]


def cut_publications(publications: Iterable[Publication]) -> list[PublicationBatch]:
    """Batches of at most 100 entries and 90,000 bytes of call data, in the given order; a larger one goes alone."""
    batches: list[PublicationBatch] = []
    batch: list[Publication] = []
    size = _CALL_BYTES
    for publication in publications:
        more = element_bytes(publication)
        if batch and (len(batch) == BATCH_PUBLICATIONS or size + more > BATCH_BYTES):
            batches.append(PublicationBatch(tuple(batch), size))
            batch, size = [], _CALL_BYTES
        batch.append(publication)
        size += more
    if batch:
        batches.append(PublicationBatch(tuple(batch), size))
    return batches


def cut_retirements(retirements: Iterable[Retirement]) -> list[RetirementBatch]:
    """Batches of at most 200 retirements, in the given order."""
    every = list(retirements)
    return [
        RetirementBatch(tuple(every[start : start + BATCH_RETIREMENTS]))
        for start in range(0, len(every), BATCH_RETIREMENTS)
    ]


def element_bytes(publication: Publication) -> int:
    """What one publication adds to the ABI-encoded call data of its batch."""
    local_code = len(publication.local_code.encode())
    return _WORD * (_ELEMENT_WORDS + -(-local_code // _WORD) + -(-len(publication.content) // _WORD))
