"""Timelines of a chain with acts of every kind: everything about the thing, nothing about others, always the same."""

from datetime import UTC, datetime

import pytest

from ledger.audit.timeline import Subject, Timeline, tell, to_json
from ledger.audit.timeline_page import page
from ledger.errors import Inconsistent, NotFound
from ledger.model.ids import to_hex
from tests.integration.audit.lying import lying
from tests.integration.indexer.granting import Granting
from tests.integration.indexer.registering import CENTER, SUBJECT


def told(center: Granting, kind: str, id: bytes, name: str, as_of: int | datetime | None = None) -> Timeline:
    return tell(center.ledger.node, center.ledger.contracts.deployment, Subject(kind, id, name), as_of)


def first_number(center: Granting) -> str:
    """The registration that was supplemented, changed, renewed, suspended, corrected and revoked."""
    address = to_hex(center.ledger.contracts.address("Applications"))
    logs = center.ledger.node.request("eth_getLogs", {"address": address, "fromBlock": "0x0", "toBlock": "latest"})
    return bytes.fromhex(logs[0]["topics"][2][2:34]).decode()


@pytest.fixture(scope="module")
def registration(center: Granting) -> Timeline:
    number = first_number(center)
    return told(center, "registration", number.encode(), number)


def test_a_registration_is_told_from_filing_to_settlement(registration: Timeline) -> None:
    events = [one.event for one in registration.acts]
    assert events[:4] == ["ApplicationFiled", "SupplementRequested", "ApplicationSupplemented", "ApplicationAccepted"]
    assert events[-3:] == ["ApplicationFiled", "RegistrationRevoked", "RegistrationSettled"]
    assert {"RegistrationIssued", "NationalCodeAssigned", "ObjectionUpheld", "RegistrationSuspended"} < set(events)
    assert [one.index for one in registration.acts] == sorted(one.index for one in registration.acts)
    review = next(one for one in registration.acts if one.event == "ReviewPassed")
    assert (review.what.zh, review.organization) == ("审核通过", f"登记中心 {CENTER}")
    assert all(one.findings == [] for one in registration.acts)
    assert ("状态", "已撤销") in {(name.zh, value.zh) for name, value in registration.standing}


def test_an_entry_is_told_with_who_holds_it_and_who_objects(center: Granting) -> None:
    id = center.entry_id(3)
    events = [one.event for one in told(center, "entry", id, to_hex(id)).acts]
    assert events.count("EntryPublished") == 2
    decided = {"ObjectionRaised", "ObjectionAccepted", "ObjectionUpheld", "ObjectionSettled"}
    assert {"ApplicationFiled", *decided} < set(events)


def test_an_organization_is_told_with_what_its_accounts_did_and_who_approved(center: Granting) -> None:
    acts = told(center, "organization", SUBJECT.encode(), SUBJECT).acts
    added = acts[0]
    assert added.event == "OrganizationAdded"
    # Proposed by one ADMIN, confirmed by another.
    assert added.approval.startswith("#")
    assert to_hex(added.account) not in added.approval
    assert {"AccountAdded", "EntryPublished", "ApplicationFiled", "ObjectionRaised"} < {one.event for one in acts}


def test_a_grant_is_told_with_all_its_approvals(center: Granting) -> None:
    timeline = told(center, "grant", (1).to_bytes(4), "1")
    events = [one.event for one in timeline.acts]
    assert events[:3] == ["GrantPlanned", "GrantScoped", "GrantScoped"]
    assert events[3:9] == ["GrantApproved"] * 6
    assert {"ProductAdded", "PriceSet", "DisclosurePublished", "GrantSettled"} < set(events)
    approved = [value.zh for one in timeline.acts[3:9] for name, value in one.details if name.zh == "审批事项"]
    assert approved[:3] == ["实施机构审核", "数据主管部门审核", "集体决策"]
    standing = {name.zh for name, _ in timeline.standing}
    assert {"授权主体", "被授权方", "集体决策", "提供单位同意", "授权主体签署", "被授权方签署"} < standing


def test_as_of_a_block_or_its_time_tells_what_was_known_then(center: Granting, registration: Timeline) -> None:
    number = registration.subject.name
    issued = next(one for one in registration.acts if one.event == "RegistrationIssued")
    by_time = told(center, "registration", number.encode(), number, datetime.fromtimestamp(issued.time, UTC))
    assert to_json(by_time) == to_json(told(center, "registration", number.encode(), number, by_time.head.number))
    by_block = told(center, "registration", number.encode(), number, issued.block)
    assert by_block.acts[-1].index == issued.index
    assert ("状态", "有效") in {(name.zh, value.zh) for name, value in by_block.standing}
    assert by_block.size == issued.index + 1
    assert by_block.root == center.ledger.contracts.call("Journal", "root", block=issued.block)


def test_the_document_has_the_same_bytes_each_time_whatever_came_after(
    center: Granting, registration: Timeline
) -> None:
    number = registration.subject.name
    block = registration.acts[5].block
    first = page(told(center, "registration", number.encode(), number, block))
    snapshot = center.ledger.node.request("evm_snapshot")
    try:
        center.ledger.node.request("evm_mine")
        center.ledger.publish(9)
        assert page(told(center, "registration", number.encode(), number, block)) == first
    finally:
        center.ledger.node.request("evm_revert", snapshot)
        del center.ledger.versions[9]
    assert "http" not in first
    assert "<script" not in first
    assert f"--registration {number} --as-of {block}" in first


def test_markup_from_the_chain_is_text_in_the_document(center: Granting) -> None:
    snapshot = center.ledger.node.request("evm_snapshot")
    try:
        evil = b'{"format":"mulu-organization/1","name":"<script>alert(1)</script>"}'
        center.send("boss", "Organizations", "describeOrganizations", [{"code": SUBJECT.encode(), "content": evil}])
        text = page(told(center, "organization", SUBJECT.encode(), SUBJECT))
    finally:
        center.ledger.node.request("evm_revert", snapshot)
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_acts_of_a_compromised_account_are_flagged(center: Granting) -> None:
    snapshot = center.ledger.node.request("evm_snapshot")
    try:
        ledger = center.ledger
        number = first_number(center)
        acts = told(center, "registration", number.encode(), number).acts
        reviewer = next(one.account for one in acts if one.event == "ReviewPassed")
        since = next(one.time for one in reversed(acts) if one.account == reviewer)
        # By an ADMIN of the data authority.
        ledger.send("Organizations", "revokeAccount", to_hex(reviewer), since)
        acts = told(center, "registration", number.encode(), number).acts
    finally:
        center.ledger.node.request("evm_revert", snapshot)
    flagged = {one.event for one in acts for finding in one.findings if finding.code == "COMPROMISED"}
    assert flagged
    assert flagged <= {"ReviewPassed", "NoticeOpened", "ObjectionAccepted", "ObjectionRejected", "ObjectionDismissed"}
    assert all(one.account == reviewer for one in acts if one.findings)


def test_nothing_is_told_of_what_is_unknown_or_of_a_lying_node(center: Granting, registration: Timeline) -> None:
    with pytest.raises(NotFound, match="no act is about"):
        told(center, "entry", bytes(32), to_hex(bytes(32)))
    node, deployment = center.ledger.node, center.ledger.contracts.deployment
    with (
        lying(node.url, lambda method, _, result: result[1:] if method == "eth_getLogs" else result) as liar,
        pytest.raises(Inconsistent, match="does not give the log"),
    ):
        tell(liar, deployment, registration.subject)
