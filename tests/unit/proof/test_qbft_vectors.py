"""Headers and proofs recorded from a real QBFT network: accepted as they are, refused with any byte changed."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from ledger.errors import Contradicted, Malformed
from ledger.proof import qbft, rlp
from ledger.proof.header import MEMBERS, NUMBERS, Header, parse_header
from ledger.proof.trie import Trie, account_at, word_at


@dataclass(frozen=True)
class Recorded:
    """One vector, as a verifier gets it: bytes."""

    header: bytes
    hash: bytes
    validators: tuple[bytes, ...]
    address: bytes
    code_hash: bytes
    account: tuple[bytes, ...]
    slots: tuple[tuple[int, bytes, tuple[bytes, ...]], ...]
    """Slot, word, nodes."""

    def check(self, header: bytes | None = None, account: Any = None, slots: Any = None) -> None:
        parsed = parse_header(self.header if header is None else header)
        qbft.check_seals(parsed, self.validators)
        state = Trie(parsed.state_root, self.account if account is None else account, "account")
        found = account_at(state, self.address)
        state.check_used()
        assert found is not None
        assert found.code_hash == self.code_hash
        for slot, word, nodes in self.slots if slots is None else slots:
            storage = Trie(found.storage_root, nodes, "storage")
            assert word_at(storage, slot) == word
            storage.check_used()


@pytest.fixture(scope="module")
def vectors(shared_vectors: Any) -> list[Recorded]:
    return [recorded(raw) for raw in json.loads((shared_vectors / "qbft.json").read_text("utf-8"))]


def recorded(raw: dict[str, Any]) -> Recorded:
    block, proof = raw["block"], raw["proof"]
    items = [
        rlp.encode_integer(int(block[name], 16)) if name in NUMBERS else unhex(block[name])
        for name in MEMBERS
        if name in block
    ]
    slots = [(int(s["key"], 16), word(s["value"]), tuple(map(unhex, s["proof"]))) for s in proof["storageProof"]]
    assert (int(raw["slot"], 16), word(raw["expectedValue"])) in [slot[:2] for slot in slots]
    return Recorded(
        header=Header(tuple(items)).encode(),
        hash=unhex(block["hash"]),
        validators=tuple(map(unhex, raw["validators"])),
        address=unhex(proof["address"]),
        code_hash=unhex(proof["codeHash"]),
        account=tuple(map(unhex, proof["accountProof"])),
        slots=tuple(slots),
    )


def unhex(text: str) -> bytes:
    return bytes.fromhex(text[2:])


def word(text: str) -> bytes:
    return int(text, 16).to_bytes(32)


def flipped(data: bytes) -> Iterator[bytes]:
    """The bytes with each of them changed in turn, in its lowest bit, its highest, and all bits."""
    for at, byte in enumerate(data):
        for change in (0x01, 0x80, 0xFF):
            yield data[:at] + bytes((byte ^ change,)) + data[at + 1 :]


def refused(check: Callable[..., object], *arguments: object, **named: object) -> None:
    with pytest.raises((Malformed, Contradicted)):
        check(*arguments, **named)


def test_all_are_accepted(vectors: list[Recorded]) -> None:
    assert len(vectors) == 3
    for vector in vectors:
        header = parse_header(vector.header)
        assert header.encode() == vector.header
        assert qbft.block_hash(header) == vector.hash
        vector.check()
    rounds = {qbft.parse_extra_data(parse_header(vector.header)).round for vector in vectors}
    assert rounds == {b"", b"\x01"}
    assert any(word == bytes(32) for vector in vectors for _, word, _ in vector.slots)


@pytest.mark.exhaustive
def test_any_changed_byte_of_a_header_is_refused(vectors: list[Recorded]) -> None:
    for vector in vectors:
        for forged in flipped(vector.header):
            refused(vector.check, header=forged)


@pytest.mark.exhaustive
def test_any_changed_byte_of_a_proof_is_refused(vectors: list[Recorded]) -> None:
    for vector in vectors:
        for place, node in enumerate(vector.account):
            for forged in flipped(node):
                nodes = (*vector.account[:place], forged, *vector.account[place + 1 :])
                refused(vector.check, account=nodes)
        for slot, value, nodes in vector.slots:
            for place, node in enumerate(nodes):
                for forged in flipped(node):
                    changed = (*nodes[:place], forged, *nodes[place + 1 :])
                    case = ((slot, value, changed),)
                    refused(vector.check, slots=case)


def test_nodes_more_fewer_or_in_another_order_are_refused(vectors: list[Recorded]) -> None:
    for vector in vectors:
        slot, value, nodes = vector.slots[0]
        for changed in (nodes[:-1], (*nodes, nodes[0]), (*nodes, b"\xc0"), nodes[::-1], ()):
            refused(vector.check, slots=((slot, value, changed),))
            refused(vector.check, account=changed)


def test_a_proof_of_another_slot_is_refused(vectors: list[Recorded]) -> None:
    for vector in vectors:
        (one, value, nodes), (other, _, others) = vector.slots
        refused(vector.check, slots=((one, value, others),))
        refused(vector.check, slots=((other, value, nodes),))


def test_validators_are_the_verifiers_own(vectors: list[Recorded]) -> None:
    for vector in vectors:
        header = parse_header(vector.header)
        for removed in vector.validators:
            left = [one for one in vector.validators if one != removed]
            stated = qbft.parse_extra_data(header).validators
            assert set(stated) == set(vector.validators)
            if any(signer == removed for signer in _signers(header, vector.validators)):
                refused(qbft.check_seals, header, left)
        # A larger set needs more seals than a block of four validators has.
        refused(qbft.check_seals, header, [*vector.validators, b"\1" * 20])
        refused(qbft.check_seals, header, [])


def test_a_seal_counts_once(vectors: list[Recorded]) -> None:
    header = parse_header(vectors[0].header)
    extra = qbft.parse_extra_data(header)
    for seals in ((*extra.seals[:2], extra.seals[0]), extra.seals[:2], (*extra.seals, extra.seals[0])):
        forged = Header((*header.items[:12], extra.encode(round=extra.round, seals=seals), *header.items[13:]))
        assert qbft.block_hash(forged) == vectors[0].hash
        refused(qbft.check_seals, forged, vectors[0].validators)


def _signers(header: Header, validators: tuple[bytes, ...]) -> list[bytes]:
    """Those without whom the seals are refused."""
    needed = []
    for one in validators:
        try:
            qbft.check_seals(header, [*(other for other in validators if other != one), b"\1" * 20])
        except Contradicted as error:
            if "is no validator there" in str(error):
                needed.append(one)
    return needed
