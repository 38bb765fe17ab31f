"""A chain in memory behind the indexer's port: blocks with acts, forks, a head that can be moved."""

from dataclasses import dataclass, field
from hashlib import sha256

from eth_abi.abi import encode

from ledger.chain.artifacts import CONTRACTS, load, type_name
from ledger.chain.deployment import ContractAt, Deployment
from ledger.chain.events import RawLog, topic_of
from ledger.chain.journal_entry import entry_bytes
from ledger.indexer.ports import RangeTooLarge
from ledger.indexer.rows import BlockRow, time_of
from ledger.merkle.hashing import leaf_hash, root_of
from ledger.model import canonical
from ledger.model.organization_code import sample_code

GENESIS_TIME = 1_700_000_000
ADDRESSES = {name: bytes([number]) * 20 for number, name in enumerate(CONTRACTS, 1)}
ADMIN = b"\xaa" * 20
CODE = sample_code(0)
DEPLOYED = 2


@dataclass(frozen=True)
class Block:
    """A block and the acts in it. `size` counts the acts up to its end, `leaves` are their hashes."""

    header: BlockRow
    logs: tuple[RawLog, ...]
    leaves: tuple[bytes, ...]
    parent: "Block | None" = field(repr=False, default=None)


def log_of(
    contract: str, event: str, index: int, indexed: list[bytes], members: dict[str, object]
) -> tuple[bytes, tuple[bytes, ...], bytes]:
    """Emitter, topics and data of an act event, as the contract writes them."""
    item = load(contract).item("event", event)
    (struct,) = (parameter for parameter in item["inputs"] if not parameter["indexed"])
    values = tuple(members[component["name"]] for component in struct["components"])
    topics = (topic_of(contract, event), index.to_bytes(32), *indexed)
    return ADDRESSES[contract], topics, encode([type_name(struct)], [values])


def organization_content(code: str) -> bytes:
    return canonical.encode({"format": "mulu-organization/1", "name": f"机构{code}", "aliases": ["别名"]})


class Acts:
    """Makes acts, numbered on."""

    def __init__(self, index: int, time: int) -> None:
        self.index = index
        self.time = time
        self.made: list[tuple[bytes, tuple[bytes, ...], bytes]] = []

    def _add(self, contract: str, event: str, indexed: list[bytes], **members: object) -> None:
        members = {"account": "0x" + ADMIN.hex(), "time": self.time} | members
        self.made.append(log_of(contract, event, self.index, indexed, members))
        self.index += 1

    def open_journal(self) -> None:
        self._add(
            "Journal", "JournalOpened", [], origin=bytes([7]) * 32, predecessorOrigin=bytes(32), predecessorSize=0,
            predecessorRoot=bytes(32), organizations="0x" + ADDRESSES["Organizations"].hex(),
        )  # fmt: skip

    def add_organization(
        self,
        code: str,
        *,
        content: bytes | None = None,
        proposal: int = 0,
        parent: str = "",
        kind: int = 1,
        area: int = 110000000000,
    ) -> None:
        self._add(
            "Organizations", "OrganizationAdded", [_left(code), _left(parent)], kind=kind, area=area,
            allowedRoles=511, sectorAuthority=bytes(18), proposal=proposal,
            content=content or organization_content(code),
        )  # fmt: skip

    def describe_organization(self, code: str, content: bytes) -> None:
        self._add("Organizations", "OrganizationDescribed", [_left(code)], content=content)

    def suspend(self, code: str) -> None:
        self._add("Organizations", "OrganizationSuspended", [_left(code)], reason=bytes(32))

    def add_account(self, address: bytes, code: str = CODE, *, proposal: int = 0) -> None:
        self._add("Organizations", "AccountAdded", [_right(address), _left(code)], roles=3, proposal=proposal)

    def rotate_account(self, address: bytes, successor: bytes) -> None:
        self._add(
            "Organizations",
            "AccountRotated",
            [_right(address), _right(successor)],
            organization=CODE.encode(),
            proposal=0,
        )

    def revoke_account(self, address: bytes, since: int) -> None:
        self._add("Organizations", "AccountRevoked", [_right(address), _left(CODE)], compromisedSince=since, proposal=0)

    def propose(self, number: int, action: bytes = b"\x01\x02\x03\x04") -> None:
        self._add(
            "Organizations",
            "ProposalMade",
            [number.to_bytes(32), _right(ADDRESSES["Policy"])],
            action=action,
        )

    def set_parameter(self, name: str, version: int, value: int, *, proposal: int, since: int | None = None) -> None:
        self._add(
            "Policy", "ParameterSet", [_left(name, 32)], version=version, value=value, source=bytes([9]) * 32,
            effectiveFrom=self.time if since is None else since, proposal=proposal,
        )  # fmt: skip

    def publish(self, local_code: bytes, version: int, content: bytes | None = None, **values: int) -> bytes:
        id = sha256(local_code).digest()
        typed = {"kind": 1, "share": 1, "open": 2, "level": 3} | values
        content = (
            content
            if content is not None
            else canonical.encode(
                {
                    "format": "mulu-entry/1",
                    "source": "s",
                    "title": f"数据{local_code.hex()}第{version}版",
                    "theme": "信用服务",
                }
            )
        )
        self._add(
            "Catalog", "EntryPublished", [id, _left(CODE)], version=version, submitter=CODE.encode(), reason=bytes(32),
            localCode=local_code, content=content, **typed,
        )  # fmt: skip
        return id

    def retire(self, local_code: bytes, version: int) -> None:
        id = sha256(local_code).digest()
        self._add(
            "Catalog", "EntryRetired", [id, _left(CODE)], version=version, submitter=CODE.encode(), reason=b"\x05" * 32
        )


