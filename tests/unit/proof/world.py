"""What the contracts of a ledger keep, packed by hand as the compiler packs it, and evidence of it under a header."""

from dataclasses import dataclass, field, replace

from ledger.chain.artifacts import CONTRACTS, keccak256
from ledger.proof import rlp
from ledger.proof.evidence import Evidence, open_state
from ledger.proof.facts import read_facts
from ledger.proof.header import Header
from ledger.proof.registration import StatusRecord, VersionFacts
from ledger.proof.statement import Statement, contracts_of
from ledger.proof.trust import Trust, TrustedContract
from tests.unit.proof.sealed import header
from tests.unit.proof.tries import BuiltTrie, storage_trie

ADDRESSES = {name: bytes([at + 1]) * 20 for at, name in enumerate(CONTRACTS)}
CODE_HASHES = {name: bytes([at + 1]) * 32 for at, name in enumerate(CONTRACTS)}
ORIGIN = b"\x22" * 32
GENESIS = b"\x11" * 32


def trust() -> Trust:
    contracts = {name: TrustedContract(ADDRESSES[name], CODE_HASHES[name]) for name in CONTRACTS}
    return Trust(31337, GENESIS, ORIGIN, "development", contracts, 7 * 86_400)


@dataclass
class World:
    """The contracts' storage at the end of a block."""

    slots: dict[str, dict[int, bytes]] = field(default_factory=lambda: {name: {99: b"\x99" * 32} for name in CONTRACTS})

    def put(self, contract: str, slot: int, word: int | bytes) -> None:
        self.slots[contract][slot % 2**256] = word if isinstance(word, bytes) else word.to_bytes(32)

    def journal(self, size: int, root: bytes, *, closed: bool = False) -> None:
        self.put("Journal", 0, root)
        self.put("Journal", 1, size | int(closed) << 64)

    def entry(self, id: bytes, provider: bytes, digest: bytes, version: int, status: int = 1) -> None:
        first = mapped(0, id)
        self.put("Catalog", first, digest)
        self.put("Catalog", first + 1, int.from_bytes(provider) | version << 144 | status << 176 | 1 << 184)

    def registration(
        self, number: str, version: int, drawn: VersionFacts | None, records: tuple[StatusRecord, ...] = ()
    ) -> None:
        """A version and all records; a version that is None is not there."""
        key = number.encode().ljust(32, b"\0")
        if drawn is not None:
            self.put("Registry", mapped(0, key), version)
            first = mapped(mapped(1, key), version.to_bytes(32))
            self.put("Registry", first, drawn.content_digest)
            self.put("Registry", first + 1, drawn.certificate_root)
            subject, registrar = (int.from_bytes(code.encode()) for code in (drawn.subject, drawn.registrar))
            self.put("Registry", first + 2, subject | 1 << 144 | drawn.stage << 152 | drawn.field_count << 160)
            self.put("Registry", first + 3, registrar | 77 << 144)
            self.put("Registry", first + 5, 0xAB | drawn.issued_at << 160)
        listed = mapped(2, key)
        self.put("Registry", listed, len(records))
        for place, one in enumerate(records):
            word = one.time | one.valid_until << 64 | one.version << 128 | one.status << 160
            self.put("Registry", int.from_bytes(keccak256(listed.to_bytes(32))) + place, word)

    def tries(self) -> tuple[BuiltTrie, dict[str, BuiltTrie]]:
        """The state, which knows other accounts too, and each contract's storage."""
        storage = {name: storage_trie(slots) for name, slots in self.slots.items()}
        accounts = {
            ADDRESSES[name]: rlp.encode([b"\1", b"", trie.root, CODE_HASHES[name]]) for name, trie in storage.items()
        }
        others = {bytes([at]) * 20: rlp.encode([b"", b"\5", bytes(32), bytes(32)]) for at in range(100, 140)}
        return BuiltTrie(accounts | others), storage

    def header(self, number: int, time: int, parent: bytes = bytes(32)) -> Header:
        """A header of this state, without seals."""
        return header(number, time, self.tries()[0].root, parent)

    def evidence(
        self, statement: Statement, of: Header, trusted: Trust | None = None, children: tuple[Header, ...] = ()
    ) -> Evidence:
        """Exactly what proves a statement under a header, seals and children as they are given."""
        state, storage = self.tries()
        names = contracts_of(statement)
        pools = {name: tuple(storage[name].nodes.values()) for name in names}
        pool = Evidence(of.encode(), tuple(one.encode() for one in children), tuple(state.nodes.values()), pools)
        known = trusted or trust()
        # The hash of the block plays no part in what is needed.
        opened = open_state(pool, replace(known, consensus="development"))
        for name in names:
            opened.check_account(name)
        read_facts(statement, opened.word, opened.header)
        return opened.needed()


def mapped(slot: int, key: bytes) -> int:
    return int.from_bytes(keccak256(key + slot.to_bytes(32)))
