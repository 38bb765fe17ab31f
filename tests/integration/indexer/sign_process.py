"""Indexes, signs, and kills itself on the way: NODE DEPLOYMENT DATABASE KEY PLACE."""

import os
import signal
import sys
from pathlib import Path

from ledger.chain.deployment import load_deployment
from ledger.chain.rpc import Node
from ledger.indexer.checkpoints import Checkpoints, LogKeyFile
from ledger.indexer.finality import Finality
from ledger.indexer.follow import Indexer
from ledger.indexer.node import NodeChain
from ledger.store.mirror import Mirror


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class FileThenDeath(LogKeyFile):
    """Dies when the note beside the key is written and the mirror's transaction is not yet committed."""

    def keep_signed(self, note: bytes) -> None:
        super().keep_signed(note)
        die()


def main(node: str, file: str, database: str, key: str, place: str) -> None:
    mirror, deployment = Mirror(database), load_deployment(Path(file))
    kind = FileThenDeath if place == "signed-file-written" else LogKeyFile
    checkpoints = Checkpoints(kind(Path(key), deployment.origin), mirror.writer, lambda message: None)

    def publish() -> None:
        if place == "before-signing":
            die()
        checkpoints.publish()
        die()

    Indexer(NodeChain(Node(node), deployment), mirror.writer, deployment, Finality(), publish=publish).once()


if __name__ == "__main__":
    main(*sys.argv[1:])
