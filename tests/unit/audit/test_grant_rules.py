"""Every rule of grants, products and disclosures; see `test_rules`."""

from collections.abc import Callable

import pytest

from ledger.audit.acts import NO_DIGEST
from ledger.audit.grant_findings import GRANT_BREACHES
from ledger.audit.things import Account
from ledger.model import canonical
from ledger.model.grant import Approval, Basis, Mode, Status
from ledger.model.ids import entry_id
from ledger.model.product import Form
from ledger.model.product import Status as ProductStatus
from tests.unit.audit.grant_scene import BUREAU, IMPLEMENTER, OPERATOR, SECTOR, UNIT, GrantScene, a_year_later
from tests.unit.audit.scene import DAY, OTHER, REASON, SUBJECT, address

Breach = Callable[[GrantScene], object]
YEAR = 365 * DAY


def _scoped(g: GrantScene) -> int:
    number = g.operate()
    g.scope(number, "E-1", by="sector")
    return number


def _signed(g: GrantScene) -> int:
    """All but the last approval."""
    number = _scoped(g)
    g.approve(number, Approval.IMPLEMENTATION, "implementer")
    g.approve(number, Approval.AUTHORITY, "approver")
    g.approve(number, Approval.DECISION, "sector")
    g.approve(number, Approval.CONSENT, "holder")
    g.approve(number, Approval.SIGNATURE, "sector-2")
    return number


def _retired_scope(g: GrantScene) -> None:
    g.scene.publish("E-4")
    g.scene.retire("E-4")
    number = g.plan()
    g.scope(number, "E-4", listed={"version": 1})


def _outside(g: GrantScene) -> None:
    parent = g.shared()
    child = g.delegate(parent)
    g.scope(child, "E-2")


def _parent_ended(g: GrantScene) -> None:
    parent = g.shared()
    g.change("GrantSuspended", parent, "holder", Status.SUSPENDED)
    g.plan("bureau", UNIT, parent=parent, terms={"delegations": 0, "end": g.scene.time + DAY})


def _unit(g: GrantScene, unit: bytes) -> None:
    g.price(g.offered(), 0, unit=unit)


def _developed(g: GrantScene, **wrong: object) -> None:
    source = g.offered()
    g.publish_product("P-2")
    g.add(1, "P-2", **{"source": source, "inputs": [], **wrong})


def _delisted(g: GrantScene, then: Callable[[int], object]) -> None:
    product = g.offered()
    g.product_change("ProductDelisted", product, "operator", ProductStatus.DELISTED)
    then(product)


def _item_moved(g: GrantScene) -> None:
    items = [{"name": "甲"}, {"name": "乙"}]
    for at in (0, 1):
        content = {"format": "mulu-entry/1", "source": "s", "title": "目录", "items": items[at:] + items[:at]}
        g.scene.publish("E-5", content=canonical.encode(content))
        if not at:
            g.scope(g.plan(), "E-5")


def _renewed_twice(g: GrantScene) -> None:
    number = g.shared()
    g.follow(number, Basis.RENEWAL, "holder")
    g.approve(number, Approval.SIGNATURE, "holder")
    g.follow(number, Basis.RENEWAL, "holder")


def _own_consent(g: GrantScene) -> None:
    g.scene.book.organizations[SUBJECT].sector_authority = SECTOR
    g.approve(_scoped(g), Approval.CONSENT, "sector-2")


def _suspended_provider(g: GrantScene) -> None:
    provider = g.scene.book.organizations[SUBJECT]
    number = _scoped(g)
    provider.sector_authority, provider.suspended = BUREAU, True
    g.approve(number, Approval.CONSENT, "bureau")


def _suspended_grantee(g: GrantScene) -> None:
    number = g.plan("holder", BUREAU)
    g.scope(number, "E-1", by="holder")
    g.scene.book.organizations[BUREAU].suspended = True
    g.approve(number, Approval.SIGNATURE, "holder")


def _relatives(g: GrantScene) -> None:
    source = g.offered()
    g.scene.book.organizations[UNIT].parent = OPERATOR
    g.develop(source)


def _purpose_dropped(g: GrantScene) -> None:
    source = g.offered()
    g.follow(1, Basis.AMENDMENT, "sector", terms={"purposes": 4})
    g.scope(1, "E-1", by="sector")
    g.approve_all(1)
    g.develop(source, purpose=4)


