"""What the yearly report about a grant is made of (`ledger.grant.report.Material`), from one snapshot of the mirror."""

from dataclasses import replace
from datetime import datetime, timedelta

from ledger.errors import NotFound
from ledger.grant.derivation import codes_of
from ledger.grant.report import Material, OfferedProduct, held_in, used_entries, year_of
from ledger.indexer.rows import ActRow
from ledger.model.workdays import SHANGHAI
from ledger.store.product_queries import DisclosureFilter, ProductFilter
from ledger.store.queries import Queries

_MOST = 1_000_000
_SECOND = timedelta(seconds=1)


def report_material(view: Queries, number: int, year: int, at: int | None = None) -> Material:
    """The material as it stood at the end of the year; what was disclosed, as it stands at block `at`.

    Raises NotFound when the grant was not planned by the end of the year.
    """
    last = _last_act(view, at)
    then = view.point_at_time(min(year_of(year)[1] - _SECOND, last.block_time))
    until = None if then is None else then.number
    grant = None if until is None else view.grant(number, until)
    if grant is None:
        raise NotFound(f"there was no grant {number} by the end of {year}")
    version = view.grant_version(number, grant.current or grant.versions, until)
    listing = version and view.grant_version(number, version.scope_of, until)
    if version is None or listing is None:
        raise NotFound(f"the mirror has no version of grant {number} by the end of {year}")
    records = view.grant_records(number, until)
    approvals = view.grant_approvals(number, version.version, until)
    scope = view.grant_scope(number, listing.version, until, limit=_MOST)
    products = []
    for row in view.products(ProductFilter(grant=number), until, limit=_MOST):
        prices = view.product_prices(row.product, until)
        products.append(OfferedProduct(row, prices[held_in([price.time for price in prices], year)]))
    disclosed = view.disclosures(DisclosureFilter(grant=number, year=year, current=True), last.block_number)
    made = Material(
        year=year,
        block=last.block_number,
        block_hash=last.block_hash,
        block_time=last.block_time,
        journal_size=last.index + 1,
        grant=grant,
        # A renewal lists nothing itself.
        version=version._replace(scope_digest=listing.scope_digest),
        content=view.grant_content(version).content,
        approvals=approvals,
        records=records[held_in([record.time for record in records], year)],
        scope=scope,
        titles={},
        products=products,
        disclosures=disclosed,
        deadline=_deadline(view, year, last),
        names={},
    )
    entries = [row.entry_id for row in scope if row.entry_id is not None]
    codes = {
        *codes_of([grant], "grantor", "implementer", "grantee"),
        *codes_of(approvals, "organization", "provider"),
        *codes_of(scope, "provider"),
        *codes_of([product.row for product in products], "operator"),
        *codes_of(disclosed, "organization"),
    }
    return replace(
        made,
        titles=view.entry_titles([*entries, *used_entries(made)], until),
        names=view.organization_names(sorted(codes), until),
    )


def _last_act(view: Queries, at: int | None) -> ActRow:
    """The last act that a block knew. Blocks without acts say nothing, so the report does not name them."""
    acts = view.acts(limit=1, at=at)
    if not acts:
        raise NotFound("the mirror has no acts yet")
    return acts[0]


def _deadline(view: Queries, year: int, last: ActRow) -> datetime | None:
    known = {row.name: row.value for row in view.parameters_in_force(last.block_time, last.block_number)}
    month = known.get("disclosure_month", 0)
    if not 0 < month <= 1_000:
        return None
    # The end of the month; month 13 is January of the year after (`IProducts.disclose`).
    years, months = divmod(month, 12)
    return datetime(year + 1 + years, months + 1, 1, tzinfo=SHANGHAI)
