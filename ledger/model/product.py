"""Products and services (产品和服务), numbered as in the contracts (`IProducts`), and what is said of one."""

from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar

from ledger.errors import Malformed
from ledger.model.content import Content, worded

_UNIT_BYTES = 32


class Form(IntEnum):
    """What is delivered (`IProducts.Form`)."""

    NONE = 0
    DATASET = 1
    INTERFACE = 2
    MODEL = 3
    VERIFICATION = 4
    INDEX = 5
    REPORT = 6


class Status(IntEnum):
    """Where a product stands (`IProducts.Status`)."""

    NONE = 0
    LISTED = 1
    SUSPENDED = 2
    DELISTED = 3


@dataclass(frozen=True, slots=True)
class ProductContent(Content):
    """What is said of a product beside form, purpose, inputs and prices."""

    FORMAT: ClassVar[str] = "mulu-product/1"

    name: str = worded("name", "产品名称", required=True)
    abstract: str | None = worded("abstract", "产品简介", lines=True)
    scene: str | None = worded("scene", "应用场景", lines=True)
    delivery: str | None = worded("delivery", "交付方式", lines=True)
    customers: str | None = worded("customers", "服务对象", lines=True)
    terms: str | None = worded("terms of service", "服务条件", lines=True)
    exchange_reference: str | None = worded("reference of the exchange", "交易所挂牌编号")
    remarks: str | None = worded("remarks", "备注", lines=True)


def unit_bytes(unit: str) -> bytes:
    """A unit of charge, like `call` or `year`, as the contracts take it: ASCII, padded with zeros.

    Raises Malformed unless it is 1 to 32 visible ASCII characters.
    """
    if not (unit.isascii() and unit.isprintable() and 0 < len(unit) <= _UNIT_BYTES and " " not in unit):
        raise Malformed(f"unit {unit[:40]!r}: want 1 to {_UNIT_BYTES} visible ASCII characters")
    return unit.encode("ascii").ljust(_UNIT_BYTES, b"\0")


def unit_of(field: bytes) -> str:
    """The unit of its 32 bytes. What is no printable ASCII is shown with escapes."""
    stripped = field.rstrip(b"\0").decode("latin-1")
    return "".join(c if c.isascii() and c.isprintable() and c != "\\" else f"\\x{ord(c):02x}" for c in stripped)
