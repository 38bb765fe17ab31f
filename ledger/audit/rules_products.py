"""Products under grants, their prices, and yearly disclosures (`IProducts`)."""

import hashlib
from datetime import UTC, datetime

from ledger.audit.acts import NO_CODE, NO_DIGEST, Act
from ledger.audit.book import Book
from ledger.audit.contents import read_texts
from ledger.audit.findings import differs, found, shown
from ledger.audit.grant_things import Disclosed, Grant, Price, Product
from ledger.audit.permissions import Findings, requires_role, states_organization, states_reason
from ledger.audit.rules_scope import covers
from ledger.audit.things import Effect
from ledger.model.disclosure import DisclosureContent
from ledger.model.disclosure import Kind as Disclosure
from ledger.model.grant import Kind
from ledger.model.ids import to_hex
from ledger.model.product import Form, ProductContent, Status
from ledger.model.roles import Role
from ledger.model.workdays import SHANGHAI, local_date

INPUTS_MOST, DEPTH_MOST = 64, 8
KIND_PRODUCT = 2
FREE = 2 | 4
"""Governance and the public good: nothing is charged."""
_OPERATIONS = {Form.INTERFACE: 1, Form.VERIFICATION: 2, Form.MODEL: 4}
_EXPORT = 8
_STATUSES = {
    "ProductSuspended": Status.SUSPENDED,
    "ProductResumed": Status.LISTED,
    "ProductDelisted": Status.DELISTED,
}
_FROM = {
    Status.SUSPENDED: {Status.LISTED},
    Status.LISTED: {Status.SUSPENDED},
    Status.DELISTED: {Status.LISTED, Status.SUSPENDED},
}


def product_added(book: Book, act: Act) -> Findings:
    """Offered under an effective grant to the operator, from covered inputs; or developed from another's product."""
    number, operator = act["product"], act["operator"]
    yield from requires_role(book, act, Role.APPLICANT, operator)
    yield from states_organization(book, act)
    if number != len(book.products) + 1:
        yield differs("PRODUCT_NUMBER", act, number, len(book.products) + 1)
    source = book.products.get(act["source"])
    if act["source"]:
        yield from _source(book, act, source, operator)
    else:
        grant = book.grants.get(act["grant"])
        right = grant is not None and grant.kind is Kind.OPERATE and grant.grantee == operator
        if not right or not book.is_effective(act["grant"], act.time):
            yield found("PRODUCT_GRANT", act, f"grant {act['grant']}")
    yield from _values(book, act)
    entry = book.entries.get(act["entry"])
    listed = act["entry"] in book.listings
    if entry is None or not entry.active or entry.kind != KIND_PRODUCT or entry.provider != operator or listed:
        yield found("PRODUCT_ENTRY", act, to_hex(act["entry"]))
    yield from _inputs(book, act)

    content, malformed = read_texts(ProductContent, act["content"])
    if malformed:
        yield found("MALFORMED", act, malformed)
    book.products[number] = Product(
        number=number,
        added_index=act.index,
        operator=operator,
        grant=act["grant"],
        source=act["source"],
        depth=source.depth + 1 if source else 0,
        entry=act["entry"],
        inputs=act["inputs"],
        form=Form(act["form"]),
        purpose=act["purpose"],
        redevelopable=act["redevelopable"],
        content_digest=hashlib.sha256(act["content"]).digest(),
        name=content.name if content else None,
        malformed=malformed,
    )
    book.listings[act["entry"]] = number
    if entry is not None:
        entry.holders.add(("product", number))
    book.effects.append(Effect("product", number))


def _source(book: Book, act: Act, source: Product | None, operator: bytes) -> Findings:
    """On offer, open to development, not too far down its line, and nobody's own or a relative's."""
    offered = source is not None and _is_offered(book, source, act.time)
    if source is None or not offered or not source.redevelopable or source.depth >= DEPTH_MOST:
        yield found("PRODUCT_SOURCE", act, f"product {act['source']}")
    if source is not None and _exports(Form(act["form"])) and not _exports(source.form):
        yield found("PRODUCT_SOURCE", act, f"product {source.number} exports nothing")
    line = source
    while line is not None:
        if book.answers_for(operator, line.operator) or book.answers_for(line.operator, operator):
            yield found("PRODUCT_SOURCE", act, f"product {line.number} is the operator's own or a relative's")
            break
        line = book.products.get(line.source)
    if source is not None and act["grant"] != source.grant:
        yield differs("PRODUCT_GRANT", act, act["grant"], source.grant)


