"""A small city on a chain that is not there: real logs, folded and written into a real mirror.

The logs are encoded by eth_abi; fold, tiles and tables are the product's own.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from eth_abi.abi import encode

from ledger.chain.artifacts import load, type_name
from ledger.chain.events import RawLog, decode, topic_of
from ledger.chain.journal_entry import entry_bytes
from ledger.errors import NotFound, Rejected, Unavailable
from ledger.evidence import absence
from ledger.indexer.changes import Batch
from ledger.indexer.project import fold
from ledger.indexer.rows import BlockRow, CursorRow
from ledger.indexer.versions import State, read_act
from ledger.merkle import tiles
from ledger.merkle.checkpoint import Checkpoint
from ledger.merkle.hashing import EMPTY_ROOT, leaf_hash, root_of
from ledger.merkle.proof import inclusion_path
from ledger.merkle.tree import nodes_of
from ledger.model import canonical
from ledger.model.ids import entry_id
from ledger.model.organization_code import sample_code
from ledger.model.roles import OrganizationKind, Role
from ledger.model.suppression import Suppression
from ledger.proof.bundle import Bundle, RecordedAct
from ledger.proof.registration import StatusRecord, VersionFacts
from ledger.proof.statement import ActStatement, CertificateStatement, EntryStatement, GrantStatement, Statement
from ledger.proof.trust import Trust
from ledger.store.engine import open_engine, upgrade_engine
from ledger.store.mirror import Mirror
from ledger.store.writer import Writer
from tests.unit.proof import world
from tests.unit.proof.world import ADDRESSES, GENESIS, ORIGIN, World

START = 1_772_000_000
BLOCK_SECONDS = 60
AUTHORITY, WATER, MEDICINE, TRANSPORT, REGISTRAR, OPERATOR = (sample_code(number) for number in range(6))
NAMES = {
    AUTHORITY: "市政务服务和数据管理局(虚构)",
    WATER: "市水务局(虚构)",
    MEDICINE: "市医疗保障局(虚构)",
    TRANSPORT: "市交通委员会(虚构)",
    REGISTRAR: "市大数据中心(虚构)",
    OPERATOR: "某数据运营公司(虚构)",
}
ADMIN, PUBLISHER = b"\x0a" * 20, b"\x0b" * 20
HOSTILE = "<script>alert(1)</script>\"'&"


@dataclass
class City:
    """Writes acts, block by block, and keeps their leaves."""

    writer: Writer
    leaves: list[bytes] = field(default_factory=list)
    logs: list[RawLog] = field(default_factory=list)
    number: int = 1
    state: State = field(default_factory=State)
    versions: dict[bytes, int] = field(default_factory=dict)

    def start(self) -> None:
        block = self.block(1)
        cursor = CursorRow(
            0, 31337, GENESIS, ORIGIN, 2, block.number, block.hash, block.time, None, 0, EMPTY_ROOT
        )  # fmt: skip
        self.writer.start(cursor, block)

    @staticmethod
    def block(number: int) -> BlockRow:
        return block_of(number, datetime.fromtimestamp(START + number * BLOCK_SECONDS, UTC))

    def mine(self, *events: tuple[str, str, dict[str, Any]], final: int | None = None) -> None:
        """One block with these events: (contract, event, fields)."""
        self.number += 1
        block, size = self.block(self.number), len(self.leaves)
        acts = []
        for contract, event, fields in events:
            log = self._log(contract, event, fields, block, len(acts))
            acts.append(read_act(log, decode(contract, log.topics, log.data)))
            self.logs.append(log)
            self.leaves.append(leaf_hash(entry_bytes(log.emitter, log.topics, log.data)))
        changes = fold(self.state, acts, self.writer)
        written, _ = tiles.grow(size, self.writer.tile, self.leaves[size:])
        cursor = self.writer.cursor()
        assert cursor is not None
        moved = cursor._replace(
            revision=cursor.revision + 1,
            next_block=block.number + 1,
            head_number=block.number,
            head_hash=block.hash,
            head_time=block.time,
            final_block=final if final is not None else cursor.final_block,
            journal_size=len(self.leaves),
            journal_root=root_of(self.leaves),
        )
        self.writer.write(Batch(cursor.revision, moved, changes, written, [block]))

    def _log(self, contract: str, event: str, fields: dict[str, Any], block: BlockRow, at: int) -> RawLog:
        item = load(contract).item("event", event)
        indexed = [parameter for parameter in item["inputs"] if parameter["indexed"]]
        (struct,) = (parameter for parameter in item["inputs"] if not parameter["indexed"])
        values = {"index": len(self.leaves), "time": int(block.time.timestamp()), "account": ADMIN} | fields
        topics = [topic_of(contract, event)]
        topics += [encode([p["type"]], [_value(p["type"], values.get(p["name"]))]) for p in indexed]
        body = _struct(struct["components"], values)
        return RawLog(
            ADDRESSES[contract],
            tuple(topics),
            encode([type_name(struct)], [body]),
            block.number,
            block.hash,
            sha256(b"transaction" + block.hash).digest(),
            at,
        )

    def publication(
        self, provider: str, local_code: str, content: bytes | dict[str, Any], **fields: Any
    ) -> tuple[str, str, dict[str, Any]]:
        """The next version of an entry."""
        if isinstance(content, dict):
            content = canonical.encode({"format": "mulu-entry/1", "source": "sample"} | content)
        id = entry_id(provider, local_code)
        self.versions[id] = self.versions.get(id, 0) + 1
        given = {
            "id": id,
            "provider": provider,
            "submitter": provider,
            "version": self.versions[id],
            "kind": 1,
            "share": 1,
            "open": 1,
            "level": 1,
            "account": PUBLISHER,
            "localCode": local_code.encode(),
            "content": content,
        }
        return "Catalog", "EntryPublished", given | fields

    def retirement(self, provider: str, local_code: str) -> tuple[str, str, dict[str, Any]]:
        id = entry_id(provider, local_code)
        self.versions[id] += 1
        fields = {"id": id, "provider": provider, "version": self.versions[id], "submitter": provider}
        return "Catalog", "EntryRetired", fields | {"reason": b"\x07" * 32, "account": PUBLISHER}


def block_of(number: int, time: datetime) -> BlockRow:
    def hash_of(height: int) -> bytes:
        return sha256(f"block {height}".encode()).digest()

    return BlockRow(number, hash_of(number), hash_of(number - 1), time)


def _struct(members: list[dict[str, Any]], values: dict[str, Any]) -> tuple[Any, ...]:
    found = []
    for member in members:
        kind, value = member["type"], values.get(member["name"])
        if kind == "tuple":
            found.append(_struct(member["components"], value or {}))
        elif kind == "tuple[]":
            found.append([_struct(member["components"], element) for element in value or ()])
        else:
            found.append(_value(kind, value))
    return tuple(found)


def _value(kind: str, value: Any) -> Any:
    if kind.endswith("]"):
        return [_value(kind.partition("[")[0], part) for part in value or ()]
    if kind == "bool":
        return bool(value)
    if kind == "address":
        return "0x" + (value or bytes(20)).hex()
    if kind.startswith("bytes"):
        value = value.encode() if isinstance(value, str) else value or b""
        return value.ljust(int(kind[5:]), b"\0") if kind != "bytes" else value
    return value or 0


def organization(code: str, kind: int, **fields: Any) -> tuple[str, str, dict[str, Any]]:
    content = canonical.encode({"format": "mulu-organization/1", "name": NAMES[code], "aliases": ["别名" + code[-2:]]})
    given = {"code": code, "kind": kind, "area": 119900000000, "allowedRoles": 3, "content": content}
    return "Organizations", "OrganizationAdded", given | fields


def item(name: str, code: str, **fields: Any) -> dict[str, Any]:
    return {"name": name, "field": code, "type": "C", "length": "32", "key": False, "level": 1, "open": 1} | fields


@dataclass
class SampleApplication:
    """What the server is given: the mirror, and proofs from the leaves that were written. The node can be down."""

    mirror: Mirror
    city: City
    down: bool = False
    ahead_blocks: int = 0
    signed: Checkpoint | None = None
    listed: dict[int, Suppression] | None = None

    @property
    def bundles(self) -> "SampleApplication":
        return self

    def entry(self, id: bytes, version: int | None = None) -> Bundle:
        self._ask()
        for index, log in reversed(list(enumerate(self.city.logs))):
            event = decode("Catalog", log.topics, log.data) if log.emitter == ADDRESSES["Catalog"] else None
            if event and event.fields["id"] == id and version in (None, event.fields["version"]):
                if event.event == "EntryRetired" and version is None:
                    continue
                if event.event == "EntryRetired":
                    raise Rejected(f"version {version} is a retirement: it publishes nothing")
                digest = sha256(event.fields["content"]).digest()
                return self._bundle(index, EntryStatement(id, event.fields["version"], digest))
        raise NotFound(f"there is no version {version} of entry 0x{id.hex()}")

    def act(self, index: int) -> Bundle:
        self._ask()
        if index >= len(self.city.logs):
            raise NotFound(f"there is no act {index}")
        names = {address: name for name, address in ADDRESSES.items()}
        return self._bundle(index, ActStatement(names[self.city.logs[index].emitter]))

    def last_signed(self) -> Checkpoint | None:
        return self.signed

    @property
    def suppressions(self) -> "SampleApplication":
        return self

    def known(self) -> dict[int, Suppression] | None:
        return self.listed

    def certificate(self, number: str, version: int | None = None) -> Bundle:
        self._ask()
        row = self.mirror.queries.registration(number, version)
        if row is None:
            raise NotFound(f"there is no registration {number}")
        steps = self.mirror.queries.registration_steps(number, row.version)
        index = next(step.act_index for step in steps if step.step == "ISSUED")
        return self._bundle(index, CertificateStatement(number, row.version, row.certificate_root))

    def grant(self, number: int, organization: str, entry: bytes, operation: int, at: datetime | None = None) -> Bundle:
        self._ask()
        time = int((at or self.city.block(self.city.number).time).timestamp())
        return self._bundle(None, GrantStatement(number, organization, entry, operation, time))

    def absence(self, subject: bytes | str) -> Bundle:
        self._ask()
        return self._bundle(None, absence(subject))

    def node_head(self) -> tuple[int, datetime]:
        self._ask()
        block = self.city.block(self.city.number + self.ahead_blocks)
        return block.number, block.time

    def _ask(self) -> None:
        if self.down:
            raise Unavailable("http://127.0.0.1:8545 does not answer: is the node running?")

    def _bundle(self, index: int | None, statement: Statement) -> Bundle:
        leaves = self.city.leaves
        made = World()
        made.journal(len(leaves), root_of(leaves))
        if isinstance(statement, EntryStatement):
            made.entry(statement.id, b"P" * 18, statement.digest, statement.version)
        if isinstance(statement, CertificateStatement):
            drawn = VersionFacts(bytes(32), statement.root, 1, 7, WATER, REGISTRAR, START)
            record = StatusRecord(START, START + 10**8, statement.version, 1)
            made.registration(statement.registration, statement.version, drawn, (record,))
        block = self.city.block(self.city.number)
        evidence = made.evidence(statement, made.header(block.number, int(block.time.timestamp())))
        if index is None:
            return Bundle(ORIGIN, statement, None, evidence)
        log = self.city.logs[index]
        path = tuple(inclusion_path(nodes_of(leaves), index, len(leaves)))
        return Bundle(ORIGIN, statement, RecordedAct(index, log.topics, log.data, path), evidence)


def trust() -> Trust:
    return world.trust()


def build(database_url: str) -> SampleApplication:
    """Makes the mirror of a sample city in a new database."""
    engine = open_engine(database_url)
    upgrade_engine(engine)
    city = City(Writer(engine))
    city.start()
    govern(city)
    publish(city)
    engine.dispose()
    return SampleApplication(Mirror(database_url), city)


def govern(city: City) -> None:
    opened = {"origin": ORIGIN, "organizations": ADDRESSES["Organizations"]}
    city.mine(("Journal", "JournalOpened", opened))
    added = {"subject": ADMIN, "organization": AUTHORITY, "roles": int(Role.ADMIN)}
    city.mine(organization(AUTHORITY, OrganizationKind.DATA_AUTHORITY), ("Organizations", "AccountAdded", added))
    departments = (organization(code, OrganizationKind.GOVERNMENT_DEPARTMENT) for code in (WATER, MEDICINE, TRANSPORT))
    city.mine(*departments)
    publisher = {"subject": PUBLISHER, "organization": WATER, "roles": int(Role.PUBLISHER)}
    city.mine(("Organizations", "AccountAdded", publisher))


def publish(city: City) -> None:
    reservoirs = {
        "title": "大中型水库水情日报",
        "abstract": "全市大中型水库每日八时的库水位、蓄水量、入库与出库流量。\n"
        "数据由各水库管理单位报送,经市水务局汇总审核。",
        "theme": "环境与资源保护",
        "mandate": "取水许可与水资源管理",
        "update_cycle": "2",
        "format_class": "3",
        "formats": ["csv", "mysql"],
        "share_method": "数据库",
        "aggregated": True,
        "resource_code": "306001/000001",
        "system": "水资源管理系统",
        "table": "t_rsv_daily",
        "keywords": ["水位", "水库"],
        "updated": "2026-02-11T16:35:36+08:00",
        "items": [
            item("水库编码", "rsv_code", key=True),
            item("观测日期", "obs_date", type="D", length="8", key=True),
            item("库水位", "level_m", type="N", length="8,2", nullable=True),
            item("蓄水量", "storage_wm3", type="N", length="12,2", share=1, nullable=True),
        ],
        "distributions": [
            {"title": "日报(CSV)", "format": "csv", "download_url": "https://data.example/rsv.csv"},
            {"title": "不是网址", "access_url": "javascript:alert(1)"},
        ],
    }
    city.mine(city.publication(WATER, "306001/000001", reservoirs), final=5)
    licences = {
        "title": "取水许可证照信息",
        "abstract": "取水许可证的编号、取水权人、取水地点、许可水量与有效期限。",
        "theme": "环境与资源保护",
        "share_condition": "依法履职查询",
        "update_cycle": "3",
    }
    pharmacies = {
        "title": "定点医药机构名录",
        "abstract": "全市基本医疗保险定点医疗机构与定点零售药店的名称、地址、等级。",
        "theme": "医疗健康",
        "update_cycle": "4",
    }
    city.mine(
        city.publication(WATER, "306001/000002", licences, share=2, open=3, level=2),
        city.publication(MEDICINE, "307001/000001", pharmacies, open=2),
    )
    city.mine()
    lines = [
        city.publication(TRANSPORT, f"308001/{at:06d}", {
            "title": f"公交线路{at}路站点信息", "theme": "交通服务", "update_cycle": "6",
            "abstract": f"{at}路公交线路的站点名称、顺序与经纬度。"}, open=0 if at % 3 else 1, level=0)
        for at in range(1, 31)
    ]  # fmt: skip
    city.mine(*lines)
    city.mine(city.publication(WATER, "306001/000001", reservoirs | {"update_cycle": "1"}))
    city.mine(city.retirement(MEDICINE, "307001/000001"))
    city.mine(
        city.publication(WATER, "hostile", {"title": HOSTILE, "abstract": HOSTILE, "theme": HOSTILE}, level=3),
        city.publication(WATER, "broken", b"\xff not json"),
        final=11,
    )
