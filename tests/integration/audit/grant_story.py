"""Acts of every kind that grants, plans and products have."""

from datetime import timedelta

from ledger.model import canonical
from ledger.model.disclosure import DisclosureContent
from ledger.model.disclosure import Kind as Disclosure
from ledger.model.grant import Approval, GrantContent, Kind, Mode
from ledger.model.product import Form, ProductContent
from tests.integration.indexer.conftest import AUTHORITY
from tests.integration.indexer.granting import (
    BUREAU,
    COMMUNITY,
    DAY,
    DISTRICT,
    OPERATOR,
    SECTOR,
    STREET,
    Granting,
)
from tests.integration.indexer.registering import REASON, SUBJECT

UNIT = b"call".ljust(32, b"\0")


def tell(granting: Granting) -> None:
    """Does something of everything."""
    grant = _operation(granting)
    _products(granting, grant)
    _overall(granting)
    _delegation(granting)
    _plans_that_end(granting)
    _ends(granting, grant)


def _operation(granting: Granting) -> int:
    """Planned, scoped in two parts, approved by six, amended, renewed."""
    entry, other = granting.publish("A", open=2, level=2), granting.publish("B", open=3, level=3)
    granting.register(entry, other)
    grant = granting.plan_operation()
    granting.scope(SECTOR, grant, entry)
    granting.scope(SECTOR, grant, other, operations=6)
    granting.approve_operation(grant)
    # Another version of what is held: an item is added behind.
    content = {"format": "mulu-entry/1", "source": "test", "title": "目录A", "items": [{"name": "项"}, {"name": "新"}]}
    publication = {
        "provider": SUBJECT.encode(), "expectedVersion": 1, "kind": 1, "share": 1, "open": 2, "level": 2,
        "reason": REASON, "localCode": b"A", "content": canonical.encode(content),
    }  # fmt: skip
    granting.send(SUBJECT, "Catalog", "publish", [publication])
    head = granting.ledger.contracts.call("Grants", "head", grant)
    renewal = {
        "grant": grant, "expectedVersion": 1, "end": head["until"] + 100 * DAY,
        "content": GrantContent(title="续期").encode(),
    }  # fmt: skip
    granting.send(SECTOR, "Plans", "renew", [renewal])
    granting.approve_operation(grant, 2)
    amendment = {
        "grant": grant, "expectedVersion": 2, "end": head["until"] + 50 * DAY, "area": 119900000000, "level": 3,
        "purposes": 30, "delegations": 0, "content": GrantContent(title="变更").encode(),
    }  # fmt: skip
    granting.send(SECTOR, "Plans", "amend", [amendment])
    granting.scope(SECTOR, grant, entry, version=3)
    granting.approve_operation(grant, 3)
    granting.ledger.send("Grants", "settle", grant, 1, [entry])
    return grant


def _products(granting: Granting, grant: int) -> None:
    """Two products, one of them free; ceilings and prices; a disclosure and its correction."""
    own = []
    for code in ("P-1", "P-2"):
        id = granting.entry(code, OPERATOR)
        publication = {
            "provider": OPERATOR.encode(), "expectedVersion": 0, "kind": 2, "share": 1, "open": 1, "level": 1,
            "reason": bytes(32), "localCode": code.encode(),
            "content": canonical.encode({"format": "mulu-entry/1", "source": "test", "title": f"产品{code}"}),
        }  # fmt: skip
        granting.send(OPERATOR, "Catalog", "publish", [publication])
        own.append(id)
    for id, purpose, form in ((own[0], 8, Form.INTERFACE), (own[1], 2, Form.MODEL)):
        product = {
            "grant": grant, "source": 0, "entry": id, "form": int(form), "purpose": purpose, "redevelopable": True,
            "inputs": [granting.entry("A")], "content": ProductContent(name="产品").encode(),
        }  # fmt: skip
        granting.send(OPERATOR, "Products", "add", [product])
    for ceiling in (1000, 500):
        granting.send(
            SECTOR, "Products", "setCeilings", [{"product": 1, "ceiling": ceiling, "unit": UNIT, "document": REASON}]
        )
        price = {"product": 1, "price": ceiling - 1, "unit": UNIT, "trial": True, "document": bytes(32)}
        granting.send(OPERATOR, "Products", "setPrices", [price])
    step = {"product": 1, "reason": REASON}
    granting.send(SECTOR, "Products", "suspend", [step])
    granting.send(SECTOR, "Products", "resume", [step])
    granting.send(AUTHORITY, "Products", "suspend", [step])
    granting.send(OPERATOR, "Products", "delist", [{"product": 2, "reason": REASON}])
    year = granting.now.year
    granting.wait(timedelta(days=366))
    for version in (0, 1):
        disclosed = {
            "grant": grant, "year": year, "kind": int(Disclosure.OPERATION), "expectedVersion": version,
            "content": DisclosureContent(title="年度披露").encode(),
        }  # fmt: skip
        granting.send(OPERATOR, "Products", "disclose", [disclosed])
        granting.wait(timedelta(days=200))
    granting.send(
        SECTOR, "Products", "disclose",
        [{"grant": grant, "year": year, "kind": int(Disclosure.AUTHORIZATION), "expectedVersion": 0, "content": b"{"}],
    )  # fmt: skip


