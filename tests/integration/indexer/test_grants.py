"""Grants on a real chain stand in the mirror as the contracts keep them, whatever happens to the chain."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from ledger.indexer.finality import Finality
from ledger.model.disclosure import DisclosureContent
from ledger.model.disclosure import Kind as Disclosing
from ledger.model.grant import Approval, Coverage, GrantContent, Mode, Operation, Purpose
from ledger.model.product import Form, ProductContent, unit_bytes
from ledger.store.compare import check_mirror
from ledger.store.grant_queries import GrantFilter
from ledger.store.mirror import Mirror
from ledger.store.report_material import report_material
from tests.integration.indexer.conftest import AUTHORITY, Ledger
from tests.integration.indexer.granting import (
    BUREAU,
    COMMUNITY,
    DAY,
    DISTRICT,
    OPERATOR,
    SECTOR,
    STREET,
    Granting,
    check_grants,
    check_products,
)
from tests.integration.indexer.registering import REASON, SUBJECT

DEPTH = 60


@pytest.fixture
def granting(ledger: Ledger) -> Iterator[Granting]:
    known = len(ledger.senders)
    granting = Granting(ledger)
    try:
        granting.found()
        yield granting
    finally:
        del ledger.senders[known:]


def index(granting: Granting, mirror: Mirror) -> None:
    granting.ledger.indexer(mirror, DEPTH).once()
    check_grants(granting, mirror)


def differences(granting: Granting, mirror: Mirror) -> list[object]:
    ledger = granting.ledger
    return list(check_mirror(ledger.chain, mirror, ledger.contracts.deployment, Finality(DEPTH)))


def test_an_operation_is_planned_approved_renewed_and_closed(granting: Granting, mirror: Mirror) -> None:
    queries = mirror.queries
    entry, other = granting.publish("A", open=2, level=2), granting.publish("B", open=3, level=3)
    registration = granting.register(entry, other)
    grant = granting.plan_operation()
    granting.scope(SECTOR, grant, entry)
    granting.scope(SECTOR, grant, other, operations=6)
    index(granting, mirror)
    granting.approve_operation(grant)
    index(granting, mirror)
    check_against_registrations(granting, mirror)
    row = queries.grant(grant)
    assert row
    assert (row.status, row.kind, row.mode, row.title) == ("ACTIVE", "OPERATE", "SECTOR", f"授权给{OPERATOR}")
    approvals = queries.grant_approvals(grant)
    assert [approval.approval for approval in approvals] == [
        "IMPLEMENTATION", "AUTHORITY", "DECISION", "CONSENT", "SIGNATURE", "COUNTERSIGNATURE",
    ]  # fmt: skip
    assert len({approval.account for approval in approvals}) == 6

    answer = queries.check_grant(OPERATOR, entry, Operation.EXPORT, granting.now)
    assert answer.allowed
    assert answer.derivation
    (link,) = answer.derivation.chain
    assert link.link.registration
    assert (link.link.registration.number, [a.approval for a in link.approvals]) == (
        registration, [approval.approval for approval in approvals],
    )  # fmt: skip
    assert link.since
    assert (link.since.step, link.since.act_index) == ("APPROVED", approvals[-1].act_index)
    refused = queries.check_grant(OPERATOR, other, Operation.EXPORT, granting.now)
    assert [one.coverage for one in refused.considered] == [Coverage.NOT_OPERATED]
    early = queries.check_grant(OPERATOR, entry, Operation.QUERY, approvals[-1].time - timedelta(seconds=1))
    assert [one.coverage for one in early.considered] == [Coverage.NOT_EFFECTIVE]

    renewal = {"grant": grant, "expectedVersion": 1, "end": granting.seconds + 500 * DAY}
    content = GrantContent(title="续期").encode()
    granting.send(SECTOR, "Plans", "renew", [renewal | {"content": content}])
    index(granting, mirror)
    granting.approve_operation(grant, 2)
    granting.change(SECTOR, "suspend", grant, 2)
    index(granting, mirror)
    granting.change(SECTOR, "resume", grant, 2)
    granting.change(OPERATOR, "exit", grant, 2)
    granting.change(SECTOR, "close", grant, 2)
    granting.send(SUBJECT, "Grants", "settle", grant, 1, [entry])
    index(granting, mirror)
    assert [record.status for record in queries.grant_records(grant)] == [
        "ACTIVE", "ACTIVE", "SUSPENDED", "ACTIVE", "EXITED", "CLOSED",
    ]  # fmt: skip
    assert [hold.version for hold in queries.entry_grant_holds(other)] == [1]
    assert queries.entry_grant_holds(entry) == []
    assert differences(granting, mirror) == []
    before = [queries.grant_steps(grant), queries.grant_versions(grant)]
    mirror.reproject()
    assert [queries.grant_steps(grant), queries.grant_versions(grant)] == before
    assert differences(granting, mirror) == []


def check_against_registrations(granting: Granting, mirror: Mirror) -> None:
    """The registration that speaks for an entry, and whether it is in force."""
    from ledger.grant.coverage import is_registered
    from ledger.store.grant_facts import GrantFacts

    call = granting.ledger.contracts.call
    with mirror.engine.connect() as connection:
        facts = GrantFacts(connection)
        for entry in mirror.queries.entries(limit=100):
            for time in (granting.now, granting.now - timedelta(days=30), granting.now + timedelta(days=4 * 366)):
                row = facts.registration_at(entry.entry_id, time)
                seconds = int(time.timestamp())
                number = call("Registry", "registrationOf", entry.entry_id, seconds).rstrip(b"\0").decode()
                assert (row.number if row else "") == number
                registered = call("Registry", "isRegistered", entry.entry_id, seconds)
                assert is_registered(row, entry.entry_id, time) == registered


def test_an_overall_grant_lists_providers_and_holds_nothing(granting: Granting, mirror: Mirror) -> None:
    entry = granting.publish("A", open=2, level=2)
    granting.register(entry)
    grant = granting.plan_operation(Mode.OVERALL, level=3)
    listed = [{"provider": SUBJECT.encode(), "operations": 7, "level": 2}]
    granting.send(SECTOR, "Plans", "scopeProviders", grant, 1, listed)
    granting.approve_operation(grant)
    index(granting, mirror)
    queries = mirror.queries
    assert queries.check_grant(OPERATOR, entry, Operation.COMPUTE, granting.now).covering == (grant,)
    assert queries.check_grant(OPERATOR, entry, Operation.COMPUTE, granting.now, only=grant + 1).considered == ()
    assert [row.grant for row in queries.grants(GrantFilter(entry=entry))] == [grant]
    assert queries.entry_grant_holds(entry) == []


def test_permissions_are_delegated_to_the_community(granting: Granting, mirror: Mirror) -> None:
    queries = mirror.queries
    entry = granting.publish("A")
    path = [(SUBJECT, BUREAU), (BUREAU, DISTRICT), (DISTRICT, STREET), (STREET, COMMUNITY)]
    grants: list[int] = []
    for depth, (grantor, grantee) in enumerate(path):
        parent = grants[-1] if grants else 0
        end = granting.seconds + (300 - depth) * DAY
        grant = granting.plan(grantor, grantee, parent=parent, end=end, delegations=3 - depth)
        granting.scope(grantor, grant, entry)
        if grantor != SUBJECT:
            granting.consent(SUBJECT, grant)
        granting.approve(grantor, grant, Approval.SIGNATURE)
        grants.append(grant)
    index(granting, mirror)
    answer = queries.check_grant(COMMUNITY, entry, Operation.QUERY, granting.now)
    assert answer.derivation
    assert [link.link.number for link in answer.derivation.chain] == grants[::-1]
    assert answer.allowed
    assert [row.grant for row in queries.grant_descendants(grants[0])] == grants[1:]
    granting.change(BUREAU, "suspend", grants[1])
    index(granting, mirror)
    refused = queries.check_grant(COMMUNITY, entry, Operation.QUERY, granting.now)
    assert [(one.coverage, one.by) for one in refused.considered] == [(Coverage.NOT_EFFECTIVE, grants[1])]
    assert not queries.is_grant_effective(grants[3], granting.now)
    assert queries.is_grant_effective(grants[0], granting.now)


def test_a_reorganization_takes_grants_back(granting: Granting, mirror: Mirror) -> None:
    entry = granting.publish("A")
    kept = granting.plan(SUBJECT, BUREAU)
    granting.scope(SUBJECT, kept, entry)
    index(granting, mirror)
    node = granting.ledger.node
    snapshot = node.request("evm_snapshot")
    granting.approve(SUBJECT, kept, Approval.SIGNATURE)
    granting.plan(SUBJECT, BUREAU)
    granting.change(SUBJECT, "suspend", kept)
    index(granting, mirror)
    assert node.request("evm_revert", snapshot)
    granting.wait(timedelta(hours=5))
    granting.send(SUBJECT, "Plans", "withdraw", [{"grant": kept, "version": 1, "reason": bytes(32)}])
    granting.send(SUBJECT, "Grants", "settle", kept, 1, [entry])
    node.request("anvil_mine", "0x10")
    index(granting, mirror)
    assert [row.step for row in mirror.queries.grant_steps(kept)] == ["PLANNED", "SCOPED", "WITHDRAWN", "SETTLED"]
    assert differences(granting, mirror) == []


def test_products_are_offered_priced_and_disclosed(granting: Granting, mirror: Mirror) -> None:
    def indexed() -> None:
        index(granting, mirror)
        check_products(granting, mirror)

    entry = granting.publish("A", open=2, level=2)
    granting.register(entry)
    grant = granting.plan_operation()
    granting.scope(SECTOR, grant, entry)
    granting.approve_operation(grant)
    own, other = (granting.publish(code, OPERATOR, kind=2) for code in ("P-1", "P-2"))
    added = {
        "grant": grant, "source": 0, "entry": own, "form": Form.MODEL, "purpose": Purpose.INDUSTRY,
        "redevelopable": True, "inputs": [entry], "content": ProductContent(name="模型").encode(),
    }  # fmt: skip
    granting.send(OPERATOR, "Products", "add", [added, added | {"entry": other, "content": b"?"}])
    indexed()
    unit, year = unit_bytes("call"), unit_bytes("year")
    ceiling = {"product": 1, "ceiling": 100, "unit": unit, "document": REASON}
    price = {"product": 1, "price": 90, "unit": unit, "trial": True, "document": bytes(32)}
    granting.send(SECTOR, "Products", "setCeilings", [ceiling])
    granting.send(OPERATOR, "Products", "setPrices", [price])
    indexed()
    granting.send(SECTOR, "Products", "setCeilings", [ceiling | {"ceiling": 95}])
    granting.send(SECTOR, "Products", "setCeilings", [ceiling | {"ceiling": 80}])
    granting.send(SECTOR, "Products", "setCeilings", [ceiling | {"unit": year, "ceiling": 2**64 - 1}])
    granting.send(OPERATOR, "Products", "setPrices", [price | {"unit": year, "price": 2**64 - 1, "trial": False}])
    indexed()
    step = {"product": 1, "reason": REASON}
    for holder, function in ((AUTHORITY, "suspend"), (AUTHORITY, "resume"), (SECTOR, "suspend"), (OPERATOR, "delist")):
        granting.send(holder, "Products", function, [step])
        indexed()
    assert [row.status for row in mirror.queries.product_history(1)] == [
        "LISTED", "SUSPENDED", "LISTED", "SUSPENDED", "DELISTED",
    ]  # fmt: skip
    granting.wait(timedelta(days=300))
    about = granting.now.year
    granting.wait_until(datetime(about + 1, 5, 1, tzinfo=UTC))
    disclosed = {
        "grant": grant, "year": about, "kind": Disclosing.OPERATION, "expectedVersion": 0,
        "content": DisclosureContent(title="年度").encode(),
    }  # fmt: skip
    granting.send(OPERATOR, "Products", "disclose", [disclosed])
    granting.send(OPERATOR, "Products", "disclose", [disclosed | {"expectedVersion": 1, "content": b"?"}])
    granting.send(SECTOR, "Products", "disclose", [disclosed | {"kind": Disclosing.AUTHORIZATION}])
    indexed()
    assert [(row.late, row.malformed is None) for row in mirror.queries.disclosures(newest_first=False)] == [
        (True, True), (True, False), (True, True),
    ]  # fmt: skip
    with mirror.snapshot() as view:
        report = report_material(view, grant, about)
    assert report.deadline == mirror.queries.disclosures()[0].deadline
    assert differences(granting, mirror) == []
    mirror.reproject()
    check_products(granting, mirror)
    assert differences(granting, mirror) == []
