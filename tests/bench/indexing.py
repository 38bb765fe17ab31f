"""Reading a chain into SQL: `contract.events.X.get_logs` into ORM objects, and mulu's indexer."""

import hashlib
import time
from collections.abc import Callable

from sqlmodel import Field, Session, SQLModel, create_engine

from ledger.chain.artifacts import load
from ledger.indexer.follow import Indexer
from ledger.indexer.node import NodeChain
from ledger.store.mirror import Mirror
from tests.bench.city import City

_BLOCKS = 10
"""Blocks in each call of the baseline."""


class PlainEntry(SQLModel, table=True):
    """What somebody would write first: a row for each event."""

    __tablename__ = "plain_entry"

    index: int = Field(primary_key=True)
    entry_id: bytes = Field(index=True)
    provider: str
    version: int
    local_code: str
    share: int
    open: int
    level: int
    submitter: str
    content: bytes
    digest: bytes
    block_number: int
    transaction_hash: bytes


def objects(city: City, parts: int, between: Callable[[], None]) -> float:
    """Entries per second of the baseline, on a SQLite file; what is done before each part of it does not count."""
    from web3 import HTTPProvider, Web3

    client = Web3(HTTPProvider(city.node.url))
    catalog = client.eth.contract(
        address=Web3.to_checksum_address(city.contracts.address("Catalog")), abi=load("Catalog").abi
    )
    engine = create_engine(f"sqlite:///{city.folder / 'plain.db'}")
    SQLModel.metadata.create_all(engine, tables=[PlainEntry.__table__])  # type: ignore[attr-defined]
    count, begun, seconds = 0, 0, 0.0
    head = client.eth.block_number
    with Session(engine) as session:
        for start in range(city.contracts.deployment.block, head + 1, _BLOCKS):
            if count * parts >= begun * len(city.publications):
                begun += 1
                between()
            began = time.monotonic()
            events = catalog.events.EntryPublished.get_logs(from_block=start, to_block=min(start + _BLOCKS - 1, head))
            session.add_all(_object(event) for event in events)
            session.commit()
            seconds += time.monotonic() - began
            count += len(events)
    assert count == len(city.publications)
    return count / seconds


def mirror(city: City, database_url: str) -> float:
    """Entries per second of the whole indexer: acts, versions, search, tiles, root check."""
    made = Mirror(database_url)
    made.upgrade()
    began = time.monotonic()
    cursor = Indexer(NodeChain(city.node, city.contracts.deployment), made.writer, city.contracts.deployment).once()
    seconds = time.monotonic() - began
    made.close()
    assert cursor.journal_size > len(city.publications)
    return len(city.publications) / seconds


def _object(event: dict) -> PlainEntry:  # type: ignore[type-arg]
    arguments = event["args"]
    act = arguments["act"]
    return PlainEntry(
        index=arguments["index"],
        entry_id=arguments["id"],
        provider=arguments["provider"].decode(),
        version=act["version"],
        local_code=act["localCode"].decode(),
        share=act["share"],
        open=act["open"],
        level=act["level"],
        submitter=act["submitter"].decode(),
        content=act["content"],
        digest=hashlib.sha256(act["content"]).digest(),
        block_number=event["blockNumber"],
        transaction_hash=bytes(event["transactionHash"]),
    )
