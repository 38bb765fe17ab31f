"""What the contracts' views must answer of grants, products and disclosures; see `ledger.audit.contract_state`."""

from collections.abc import Iterator

from ledger.audit.book import Book
from ledger.audit.grant_things import Grant, GrantVersion, Product, Taken
from ledger.audit.view import View


def grant_views(book: Book) -> Iterator[View]:
    """All questions that the state answers."""
    for id, speakers in book.speakers.items():
        for time, number in speakers:
            last = [spoken for moment, spoken in speakers if moment <= time][-1]
            if last == number:
                yield View("Registry", "registrationOf", (id, time), number)
    yield View("Grants", "grants", (), len(book.grants))
    for grant in book.grants.values():
        yield from _grant(grant)
        for drawn in grant.versions:
            yield from _version(grant, drawn)
    yield View("Products", "products", (), len(book.products))
    for product in book.products.values():
        yield from _product(book, product)
    for (grant_number, year, kind), disclosed in book.disclosures.items():
        key = (grant_number, year, kind)
        yield View("Products", "disclosureVersion", key, disclosed.version)
        yield View("Products", "disclosure", key, (disclosed.digest, disclosed.time))


def _grant(grant: Grant) -> Iterator[View]:
    number = grant.number
    identity = {
        "grantor": grant.grantor,
        "kind": grant.kind,
        "mode": grant.mode,
        "parent": grant.parent,
        "depth": grant.depth,
        "implementer": grant.implementer,
        "grantee": grant.grantee,
    }
    head = {
        "versions": len(grant.versions),
        "current": grant.current,
        "status": grant.status,
        "suspendedByAuthority": grant.suspended_by_authority,
        "from": grant.valid_from,
        "until": grant.valid_until,
    }
    yield View("Grants", "grant", (number,), identity, "grant", number)
    yield View("Grants", "head", (number,), head, "grant", number)
    yield View("Grants", "recordCount", (number,), len(grant.records), "grant", number)
    for position, record in enumerate(grant.records):
        answer = {
            "time": record.time,
            "from": record.valid_from,
            "until": record.valid_until,
            "version": record.version,
            "status": record.status,
        }
        yield View("Grants", "record", (number, position), answer, "grant", number)


def _version(grant: Grant, drawn: GrantVersion) -> Iterator[View]:
    key = (grant.number, drawn.version)
    terms = drawn.terms
    answer = {
        "contentDigest": drawn.content_digest,
        "scopeDigest": drawn.scope_digest,
        "basis": drawn.basis,
        "scopeOf": drawn.scope_of,
        "scopeCount": drawn.scope_count,
        "heldCount": drawn.held_count,
        "open": drawn.open,
        "terms": {
            "start": terms.start,
            "end": terms.end,
            "area": terms.area,
            "level": terms.level,
            "exportLevel": terms.export_level,
            "purposes": terms.purposes,
            "delegations": terms.delegations,
        },
    }
    plan = {
        "stage": drawn.stage,
        "required": drawn.required,
        "taken": drawn.taken,
        "consentsMissing": drawn.consents_missing,
        "agreement": drawn.agreement,
    }
    yield View("Grants", "version", key, answer, "grant_version", key)
    yield View("Plans", "procedure", key, plan, "grant_version", key)
    for approval, taken in drawn.approvals.items():
        yield View("Plans", "approvalOf", (*key, approval), _taken(taken), "grant_version", key)
    for provider, taken in drawn.consents.items():
        yield View("Plans", "consentOf", (*key, provider), _taken(taken), "grant_version", key)
    for id, slot in drawn.entries.items():
        listed = {
            "version": slot.version,
            "operations": slot.operations,
            "held": slot.held,
            "items": slot.items,
        }
        yield View("Grants", "entryScope", (*key, id), listed, "grant_version", key)
    for provider, (operations, level) in drawn.providers.items():
        covered = {"provider": provider, "operations": operations, "level": level}
        yield View("Grants", "providerScope", (*key, provider), covered, "grant_version", key)


def _product(book: Book, product: Product) -> Iterator[View]:
    number = product.number
    answer = {
        "entry": product.entry,
        "contentDigest": product.content_digest,
        "operator": product.operator,
        "grant": product.grant,
        "form": product.form,
        "purpose": product.purpose,
        "status": product.status,
        "redevelopable": product.redevelopable,
        "suspendedByAuthority": product.suspended_by_authority,
        "source": product.source,
        "depth": product.depth,
    }
    yield View("Products", "product", (number,), answer, "product", number)
    yield View("Products", "productOf", (product.entry,), book.listings.get(product.entry, 0), "product", number)
    yield View("Products", "priceCount", (number,), len(product.prices), "product", number)
    for position, price in enumerate(product.prices):
        asked = {
            "time": price.time,
            "ceiling": price.ceiling or 0,
            "price": price.price or 0,
            "hasCeiling": price.ceiling is not None,
            "hasPrice": price.price is not None,
            "trial": price.trial,
            "unit": price.unit,
        }
        yield View("Products", "priceAt", (number, position), asked, "product", number)


def _taken(taken: Taken) -> dict[str, bytes | int]:
    return {"account": taken.account, "time": taken.time}