def _overall(granting: Granting) -> None:
    grant = granting.plan_operation(Mode.OVERALL)
    listed = {"provider": SUBJECT.encode(), "operations": 3, "level": 2}
    granting.send(SECTOR, "Plans", "scopeProviders", grant, 1, [listed])
    granting.approve_operation(grant)


def _delegation(granting: Granting) -> None:
    """From the bureau to the district, the street, the community; the middle suspended by the data authority."""
    shared = granting.publish("S", share=2, level=2)
    root = granting.plan(SUBJECT, BUREAU)
    granting.scope(SUBJECT, root, shared)
    granting.approve(SUBJECT, root, Approval.SIGNATURE)
    parent, grantor = root, BUREAU
    for depth, grantee in enumerate((DISTRICT, STREET, COMMUNITY)):
        child = granting.plan(
            grantor, grantee, parent=parent, delegations=2 - depth, end=granting.seconds + (300 - 20 * depth) * DAY
        )
        granting.scope(grantor, child, shared, operations=3)
        granting.consent(SUBJECT, child)
        granting.approve(grantor, child, Approval.SIGNATURE)
        parent, grantor = child, grantee
    granting.change(AUTHORITY, "suspend", root + 1)
    granting.change(AUTHORITY, "resume", root + 1)
    granting.change(AUTHORITY, "suspend", root + 1)
    granting.change(DISTRICT, "exit", root + 1)
    granting.ledger.send("Grants", "settle", root + 2, 1, [shared])


def _plans_that_end(granting: Granting) -> None:
    """One refused, one withdrawn, and one that cannot be read and stays open."""
    shared = granting.entry("S")
    refused = granting.plan(BUREAU, DISTRICT)
    granting.scope(BUREAU, refused, shared)
    refusal = {"grant": refused, "version": 1, "approval": Approval.CONSENT, "provider": SUBJECT.encode()}
    granting.send(SUBJECT, "Plans", "refuse", [{**refusal, "reason": REASON}])
    granting.ledger.send("Grants", "settle", refused, 1, [shared])
    withdrawn = granting.plan(BUREAU, DISTRICT)
    granting.send(BUREAU, "Plans", "withdraw", [{"grant": withdrawn, "version": 1, "reason": bytes(32)}])
    granting.plan(BUREAU, DISTRICT, content=b"{", kind=Kind.SHARE)


def _ends(granting: Granting, grant: int) -> None:
    """Suspended and resumed, terminated with a version open, closed; another revoked."""
    shared = granting.entry("S")
    for function in ("revoke", "terminate"):
        ended = granting.plan(SUBJECT, BUREAU)
        granting.scope(SUBJECT, ended, shared)
        granting.approve(SUBJECT, ended, Approval.SIGNATURE)
        granting.change(SUBJECT, "suspend", ended)
        granting.change(SUBJECT, "resume", ended)
        amendment = {
            "grant": ended, "expectedVersion": 1, "end": granting.seconds + 30 * DAY, "area": 119900000000, "level": 1,
            "purposes": 2, "delegations": 0, "content": GrantContent(title="变更").encode(),
        }  # fmt: skip
        granting.send(SUBJECT, "Plans", "amend", [amendment])
        granting.change(SUBJECT, function, ended)
        granting.change(SUBJECT, "close", ended)
        granting.ledger.send("Grants", "settle", ended, 1, [shared])