class RegistrationActs(Acts):
    """Acts of registrations, with every member given that a test does not care for."""

    def file(self, number: str, version: int = 1, subject: str = CODE, **members: object) -> None:
        members = {
            "kind": 1 if version == 1 else 2, "stage": 2, "registrar": CODE.encode(), "deadline": self.time + 100,
            "objection": 0, "evidence": bytes(32), "organization": CODE.encode(), "entries": [b"\1" * 32],
            "content": application_content(), "fields": application_fields(),
        } | members  # fmt: skip
        self._add("Applications", "ApplicationFiled", [_number(number), _left(subject)], version=version, **members)

    def supplement(self, number: str, version: int = 1, **members: object) -> None:
        members = {
            "late": False, "deadline": self.time + 100, "organization": CODE.encode(),
            "content": application_content(), "fields": application_fields(),
        } | members  # fmt: skip
        self._add("Applications", "ApplicationSupplemented", [_number(number)], version=version, **members)

    def advance(self, event: str, number: str, stage: int, version: int = 1, **members: object) -> None:
        members = {
            "stage": stage, "late": False, "deadline": 0, "organization": CODE.encode(), "reason": bytes(32),
        } | members  # fmt: skip
        self._add("Applications", event, [_number(number)], version=version, **members)

    def issue(self, number: str, version: int = 1, supersedes: int = 0, **members: object) -> None:
        members = {"validUntil": self.time + 1000, "organization": CODE.encode(), "reason": bytes(32)} | members
        self._add(
            "Registry", "RegistrationIssued", [_number(number)], version=version, supersedes=supersedes, **members
        )

    def set_status(self, event: str, number: str, status: int, version: int = 1, **members: object) -> None:
        members = {"status": status, "organization": CODE.encode(), "reason": b"\6" * 32} | members
        self._add("Registry", event, [_number(number)], version=version, **members)

    def settle(self, number: str, version: int = 1) -> None:
        self._add("Registry", "RegistrationSettled", [_number(number)], version=version)

    def assign_code(self, number: str, code: bytes) -> None:
        self._add("Registry", "NationalCodeAssigned", [_number(number)], organization=CODE.encode(), code=code)

    def raise_objection(self, objection: int, number: str = "", entry: bytes = bytes(32), **members: object) -> None:
        members = {
            "number": number.encode().ljust(16, b"\0"), "entry": entry, "version": 1,
            "objector": CODE.encode().ljust(32, b"\0"), "person": False, "responsible": CODE.encode(),
            "deadline": self.time + 50, "evidence": bytes(32), "ground": b"\7" * 32, "organization": CODE.encode(),
        } | members  # fmt: skip
        target = _number(number) if number else entry
        self._add("Objections", "ObjectionRaised", [objection.to_bytes(32), target], **members)

    def decide(self, event: str, objection: int, state: int, target: str | bytes, **members: object) -> None:
        members = {
            "state": state, "late": False, "deadline": 0, "organization": CODE.encode(), "reason": b"\6" * 32,
        } | members  # fmt: skip
        indexed = [objection.to_bytes(32), _number(target) if isinstance(target, str) else target]
        self._add("Objections", event, indexed, **members)

    def set_calendar(self, year: int, version: int, low: int, high: int, *, proposal: int = 0) -> None:
        self._add(
            "Policy", "CalendarSet", [year.to_bytes(32)], version=version, workdays=[low, high],
            source=bytes([9]) * 32, proposal=proposal,
        )  # fmt: skip


