"""What stands in the mirror within one transaction: the questions of the fold (`ledger.indexer.versions.Stored`)."""

from sqlalchemy import Connection, select

from ledger.indexer.grant_rows import GrantRow, GrantVersionRow, ProductPriceRow, ProductRow
from ledger.indexer.registration_rows import ObjectionRow, RegistrationRow
from ledger.indexer.rows import EntryRow
from ledger.store import bulk
from ledger.store.projection import (
    ENTRY,
    GRANT,
    GRANT_SCOPE,
    GRANT_VERSION,
    OBJECTION,
    PRODUCT,
    PRODUCT_PRICE,
    REGISTRATION,
    REGISTRATION_SPEAKER,
    open_rows,
)


class Current:
    """What stands in the mirror, as the transaction of a connection sees it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def entry(self, entry_id: bytes) -> EntryRow | None:
        """The current version of an entry."""
        statement = bulk.all_of(ENTRY, ENTRY.c.entry_id == entry_id).order_by(ENTRY.c.version.desc()).limit(1)
        return next(iter(bulk.read(self._connection, EntryRow, statement)), None)

    def registration(self, number: str) -> list[RegistrationRow]:
        """The versions of a registration as they stand."""
        statement = open_rows(REGISTRATION).where(REGISTRATION.c.number == number)
        return bulk.read(self._connection, RegistrationRow, statement)

    def objection(self, number: int) -> ObjectionRow | None:
        """An objection as it stands."""
        statement = open_rows(OBJECTION).where(OBJECTION.c.objection == number)
        return next(iter(bulk.read(self._connection, ObjectionRow, statement)), None)

    def speaker(self, entry_id: bytes) -> str | None:
        """Number of the registration that speaks for an entry."""
        column = REGISTRATION_SPEAKER.c
        statement = select(column.number).where(column.entry_id == entry_id).order_by(column.act_index.desc()).limit(1)
        return self._connection.scalar(statement)

    def grant(self, number: int) -> GrantRow | None:
        """A grant as it stands."""
        statement = open_rows(GRANT).where(GRANT.c.grant == number)
        return next(iter(bulk.read(self._connection, GrantRow, statement)), None)

    def grant_versions(self, number: int) -> list[GrantVersionRow]:
        """The versions of a grant as they stand."""
        statement = open_rows(GRANT_VERSION).where(GRANT_VERSION.c.grant == number)
        return bulk.read(self._connection, GrantVersionRow, statement)

    def grant_providers(self, number: int, version: int) -> set[str]:
        """The providers that the scope of a version lists, by themselves or by their entries."""
        column = GRANT_SCOPE.c
        statement = select(column.provider).distinct().where(column.grant == number, column.version == version)
        return set(self._connection.scalars(statement))

    def product(self, number: int) -> ProductRow | None:
        """A product as it stands."""
        statement = open_rows(PRODUCT).where(PRODUCT.c.product == number)
        return next(iter(bulk.read(self._connection, ProductRow, statement)), None)

    def product_price(self, number: int) -> ProductPriceRow | None:
        """Price and ceiling of a product as they stand; None when none was ever set."""
        column = PRODUCT_PRICE.c
        statement = bulk.all_of(PRODUCT_PRICE, column.product == number).order_by(column.position.desc()).limit(1)
        return next(iter(bulk.read(self._connection, ProductPriceRow, statement)), None)