def _is_offered(book: Book, product: Product, time: int) -> bool:
    """Listed, under an effective grant that is still for its purpose."""
    grant = book.grants.get(product.grant)
    purposes = grant.in_force.terms.purposes if grant and grant.in_force else 0
    listed = product.status is Status.LISTED and bool(purposes & product.purpose)
    return listed and book.is_effective(product.grant, time)


def _exports(form: Form) -> bool:
    return _OPERATIONS.get(form, _EXPORT) == _EXPORT


def _values(book: Book, act: Act) -> Findings:
    grant, purpose = book.grants.get(act["grant"]), act["purpose"]
    purposes = grant.in_force.terms.purposes if grant and grant.in_force else 0
    if act["form"] == Form.NONE or purpose.bit_count() != 1 or not purposes & purpose:
        yield found("PRODUCT_VALUE", act, f"form {act['form']}, purpose {purpose}")
    if not act["content"]:
        yield found("PRODUCT_CONTENT", act)


def _inputs(book: Book, act: Act) -> Findings:
    inputs = act["inputs"]
    right = not inputs if act["source"] else 0 < len(inputs) <= INPUTS_MOST
    if not right or sorted(set(inputs)) != inputs:
        yield found("PRODUCT_INPUTS", act, f"{len(inputs)} inputs")
    operation = _OPERATIONS.get(Form(act["form"]), _EXPORT)
    for id in inputs:
        if not covers(book, act["grant"], id, operation, act.time):
            yield found("PRODUCT_INPUT_NOT_COVERED", act, to_hex(id))


def product_changed(book: Book, act: Act) -> Findings:
    """Suspended and resumed by supervisors; delisted for good by the operator or the grantor."""
    product = book.products.get(act["product"])
    if product is None:
        yield found("PRODUCT_UNKNOWN", act, f"product {act['product']}")
        return
    status, grant = _STATUSES[act.event], book.grants.get(product.grant)
    if act["status"] != status:
        yield differs("STATUS_MISSTATED", act, Status(act["status"]).name, status.name)
    own, roles = book.acting(act.account)
    by_authority = own == book.authority
    if status is Status.DELISTED:
        if not (own == product.operator and roles & Role.APPLICANT):
            yield from requires_role(book, act, Role.GRANTOR, grant.grantor if grant else NO_CODE)
    else:
        yield from requires_role(book, act, Role.SUPERVISOR)
        reserved = status is Status.LISTED and product.suspended_by_authority
        bodies = (grant.grantor, grant.implementer) if grant else ()
        if not by_authority and (own not in bodies or reserved):
            yield found("NOT_ENTITLED", act, f"{shown(own)} acts")
        product.suspended_by_authority = by_authority and status is Status.SUSPENDED
    yield from states_organization(book, act)
    yield from states_reason(act)
    # Else the operator would list it anew, past the authority.
    delists = status is Status.DELISTED and own == product.operator and roles & Role.APPLICANT
    if product.status not in _FROM[status] or (delists and product.suspended_by_authority):
        yield found("PRODUCT_STATUS", act, product.status.name)
    product.status = status
    if status is Status.DELISTED:
        book.listings.pop(product.entry, None)
        if product.entry in book.entries:
            book.entries[product.entry].holders.discard(("product", product.number))
    book.effects.append(Effect("product", product.number))


