"""What is on the printed certificate beside its fields: facts that only the ledger knows, and words."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Final

from ledger.model.ids import to_hex

LOCAL_TIME: Final = timezone(timedelta(hours=8))
TITLE: Final = "公共数据资源登记凭证"
ATTACHMENT: Final = "certificate.json"


@dataclass(frozen=True, slots=True)
class IssueFacts:
    """What the ledger says of the version that the page is of."""

    registrar: str
    """Name of the registration institution (登记机构)."""
    kind: str
    """Type of the registration in Chinese: 首次登记, 变更登记 …"""
    issued_at: datetime
    """Aware; shown as a day in Asia/Shanghai."""
    valid_until: date
    """Last day of validity."""
    status_url: str
    """Page that tells the present status; the QR code leads there."""
    chain_id: int
    act_index: int
    """Index in the journal of the act that issued it."""
    contract: bytes
    """Address of the registry, 20 bytes."""
    national_code: str | None = None
    """Code of the national platform (国家登记码), once assigned."""
    content_digest: bytes | None = None

    @property
    def issued_on(self) -> date:
        """The local day of issue."""
        return self.issued_at.astimezone(LOCAL_TIME).date()


def chinese_date(day: date) -> str:
    """A day as it is written: 2026年3月1日."""
    return f"{day.year}年{day.month}月{day.day}日"


def digest_rows(facts: IssueFacts, origin: bytes, sha256: bytes, sm3: bytes) -> list[tuple[str, str]]:
    """Rows of the table of digests."""
    rows = [("字段根（SHA-256）", to_hex(sha256)), ("字段根（SM3）", to_hex(sm3))]
    if facts.content_digest is not None:
        rows.append(("公开内容摘要", to_hex(facts.content_digest)))
    return [
        *rows,
        ("账本标识", to_hex(origin)),
        ("登记合约", f"{to_hex(facts.contract)}（链 {facts.chain_id}）"),
        ("账本记录序号", str(facts.act_index)),
    ]
