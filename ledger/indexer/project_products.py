"""The fold of products, their prices, and yearly disclosures (`IProducts`)."""

from typing import Any

from ledger.errors import Inconsistent
from ledger.indexer.content import read_texts
from ledger.indexer.grant_rows import DisclosureRow, ProductPriceRow, ProductRow
from ledger.indexer.rows import instant_of, time_of
from ledger.indexer.versions import Concern, ReadAct, Run, begins, code_of, digest_of
from ledger.model import disclosure, product
from ledger.model.ids import to_hex


def product_added(run: Run, act: ReadAct) -> Concern:
    """Begins a product. What is developed from another is offered under the grant of that one."""
    fields = act.event.fields
    content, malformed = read_texts(product.ProductContent, act.words)
    source = _product(run, act, fields["source"]) if fields["source"] else None
    row = ProductRow(
        product=fields["product"],
        added_index=act.event.index,
        operator=code_of(fields["operator"]) or "",
        grant=source.grant if source else fields["grant"],
        source=fields["source"] or None,
        depth=source.depth + 1 if source else 0,
        entry_id=fields["entry"],
        inputs=[to_hex(entry) for entry in fields["inputs"]],
        form=product.Form(fields["form"]).name,
        purpose=fields["purpose"],
        redevelopable=fields["redevelopable"],
        status=product.Status.LISTED.name,
        suspended_by_authority=False,
        name=content.name if content else None,
        content=act.words or b"",
        content_digest=act.content_digest,
        malformed=malformed,
        reason=None,
        organization=code_of(fields["organization"]),
        account=fields["account"],
        **begins(act),
    )
    _begin(run, act, row, stored=False)
    return malformed is not None, row.operator


def product_changed(run: Run, act: ReadAct) -> Concern:
    """A product is suspended, resumed or delisted."""
    fields = act.event.fields
    before, status = _product(run, act, fields["product"]), product.Status(fields["status"])
    values: dict[str, Any] = {}
    if status is not product.Status.DELISTED:
        by_authority = run.is_authority(code_of(fields["organization"]))
        values["suspended_by_authority"] = status is product.Status.SUSPENDED and by_authority
    row = before._replace(
        status=status.name,
        reason=digest_of(fields["reason"]),
        organization=code_of(fields["organization"]),
        account=fields["account"],
        **values,
        **begins(act),
    )
    _begin(run, act, row, stored=True)
    return False, row.operator


def ceiling_set(run: Run, act: ReadAct) -> Concern:
    """A ceiling is set; a price above it, or for another unit, ends with it."""
    fields = act.event.fields
    before = _price(run, fields["product"])
    kept = before is not None and not fields["withdrawn"]
    return _add_price(
        run,
        act,
        before,
        ceiling=fields["ceiling"],
        price=before.price if before and kept else None,
        trial=before.trial if before and kept else False,
    )


def price_set(run: Run, act: ReadAct) -> Concern:
    """A price is set."""
    fields = act.event.fields
    before = _price(run, fields["product"])
    ceiling = before.ceiling if before else None
    return _add_price(run, act, before, ceiling=ceiling, price=fields["price"], trial=fields["trial"])


def disclosure_published(run: Run, act: ReadAct) -> Concern:
    """A version of a yearly disclosure."""
    fields = act.event.fields
    content, malformed = read_texts(disclosure.DisclosureContent, act.words)
    run.changes.disclosures.append(
        DisclosureRow(
            act_index=act.event.index,
            grant=fields["grant"],
            year=fields["year"],
            kind=disclosure.Kind(fields["kind"]).name,
            version=fields["version"],
            deadline=instant_of(fields["deadline"]),
            late=fields["late"],
            title=content.title if content else None,
            content=act.words or b"",
            content_digest=act.content_digest,
            malformed=malformed,
            organization=code_of(fields["organization"]),
            account=fields["account"],
            time=time_of(fields["time"]),
            block_number=act.log.block_number,
        )
    )
    return malformed is not None, code_of(fields["organization"])


def _add_price(
    run: Run, act: ReadAct, before: ProductPriceRow | None, *, ceiling: int | None, price: int | None, trial: bool
) -> Concern:
    fields = act.event.fields
    row = ProductPriceRow(
        act_index=act.event.index,
        product=fields["product"],
        position=before.position + 1 if before else 0,
        ceiling=ceiling,
        price=price,
        trial=trial,
        unit=product.unit_of(fields["unit"]),
        document=digest_of(fields["document"]),
        organization=code_of(fields["organization"]),
        account=fields["account"],
        time=time_of(fields["time"]),
        block_number=act.log.block_number,
    )
    run.prices[row.product] = row
    run.changes.product_prices.append(row)
    return False, _product(run, act, row.product).operator


def _product(run: Run, act: ReadAct, number: int) -> ProductRow:
    found = run.products.get(number) or run.stored.product(number)
    if found is None:
        raise Inconsistent(f"act {act.event.index} ({act.event.event}) is about unknown product {number}")
    return found


def _price(run: Run, number: int) -> ProductPriceRow | None:
    return run.prices.get(number) or run.stored.product_price(number)


def _begin(run: Run, act: ReadAct, row: ProductRow, *, stored: bool) -> None:
    run.end(act, ("product", row.product), run.changes.products, run.changes.ended_products, stored=stored)
    run.products[row.product] = row
    run.changes.products.append(row)
