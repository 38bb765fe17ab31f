import json
from hashlib import sha256
from pathlib import Path

import recursive

VECTORS = Path(__file__).resolve().parents[2] / "vectors"


def test_merkle_vectors_equal_the_recursive_reference() -> None:
    vectors = json.loads((VECTORS / "merkle.json").read_text("utf-8"))
    leaves, hashes, roots = (
        [bytes.fromhex(text.removeprefix("0x")) for text in vectors[name]]
        for name in ("leaves", "leaf_hashes", "roots")
    )
    assert len(leaves) == len(hashes) == len(roots) - 1
    assert hashes == [sha256(b"\x00" + leaf).digest() for leaf in leaves]
    for size, root in enumerate(roots):
        assert root == recursive.root(hashes[:size])
