"""A filled-in form, its dossier and certificate, and what an honest node says of its registration."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count

from ledger.certificate.dossier import Dossier
from ledger.certificate.fields import salted
from ledger.certificate.issue import make_certificate
from ledger.certificate.page import IssueFacts
from ledger.model.certificate import Certificate
from ledger.model.form_field import Kind
from ledger.model.organization_code import sample_code
from ledger.model.registration_form import FORM, FilledForm, read_form
from ledger.model.registration_number import registration_number
from ledger.proof.certificate import statement_of
from ledger.proof.node import NodeEvidence
from ledger.proof.registration import Status, StatusRecord, VersionFacts
from ledger.proof.trust import Trust
from tests.unit.proof import material
from tests.unit.proof.world import ORIGIN, World

NUMBER = registration_number(date(2026, 2, 2), 17)
SUBJECT = sample_code(7)
ISSUED = int(datetime(2026, 3, 1, 4, tzinfo=UTC).timestamp())
UNTIL = int(datetime(2029, 2, 28, 16, tzinfo=UTC).timestamp())
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)

RAW = {
    "主体名称": "某某市交通运行监测中心(虚构)",
    "统一社会信用代码": SUBJECT,
    "主体类型": "事业单位",
    "行政区划代码": "11",
    "联系人": "张某某",
    "联系电话": "13800138000",
    "登记名称": "公共汽电车线路与站点客流统计数据集",
    "对象类型": "1",
    "摘要": "按线路、站点、方向和时段汇总。\n每日更新。",
    "所属行业": "G54 道路运输业",
    "数据格式": "csv;xlsx",
    "更新频率": "每日",
    "数据来源": "自行产生",
    "法定职责依据": "三定方案第二条",
    "个人信息": "不涉及",
    "重要数据": "不涉及",
    "存储位置": "市级政务云甲机房",
    "存证摘要值（SHA-256）": hashlib.sha256(b"evidence").hexdigest(),
    "用途类别": "公共治理",
    "数据级别": "2级",
    "登记承诺书摘要值": hashlib.sha256(b"undertaking").hexdigest(),
    "承诺书签署人": "李某某",
    "承诺日期": "2026/1/20",
}


def salts() -> Callable[[int], bytes]:
    numbers = count(1)
    return lambda size: hashlib.sha256(next(numbers).to_bytes(4)).digest()[:size]


def full_form() -> FilledForm:
    """Every field of the form filled in."""
    values = dict(RAW)
    for field in FORM:
        if field.label not in values and field.name not in values:
            values[field.name] = {
                Kind.CHOICE: "1",
                Kind.DIGEST: hashlib.sha256(field.name.encode()).hexdigest(),
                Kind.DATE: "2026-02-01",
            }.get(field.kind, f"{field.label}内容")
    return read_form(values)


def dossier(form: FilledForm | None = None) -> Dossier:
    return Dossier(ORIGIN, salted(form or read_form(RAW), salts()))


def certificate(of: Dossier | None = None, *, full: bool = False) -> Certificate:
    of = of or dossier()
    return make_certificate(
        of,
        registration=NUMBER,
        version=1,
        origin=ORIGIN,
        certificate_root=of.root,
        field_count=len(of.fields),
        full=full,
    )


def trust() -> Trust:
    return material.trust()


VERSION = VersionFacts(
    content_digest=b"\x77" * 32,
    certificate_root=certificate().roots.sha256,
    field_count=len(certificate().fields),
    stage=7,
    subject=SUBJECT,
    registrar=sample_code(9),
    issued_at=ISSUED,
)
ACTIVE = StatusRecord(ISSUED, UNTIL, 1, Status.ACTIVE)


def drawn(of: Certificate) -> VersionFacts:
    """What the registry keeps of a certificate."""
    return replace(VERSION, certificate_root=of.roots.sha256, field_count=len(of.fields))


def registry(version: VersionFacts | None, records: tuple[StatusRecord, ...]) -> World:
    """The contracts when the registration has this version and these records."""
    made = World()
    made.journal(20, b"\3" * 32)
    made.registration(NUMBER, 1, version, records)
    return made


def evidence(
    of: Certificate,
    version: VersionFacts | None,
    records: tuple[StatusRecord, ...] = (ACTIVE,),
    head_time: datetime = NOW,
) -> NodeEvidence:
    """What an honest node says of a certificate."""
    made = registry(version, records)
    known = trust()
    header = made.header(99, int(head_time.timestamp()))
    today = made.evidence(statement_of(of), header)
    return NodeEvidence(known.chain_id, known.genesis_hash, None, today)


def facts() -> IssueFacts:
    return IssueFacts(
        registrar="某某市公共数据登记中心(虚构)",
        kind="首次登记",
        issued_at=datetime.fromtimestamp(ISSUED, UTC),
        valid_until=date(2029, 2, 28),
        status_url=f"https://registry.example/registrations/{NUMBER}",
        chain_id=31337,
        act_index=1234,
        contract=b"\x09" * 20,
        content_digest=b"\x77" * 32,
    )
