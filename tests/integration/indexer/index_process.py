"""Indexes in a process of its own, so that it can be killed: NODE DEPLOYMENT DATABASE."""

import sys
from pathlib import Path

from ledger.chain.deployment import load_deployment
from ledger.chain.rpc import Node
from ledger.indexer import fetch
from ledger.indexer.finality import Finality
from ledger.indexer.follow import Indexer
from ledger.indexer.node import NodeChain
from ledger.store.mirror import Mirror


def main(node: str, file: str, database: str) -> None:
    mirror = Mirror(database)
    mirror.upgrade()
    deployment = load_deployment(Path(file))
    indexer = Indexer(
        NodeChain(Node(node), deployment),
        mirror.writer,
        deployment,
        Finality(5),
        lambda progress: print(progress.block, flush=True),
    )
    # Many transactions to be killed in.
    fetch.PIECE = 1
    indexer.once()


if __name__ == "__main__":
    main(*sys.argv[1:])