def price_changed(book: Book, act: Act) -> Findings:
    """A ceiling by the grantor; a price by the operator, never above the ceiling of its unit."""
    product = book.products.get(act["product"])
    if product is None:
        yield found("PRODUCT_UNKNOWN", act, f"product {act['product']}")
        return
    is_ceiling = act.event == "CeilingSet"
    grant = book.grants.get(product.grant)
    if is_ceiling:
        yield from requires_role(book, act, Role.GRANTOR, grant.grantor if grant else NO_CODE)
        if act["document"] == NO_DIGEST:
            yield found("PRICE_DOCUMENT", act)
    else:
        yield from requires_role(book, act, Role.APPLICANT, product.operator)
    yield from states_organization(book, act)
    if product.status is Status.DELISTED:
        yield found("PRODUCT_STATUS", act, product.status.name)
    amount, unit = act["ceiling"] if is_ceiling else act["price"], act["unit"]
    text = unit.rstrip(b"\0")
    if not text or not all(0x20 < byte < 0x7F for byte in text):
        yield found("PRICE_UNIT", act, shown(unit))
    if amount and product.purpose & FREE:
        yield found("PRICE_NOT_FREE", act, str(amount))
    last = product.prices[-1] if product.prices else Price(0, None, None, False, bytes(32))
    if is_ceiling:
        withdrawn = last.price is not None and (last.price > amount or last.unit != unit)
        if act["withdrawn"] != withdrawn:
            yield differs("CEILING_MISSTATED", act, act["withdrawn"], withdrawn)
        price, trial = (None, False) if withdrawn else (last.price, last.trial)
        product.prices.append(Price(act.time, amount, price, trial, unit))
    else:
        ceiling = (last.ceiling or 0) if last.unit == unit else 0
        if amount > ceiling or (last.unit != unit and last.ceiling is not None):
            yield differs("PRICE_TOO_HIGH", act, amount, ceiling)
        product.prices.append(Price(act.time, last.ceiling, amount, act["trial"], unit))


def disclosure_published(book: Book, act: Act) -> Findings:
    """About a year that is over, since the grant had a status; late after the month that policy says."""
    grant, year = book.grants.get(act["grant"]), act["year"]
    if grant is None:
        yield found("GRANT_UNKNOWN", act, f"grant {act['grant']}")
        return
    kind = Disclosure(act["kind"])
    if kind is Disclosure.NONE or grant.kind is not Kind.OPERATE:
        yield found("DISCLOSURE_KIND", act, f"{kind.name} of {grant.kind.name}")
    yield from _discloser(book, act, grant, kind)
    yield from states_organization(book, act)
    years = (
        [local_date(datetime.fromtimestamp(time, UTC)).year for time in (grant.records[0].time, act.time)]
        if (grant.records)
        else []
    )
    if not years or not years[0] <= year < years[1]:
        yield found("DISCLOSURE_YEAR", act, str(year))
    if not act["content"]:
        yield found("DISCLOSURE_CONTENT", act)
    key = (grant.number, year, int(kind))
    last = book.disclosures.get(key, Disclosed(0, NO_DIGEST, 0))
    if act["version"] != last.version + 1:
        yield differs("DISCLOSURE_VERSION", act, act["version"], last.version + 1)
    month = book.in_force("disclosure_month", act.time)
    if month is None:
        yield found("POLICY_MISSING", act, "disclosure_month")
    else:
        deadline = _month_end(year + 1, month)
        if act["deadline"] != deadline:
            yield differs("DEADLINE_MISSTATED", act, act["deadline"], deadline)
        if act["late"] != (act.time >= deadline):
            yield differs("LATE_MISSTATED", act, act["late"], not act["late"])
    _, malformed = read_texts(DisclosureContent, act["content"])
    if malformed:
        yield found("MALFORMED", act, malformed)
    book.disclosures[key] = Disclosed(act["version"], hashlib.sha256(act["content"]).digest(), act.time)


def _discloser(book: Book, act: Act, grant: Grant, kind: Disclosure) -> Findings:
    if kind is Disclosure.OPERATION:
        yield from requires_role(book, act, Role.APPLICANT, grant.grantee)
        return
    yield from requires_role(book, act, Role.GRANTOR)
    own, _ = book.acting(act.account)
    if own not in (NO_CODE, grant.grantor, grant.implementer):
        yield found("NOT_ENTITLED", act, f"{shown(own)} discloses")


def _month_end(year: int, month: int) -> int:
    """End of a month, from 1; those beyond 12 are the next year's."""
    return int(datetime(year + month // 12, month % 12 + 1, 1, tzinfo=SHANGHAI).timestamp())


RULES = {
    "ProductAdded": product_added,
    **dict.fromkeys(_STATUSES, product_changed),
    "CeilingSet": price_changed,
    "PriceSet": price_changed,
    "DisclosurePublished": disclosure_published,
}