def application_content(title: str = "取水许可登记") -> bytes:
    return canonical.encode({"format": "mulu-registration/1", "values": {"title": title}})


def application_fields(title: str = "取水许可登记") -> list[bytes]:
    """A public field, and a withheld one."""
    return [canonical.encode(["title", title, "0x" + "5a" * 16]), b"\x0f" * 32]


def _number(number: str) -> bytes:
    return number.encode().ljust(32, b"\0")


def _left(code: str, size: int = 18) -> bytes:
    return code.encode().ljust(size, b"\0").ljust(32, b"\0")


def _right(address: bytes) -> bytes:
    return address.rjust(32, b"\0")


def genesis() -> Block:
    return Block(BlockRow(0, sha256(b"genesis").digest(), bytes(32), time_of(GENESIS_TIME)), (), ())


def child(parent: Block, salt: bytes, acts: Acts | None) -> Block:
    """A block on another; blocks with different salts are different."""
    number = parent.header.number + 1
    made = acts.made if acts else []
    time = GENESIS_TIME + 12 * number
    hash = sha256(parent.header.hash + salt + b"".join(data for _, _, data in made)).digest()
    logs = tuple(
        RawLog(emitter, topics, data, number, hash, sha256(hash + bytes([at])).digest(), at)
        for at, (emitter, topics, data) in enumerate(made)
    )
    leaves = tuple(leaf_hash(entry_bytes(*parts)) for parts in made)
    return Block(BlockRow(number, hash, parent.header.hash, time_of(time)), logs, parent.leaves + leaves, parent)


def deployment() -> Deployment:
    contracts = {name: ContractAt(address, bytes(32)) for name, address in ADDRESSES.items()}
    return Deployment(1, genesis().header.hash, bytes([7]) * 32, DEPLOYED, contracts)


def founding(parent: Block) -> Block:
    """The deployment block, on block 1."""
    acts = Acts(0, GENESIS_TIME + 12 * (parent.header.number + 1))
    acts.open_journal()
    acts.add_organization(CODE)
    acts.add_account(ADMIN)
    return child(parent, b"", acts)


class FakeChain:
    """The port `Chain`."""

    def __init__(self, head: Block, *, most_blocks: int = 1000, with_state: bool = True) -> None:
        self.move_to(head)
        self.most_blocks = most_blocks
        self.with_state = with_state
        self.number = 1
        self.name = "http://node"

    def move_to(self, head: Block) -> None:
        self.blocks: dict[int, Block] = {}
        block: Block | None = head
        while block is not None:
            self.blocks[block.header.number] = block
            block = block.parent
        self.tip = head

    def chain_id(self) -> int:
        return self.number

    def origin(self) -> bytes | None:
        return bytes([7]) * 32 if self.tip.leaves else None

    def head(self) -> BlockRow:
        return self.tip.header

    def headers(self, start: int, end: int) -> list[BlockRow]:
        return [self.blocks[number].header for number in range(start, end) if number in self.blocks]

    def logs(self, start: int, end: int) -> list[RawLog]:
        if end - start > self.most_blocks:
            raise RangeTooLarge("too many blocks")
        return [log for number in range(start, end) if number in self.blocks for log in self.blocks[number].logs]

    def journal(self, block: int) -> tuple[int, bytes] | None:
        if block not in self.blocks or (not self.with_state and block != self.tip.header.number):
            return None
        leaves = self.blocks[block].leaves
        return len(leaves), root_of(leaves) if leaves else bytes(32)
