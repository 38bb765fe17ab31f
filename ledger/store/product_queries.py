"""Questions about products, prices and disclosures. `at` is a block, None the head; `moment` a time."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from ledger.indexer.grant_rows import DisclosureRow, ProductPriceRow, ProductRow
from ledger.model.product import Status
from ledger.store import bulk
from ledger.store.projection import DISCLOSURE, PRODUCT, PRODUCT_PRICE
from ledger.store.questions import Questions, begun, in_force, recorded

_PRODUCT = ("operator", "grant", "source", "form", "status", "purpose")
_DISCLOSURE = ("grant", "year", "kind", "late", "organization")


@dataclass(frozen=True, slots=True)
class ProductFilter:
    """Which products; what is None is not asked about."""

    q: str | None = None
    """Words that the name holds, whatever their case."""
    operator: str | None = None
    grant: int | None = None
    source: int | None = None
    form: str | None = None
    status: str | None = None
    purpose: int | None = None
    """One bit."""
    entry: bytes | None = None
    """Id of the product's own entry, 32 bytes."""


@dataclass(frozen=True, slots=True)
class DisclosureFilter:
    """Which disclosures; what is None is not asked about."""

    grant: int | None = None
    year: int | None = None
    kind: str | None = None
    organization: str | None = None
    late: bool | None = None
    current: bool | None = None
    """Only the last version about each grant, year and kind."""


class ProductQueries(Questions):
    """Questions about products, prices and disclosures."""

    def products(
        self,
        filter: ProductFilter | None = None,
        at: int | None = None,
        after: int | None = None,
        limit: int = 100,
        newest_first: bool = False,
    ) -> list[ProductRow]:
        """A page of products as they stand, by number, beyond `after`."""
        wanted, column = filter or ProductFilter(), PRODUCT.c
        conditions: list[ColumnElement[bool]] = [in_force(PRODUCT, at)]
        conditions += [column[name] == value for name in _PRODUCT if (value := getattr(wanted, name)) is not None]
        if wanted.entry is not None:
            conditions.append(column.entry_id == wanted.entry)
        conditions += [column.name.icontains(word, autoescape=True) for word in (wanted.q or "").split()]
        if after is not None:
            conditions.append(column.product < after if newest_first else column.product > after)
        order = column.product.desc() if newest_first else column.product
        return self._all(ProductRow, bulk.all_of(PRODUCT, *conditions).order_by(order).limit(limit))

    def product(self, number: int, at: int | None = None) -> ProductRow | None:
        """A product as it stands."""
        return self._first(ProductRow, bulk.all_of(PRODUCT, PRODUCT.c.product == number, in_force(PRODUCT, at)))

    def product_history(self, number: int, at: int | None = None) -> list[ProductRow]:
        """Every state that was begun so far, oldest first."""
        statement = bulk.all_of(PRODUCT, PRODUCT.c.product == number, *begun(PRODUCT, at))
        return self._all(ProductRow, statement.order_by(PRODUCT.c.from_index))

    def entry_product(self, id: bytes, at: int | None = None) -> ProductRow | None:
        """The product that has an entry as its own and holds it; None when none does."""
        column = PRODUCT.c
        listed = column.status != Status.DELISTED.name
        return self._first(ProductRow, bulk.all_of(PRODUCT, column.entry_id == id, listed, in_force(PRODUCT, at)))

    def product_prices(self, number: int, at: int | None = None) -> list[ProductPriceRow]:
        """Prices and ceilings that a product has had, oldest first."""
        wanted = [PRODUCT_PRICE.c.product == number, *recorded(PRODUCT_PRICE, at)]
        return self._all(ProductPriceRow, bulk.all_of(PRODUCT_PRICE, *wanted).order_by(PRODUCT_PRICE.c.position))

    def current_prices(self, numbers: list[int], at: int | None = None) -> dict[int, ProductPriceRow]:
        """Price and ceiling as they stand, of those of some products that ever had one."""
        column = PRODUCT_PRICE.c
        last = (
            select(column.product, func.max(column.position).label("position"))
            .where(column.product.in_(numbers), *recorded(PRODUCT_PRICE, at))
            .group_by(column.product)
            .subquery()
        )
        statement = bulk.all_of(PRODUCT_PRICE).join(
            last, (last.c.product == column.product) & (last.c.position == column.position)
        )
        return {row.product: row for row in self._all(ProductPriceRow, statement)}

    def disclosures(
        self,
        filter: DisclosureFilter | None = None,
        at: int | None = None,
        after: int | None = None,
        limit: int = 100,
        newest_first: bool = True,
    ) -> list[DisclosureRow]:
        """A page of disclosures by the act that published them, beyond `after`."""
        wanted, column = filter or DisclosureFilter(), DISCLOSURE.c
        conditions = recorded(DISCLOSURE, at)
        conditions += [column[name] == value for name in _DISCLOSURE if (value := getattr(wanted, name)) is not None]
        if wanted.current:
            last = (
                select(func.max(column.act_index))
                .where(*recorded(DISCLOSURE, at))
                .group_by(column.grant, column.year, column.kind)
            )
            conditions.append(column.act_index.in_(last))
        if after is not None:
            conditions.append(column.act_index < after if newest_first else column.act_index > after)
        order = column.act_index.desc() if newest_first else column.act_index
        return self._all(DisclosureRow, bulk.all_of(DISCLOSURE, *conditions).order_by(order).limit(limit))

    def disclosure(
        self, grant: int, year: int, kind: str, version: int | None = None, at: int | None = None
    ) -> DisclosureRow | None:
        """A version of a disclosure; the last one when none is named."""
        column = DISCLOSURE.c
        wanted = [column.grant == grant, column.year == year, column.kind == kind, *recorded(DISCLOSURE, at)]
        if version is not None:
            wanted.append(column.version == version)
        return self._first(DisclosureRow, bulk.all_of(DISCLOSURE, *wanted).order_by(column.version.desc()))
