"""Column types that SQLite and PostgreSQL keep alike.

SQLite has neither 256-bit integers nor time zones: both go through a decorator, and come out as they went in.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, LargeBinary, Numeric, String, TypeDecorator
from sqlalchemy.types import TypeEngine

UINT256_DIGITS = 78
_LARGEST = 2**256 - 1


class Uint256(TypeDecorator[int]):
    """An unsigned integer of up to 256 bits: `numeric(78,0)`, in SQLite decimal text padded to sort."""

    impl = Numeric(UINT256_DIGITS, 0)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The type in this database."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(UINT256_DIGITS))
        return dialect.type_descriptor(Numeric(UINT256_DIGITS, 0))

    def process_bind_param(self, value: int | None, dialect: Dialect) -> Any:
        """What the driver is given."""
        if value is None:
            return None
        if not 0 <= value <= _LARGEST:
            raise ValueError(f"{value} is no uint256")
        return f"{value:0{UINT256_DIGITS}d}" if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> int | None:
        """The integer again."""
        return None if value is None else int(value)


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC time in whole seconds: `timestamptz`, in SQLite Unix seconds."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The type in this database."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """What the driver is given. Raises ValueError for a naive time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return int(value.timestamp()) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """The time again, in UTC."""
        if value is None:
            return None
        return datetime.fromtimestamp(value, UTC) if isinstance(value, int) else value.astimezone(UTC)


DIGEST = LargeBinary(32)
"""32 bytes; the table checks the length."""
ADDRESS = LargeBinary(20)
"""20 bytes; the table checks the length."""
KEY = BigInteger().with_variant(Integer, "sqlite")
"""A 64-bit primary key; only as INTEGER is it SQLite's own row id, which spares an index."""