BREAKS: list[tuple[str, str, Breach]] = [
    ("GRANT_NUMBER", "left out", lambda g: g.plan(grant=9)),
    ("GRANT_UNKNOWN", "settled", lambda g: g.settle(9)),
    ("GRANT_VERSION", "approved", lambda g: g.approve(_scoped(g), Approval.IMPLEMENTATION, "implementer", version=2)),
    ("GRANT_VERSION", "no first version", lambda g: g.plan(version=2)),
    ("GRANT_OPEN", "amended twice", lambda g: (lambda n: (
        g.follow(n, Basis.AMENDMENT, "holder"), g.follow(n, Basis.AMENDMENT, "holder")))(g.shared())),
    ("GRANT_STATUS", "resumed for nothing", lambda g: g.change(
        "GrantResumed", g.shared(), "holder", Status.ACTIVE)),
    ("GRANT_STATUS", "amended while suspended", lambda g: (lambda n: (
        g.change("GrantSuspended", n, "holder", Status.SUSPENDED),
        g.follow(n, Basis.AMENDMENT, "holder")))(g.shared())),
    ("GRANT_STATUS", "closed in force", lambda g: g.change("GrantClosed", g.shared(), "holder", Status.CLOSED)),
    ("PLAN_KIND", "SHARE with a mode", lambda g: g.plan(mode=int(Mode.SECTOR))),
    ("PLAN_PARTY", "an operator shares", lambda g: g.plan(grantee=OPERATOR)),
    ("PLAN_PARTY", "an unknown implementer", lambda g: g.operate(implementer=OTHER[:17] + b"Z")),
    ("PLAN_PARTY", "the operator implements", lambda g: g.operate(implementer=OPERATOR)),
    ("PLAN_CONTENT", "empty", lambda g: g.plan(content=b"")),
    ("PLAN_TERM", "too long", lambda g: g.operate(terms={"end": g.scene.time + 6 * YEAR})),
    ("PLAN_TERM", "over", lambda g: g.plan(terms={"end": g.scene.time})),
    ("PLAN_TERM", "longer than the parent's", lambda g: g.delegate(
        g.shared(), terms={"end": g.scene.time + 300 * DAY})),
    ("PLAN_TERM", "renewed from now", lambda g: g.follow(
        g.shared(), Basis.RENEWAL, "holder", terms={"start": g.scene.time})),
    ("PLAN_TERM", "renewed twice at once", _renewed_twice),
    ("PLAN_TERMS", "delegable operation", lambda g: g.operate(terms={"delegations": 1})),
    ("PLAN_TERMS", "above the parent's level", lambda g: g.delegate(g.shared(), terms={"level": 4})),
    ("PLAN_TERMS", "renewed with another level", lambda g: g.follow(
        g.shared(), Basis.RENEWAL, "holder", terms={"level": 2})),
    ("PLAN_TERMS", "another export level", lambda g: g.plan(terms={"exportLevel": 3})),
    ("PLAN_AREA", "none", lambda g: g.plan(terms={"area": 0})),
    ("PLAN_AREA", "as large as the parent's", lambda g: g.delegate(g.shared(), terms={"area": 119900000000})),
    ("PLAN_PARENT", "suspended", _parent_ended),
    ("PLAN_PARENT", "not delegable", lambda g: g.delegate(g.shared(terms={"delegations": 0}))),
    ("PLAN_APPROVALS", "fewer", lambda g: g.plan(required=0b010000)),
    ("PLAN_STAGE", "scoped in review", lambda g: (lambda n: (
        g.approve(n, Approval.IMPLEMENTATION, "implementer"), g.scope(n, "E-2", by="sector")))(_scoped(g))),
    ("SCOPE_KIND", "a renewal", lambda g: (lambda n: (
        g.follow(n, Basis.RENEWAL, "holder"), g.scope(n, "E-1", by="holder")))(g.shared())),
    ("SCOPE_VALUE", "no items", lambda g: g.scope(g.plan(), "E-1", listed={"items": 0})),
    ("SCOPE_REPEATED", "twice", lambda g: g.scope(g.plan(), "E-1", "E-1", scopeCount=1)),
    ("SCOPE_NOT_COVERED", "retired", _retired_scope),
    ("SCOPE_NOT_COVERED", "not registered", lambda g: g.scope(g.operate(), "E-3", by="sector")),
    ("SCOPE_NOT_COVERED", "a later version", lambda g: g.scope(g.plan(), "E-1", listed={"version": 2})),
    ("SCOPE_NOT_COVERED", "an earlier version", lambda g: (
        g.scene.publish("E-1"), g.scope(g.plan(), "E-1", listed={"version": 1}))),
    ("SCOPE_OUTSIDE_PARENT", "not listed above", _outside),
    ("SCOPE_MISSTATED", "another digest", lambda g: g.scope(g.plan(), "E-1", scopeDigest=REASON)),
    ("APPROVAL_SCOPE", "another count", lambda g: g.approve(
        _scoped(g), Approval.IMPLEMENTATION, "implementer", scopeCount=2)),
    ("APPROVAL_NOT_NEEDED", "taken", lambda g: (lambda n: (
        g.approve(n, Approval.IMPLEMENTATION, "implementer"),
        g.approve(n, Approval.IMPLEMENTATION, "implementer", account=_second(g))))(_scoped(g))),
    ("APPROVAL_ORDER", "the authority first", lambda g: g.approve(_scoped(g), Approval.AUTHORITY, "approver")),
    ("APPROVAL_ACCOUNT", "decides and signs", lambda g: (lambda n: (
        g.approve(n, Approval.IMPLEMENTATION, "implementer"), g.approve(n, Approval.AUTHORITY, "approver"),
        g.approve(n, Approval.DECISION, "sector"), g.approve(n, Approval.CONSENT, "holder"),
        g.approve(n, Approval.SIGNATURE, "sector")))(_scoped(g))),
    ("APPROVAL_CONSENT", "of nobody asked", lambda g: g.approve(
        _scoped(g), Approval.CONSENT, "unit", provider=UNIT, entered=False, **{"from": 0})),
    ("APPROVAL_DOCUMENT", "none", lambda g: g.approve(
        _scoped(g), Approval.IMPLEMENTATION, "implementer", document=NO_DIGEST)),
    ("APPROVAL_DOCUMENT", "another agreement", lambda g: g.approve(
        _signed(g), Approval.COUNTERSIGNATURE, "operator", document=REASON)),
    ("APPROVAL_DATE", "none", lambda g: _decision(g, 0)),
    ("APPROVAL_DATE", "tomorrow", lambda g: _decision(g, g.scene.time // DAY + 2)),
    ("ENTERED_MISSTATED", "without all approvals", lambda g: g.approve(
        _scoped(g), Approval.IMPLEMENTATION, "implementer", entered=True, **{"from": g.scene.time})),
    ("ENTERED_MISSTATED", "from earlier", lambda g: g.approve(
        _signed(g), Approval.COUNTERSIGNATURE, "operator", **{"from": g.scene.time - 1})),
    ("GRANT_SETTLED_EARLY", "in force", lambda g: g.settle(g.shared())),
    ("GRANT_ENTRY_NOT_HELD", "settled twice", lambda g: (lambda n: (
        g.change("GrantRevoked", n, "holder", Status.REVOKED), g.settle(n), g.settle(n)))(g.shared())),
    ("ROLE_MISSING", "approved by the wrong account", lambda g: g.approve(
        _scoped(g), Approval.IMPLEMENTATION, "issuer")),
    ("NOT_ENTITLED", "another body suspends", lambda g: g.change(
        "GrantSuspended", g.shared(), "unit", Status.SUSPENDED)),
    ("NOT_ENTITLED", "consent of another", lambda g: g.approve(_scoped(g), Approval.CONSENT, "unit")),
    ("NOT_ENTITLED", "the grantor consents for a provider", _own_consent),
    ("NOT_ENTITLED", "consent for a suspended provider", _suspended_provider),
    ("PLAN_PARTY", "entered for a suspended grantee", _suspended_grantee),
    ("ROLE_MISSING", "withdrawn by the supervisor of another", lambda g: g.withdraw(g.plan(), "supervisor")),
    ("REASON_MISSING", "revoked without", lambda g: g.change(
        "GrantRevoked", g.shared(), "holder", Status.REVOKED, reason=NO_DIGEST)),
    ("ENTRY_HELD", "retired under a grant", lambda g: (g.scope(g.plan(), "E-3"), g.scene.retire("E-3"))),
    ("PRODUCT_NUMBER", "left out", lambda g: g.offered(product=9)),
    ("PRODUCT_UNKNOWN", "priced", lambda g: g.price(9, 0)),
    ("PRODUCT_GRANT PRODUCT_INPUT_NOT_COVERED", "suspended", lambda g: (lambda n: (
        g.publish_product(), g.change("GrantSuspended", n, "sector", Status.SUSPENDED), g.add(n)))(
        g.operating())),
    ("PRODUCT_VALUE", "two purposes", lambda g: g.offered(purpose=12)),
    ("PRODUCT_CONTENT", "empty", lambda g: g.offered(content=b"")),
    ("PRODUCT_ENTRY", "a resource", lambda g: g.add(g.operating(), entry=entry_id(SUBJECT.decode(), "E-1"))),
    ("PRODUCT_INPUTS", "none", lambda g: g.offered(inputs=[])),
    ("PRODUCT_INPUT_NOT_COVERED", "not listed", lambda g: g.offered(inputs=[entry_id(SUBJECT.decode(), "E-3")])),
    ("PRODUCT_INPUT_NOT_COVERED", "exported above the level", lambda g: (
        g.scene.publish("E-1", level=3), g.offered(form=int(Form.DATASET)))),
    ("PRODUCT_SOURCE", "its own", _developed),
    ("PRODUCT_SOURCE", "a relative's", _relatives),
    ("PRODUCT_SOURCE", "exported from what exports nothing", lambda g: g.develop(g.offered(), form=int(Form.REPORT))),
    ("PRODUCT_SOURCE", "its grant is no longer for its purpose", _purpose_dropped),
    ("PRODUCT_STATUS", "delisted past the authority", lambda g: (lambda p: (
        g.product_change("ProductSuspended", p, "authority-supervisor", ProductStatus.SUSPENDED),
        g.product_change("ProductDelisted", p, "operator", ProductStatus.DELISTED)))(g.offered())),
    ("PRODUCT_STATUS", "suspended when delisted", lambda g: _delisted(g, lambda p: g.product_change(
        "ProductSuspended", p, "sector", ProductStatus.SUSPENDED))),
    ("PRICE_DOCUMENT", "none", lambda g: g.ceiling(g.offered(), document=NO_DIGEST)),
    ("PRICE_UNIT", "a blank", lambda g: _unit(g, b"a call".ljust(32, b"\0"))),
    ("PRICE_NOT_FREE", "for governance", lambda g: g.ceiling(g.offered(purpose=2))),
    ("PRICE_TOO_HIGH", "above the ceiling", lambda g: (lambda p: (g.ceiling(p), g.price(p, 101)))(g.offered())),
    ("PRICE_TOO_HIGH", "without a ceiling", lambda g: g.price(g.offered(), 1)),
    ("CEILING_MISSTATED", "a price stays above it", lambda g: (lambda p: (
        g.ceiling(p), g.price(p), g.ceiling(p, 50)))(g.offered())),
    ("DISCLOSURE_YEAR", "not over", lambda g: g.disclose(g.operating())),
    ("DISCLOSURE_KIND", "of a SHARE grant", lambda g: (lambda n: (
        a_year_later(g.scene), g.disclose(n, account=address("bureau"), organization=BUREAU)))(g.shared())),
    ("DISCLOSURE_CONTENT", "empty", lambda g: _disclosed(g, content=b"")),
    ("DISCLOSURE_VERSION", "left out", lambda g: _disclosed(g, version=2)),
    ("DEADLINE_MISSTATED", "of a disclosure", lambda g: _disclosed(g, deadline=1, late=False)),
    ("HELD_ITEMS", "moved", _item_moved),
]  # fmt: skip


def _second(g: GrantScene) -> bytes:
    """Another account of the implementing body."""
    account = Account(address("second"), IMPLEMENTER, g.scene.book.accounts[address("implementer")].roles)
    g.scene.book.accounts[account.address] = account
    return account.address


def _decision(g: GrantScene, date: int) -> None:
    number = _scoped(g)
    g.approve(number, Approval.IMPLEMENTATION, "implementer")
    g.approve(number, Approval.AUTHORITY, "approver")
    g.approve(number, Approval.DECISION, "sector", date=date)


def _disclosed(g: GrantScene, **wrong: object) -> None:
    number = g.operating()
    a_year_later(g.scene)
    g.disclose(number, **wrong)


@pytest.mark.parametrize(
    ("code", "breach"),
    [(code, breach) for code, _, breach in BREAKS],
    ids=[f"{code} {how}" for code, how, _ in BREAKS],
)
def test_a_breach_is_found(code: str, breach: Breach) -> None:
    g = GrantScene()
    breach(g)
    assert g.scene.codes == set(code.split())
    assert g.scene.found[0].message.zh


def test_every_code_has_a_test_that_provokes_it() -> None:
    assert {one for code, _, _ in BREAKS for one in code.split()} >= GRANT_BREACHES.keys()


def test_nothing_is_found_of_a_life_by_the_rules() -> None:
    g = GrantScene()
    grant = g.operating()
    g.publish_product()
    product = g.add(grant)
    g.ceiling(product)
    g.price(product)
    g.ceiling(product, 50, withdrawn=True)
    g.develop(product)
    g.follow(grant, Basis.RENEWAL, "sector")
    g.approve_all(grant)
    parent = g.shared()
    child = g.delegate(parent)
    g.scope(child, "E-1", listed={"operations": 3})
    g.approve(child, Approval.CONSENT, "holder")
    g.approve(child, Approval.SIGNATURE, "bureau")
    assert g.scene.book.is_effective(child, g.scene.time)
    g.change("GrantSuspended", parent, "authority-supervisor", Status.SUSPENDED)
    assert not g.scene.book.is_effective(child, g.scene.time)
    g.change("GrantRevoked", parent, "holder", Status.REVOKED)
    # Below what has ended nothing counts again.
    g.settle(child)
    g.withdraw(g.plan(), "authority-supervisor")
    a_year_later(g.scene)
    g.disclose(grant)
    g.disclose(grant)
    assert [finding.code for finding in g.scene.all] == []
