"""Acts of every kind that the contracts have, but the one that closes the journal."""

from datetime import timedelta

from eth_account import Account

from ledger.chain.sender import Sender
from ledger.chain.signer import KeySigner
from ledger.model import canonical
from ledger.model.ids import to_hex
from ledger.model.organization_code import sample_code
from ledger.model.registration import Kind
from ledger.model.roles import OrganizationKind, Role
from tests.integration.indexer.conftest import AREA, AUTHORITY
from tests.integration.indexer.registering import CENTER, REASON, SUBJECT, TITLE, Center, said

DISTRICT, CHILD, OUTER = sample_code(3), sample_code(4), sample_code(5)
_IN_DISTRICT = AREA + 5_000_000


def tell(center: Center) -> None:
    """Does something of everything."""
    center.ledger.publish(1, 2, 3)
    _government(center)
    _catalog(center)
    number = _from_application_to_renewal(center)
    _applications_that_fail(center)
    _objections(center, number)
    _end(center, number)
    _district(center)


def last_number(center: Center) -> str:
    """The number of the registration filed last."""
    call = center.ledger.contracts.call
    address = to_hex(center.ledger.contracts.address("Applications"))
    logs = center.ledger.node.request("eth_getLogs", {"address": address, "fromBlock": "0x0", "toBlock": "latest"})
    number = bytes.fromhex(logs[-1]["topics"][2][2:34])
    assert call("Registry", "head", number)["versions"]
    return number.decode()


def _signer(center: Center, name: str, seed: int) -> str:
    """A key of its own, funded, to sign by name from now on."""
    ledger = center.ledger
    signer = KeySigner(Account.from_key(bytes([seed]) * 32))
    ledger.node.request("anvil_setBalance", to_hex(signer.address), hex(10**24))
    center.senders[name] = len(ledger.senders)
    ledger.senders.append(Sender(ledger.contracts, signer))
    return to_hex(signer.address)


def _organization(
    code: str, kind: OrganizationKind, name: str, area: int, parent: str | None = None
) -> dict[str, object]:
    return {
        "code": code.encode(), "parent": parent.encode() if parent else bytes(18), "kind": int(kind), "area": area,
        "allowedRoles": 0, "sectorAuthority": bytes(18),
        "content": canonical.encode({"format": "mulu-organization/1", "name": name}),
    }  # fmt: skip


def _government(center: Center) -> None:
    ledger = center.ledger
    added = [
        _organization(DISTRICT, OrganizationKind.DISTRICT_AUTHORITY, "区数据局", _IN_DISTRICT),
        _organization(OUTER, OrganizationKind.ENTERPRISE, "企业", AREA),
    ]
    ledger.root_act("Organizations", "addOrganizations", added)
    allowed = [
        {"code": DISTRICT.encode(), "roles": int(Role.ADMIN | Role.REVIEWER)},
        {"code": SUBJECT.encode(), "roles": 511},
    ]
    ledger.root_act("Organizations", "allowRoles", allowed)
    moves = [{"code": OUTER.encode(), "parent": SUBJECT.encode(), "sectorAuthority": CENTER.encode(), "area": AREA}]
    ledger.root_act("Organizations", "moveOrganizations", moves)
    accounts = [
        {"account": _signer(center, "boss", 131), "organization": SUBJECT.encode(), "roles": int(Role.ADMIN)},
        {"account": _signer(center, "district", 132), "organization": DISTRICT.encode(), "roles": int(Role.REVIEWER)},
        {"account": _signer(center, "publisher", 133), "organization": SUBJECT.encode(), "roles": int(Role.PUBLISHER)},
    ]
    ledger.send("Organizations", "addAccounts", accounts)
    child = _organization(CHILD, OrganizationKind.PUBLIC_INSTITUTION, "水文站", _IN_DISTRICT, SUBJECT)
    center.send("boss", "Organizations", "addOrganizations", [child])
    described = [{"code": CHILD.encode(), "content": canonical.encode({"format": "mulu-organization/1", "name": "站"})}]
    center.send(
        "boss", "Organizations", "describeOrganizations", [*described, {"code": CHILD.encode(), "content": b"{"}]
    )
    spare = [_signer(center, f"spare-{seed}", seed) for seed in (141, 142, 143)]
    center.send(
        "boss",
        "Organizations",
        "addAccounts",
        [{"account": address, "organization": SUBJECT.encode(), "roles": int(Role.PUBLISHER)} for address in spare[:2]],
    )
    center.send("boss", "Organizations", "rotateAccount", spare[0], spare[2])
    center.send("boss", "Organizations", "revokeAccount", spare[1], 0)
    center.send("boss", "Organizations", "revokeAccount", spare[1], 1_000)
    third = _signer(center, "third", 144)
    root = {"account": third, "organization": AUTHORITY.encode(), "roles": int(Role.ADMIN | Role.SUPERVISOR)}
    ledger.root_act("Organizations", "addAccounts", [root])
    fourth = _signer(center, "fourth", 145)
    ledger.root_act("Organizations", "rotateAccount", third, fourth)
    ledger.root_act("Organizations", "revokeAccount", fourth, 0)
    for function in ("suspendOrganizations", "resumeOrganizations", "suspendOrganizations"):
        ledger.send("Organizations", function, [OUTER.encode()], REASON)
    # Every day of this year and the next works.
    for year in (center.now.year, center.now.year + 1):
        words = [2**256 - 1, 2 ** ((366 if year % 4 == 0 else 365) - 256) - 1]
        ledger.root_act("Policy", "setCalendars", [{"year": year, "workdays": words, "source": REASON}])
    waiting = {"name": b"notice_workdays".ljust(32, b"\0"), "value": 4, "source": REASON}
    later = int((center.now + timedelta(days=200)).timestamp())
    ledger.root_act("Policy", "setParameters", [{**waiting, "effectiveFrom": later}])
    # Proposed, and never confirmed.
    ledger.send("Organizations", "propose", to_hex(ledger.contracts.address("Policy")), b"\x01\x02\x03\x04")


def _catalog(center: Center) -> None:
    publication = {
        "provider": SUBJECT.encode(), "expectedVersion": 0, "kind": 1, "share": 1, "open": 1, "level": 2,
        "reason": bytes(32), "localCode": "取水-1".encode(),
        "content": canonical.encode({
            "format": "mulu-entry/1", "source": "s", "title": "取水口", "keywords": ["水"],
            "items": [{"name": "名称", "field": "NAME"}],
        }),
    }  # fmt: skip
    center.send(
        "publisher", "Catalog", "publish", [publication, {**publication, "localCode": b"\xff", "content": b"{"}]
    )
    # Tightened, with a reason.
    stricter = {**publication, "expectedVersion": 1, "share": 2, "reason": REASON}
    center.send("publisher", "Catalog", "publish", [stricter])
    ledger = center.ledger
    ledger.publish(4)
    ledger.retire(4)
    ledger.publish(4)
    ledger.publish(5)
    ledger.retire(5)


def _from_application_to_renewal(center: Center) -> str:
    """Supplemented late, issued, changed, corrected by an interested party, renewed."""
    center.file(1, 2)
    number = last_number(center)
    center.step("acceptor", "requestSupplement", number)
    center.wait(timedelta(days=30))
    center.send("applicant", "Applications", "supplement", [{"number": number.encode(), "version": 1, **said(TITLE)}])
    center.open_notice(number)
    center.issue(number)
    center.send("issuer", "Registry", "assignNationalCodes", [{"number": number.encode(), "code": b"N-1"}])
    center.send("acceptor", "Registry", "assignNationalCodes", [{"number": number.encode(), "code": b"N-2"}])
    center.file(1, number=number, kind=Kind.CHANGE)
    center.open_notice(number, 2)
    center.issue(number, 2)
    application = {
        "number": number.encode(), "expectedVersion": 2, "kind": int(Kind.CORRECTION), "subject": SUBJECT.encode(),
        "registrar": CENTER.encode(), "objection": 0, "evidence": REASON, "entries": [center.entry_id(1)],
        **said("更正"),
    }  # fmt: skip
    center.send("acceptor", "Applications", "file", [application])
    center.step("acceptor", "withdraw", number, 3)
    head = center.ledger.contracts.call("Registry", "head", number.encode())
    center.wait(timedelta(seconds=head["validUntil"] - int(center.now.timestamp()) - 30 * 86_400))
    center.file(1, number=number, kind=Kind.RENEWAL)
    center.open_notice(number, 4)
    center.issue(number, 4)
    return number


def _applications_that_fail(center: Center) -> None:
    """Refused, lapsed, failed in review, failed under notice; settled."""
    center.file(2)
    refused = last_number(center)
    center.step("acceptor", "refuse", refused)
    center.step("applicant", "settle", refused, 1, "Registry")
    center.file(2)
    lapsed = last_number(center)
    center.step("acceptor", "requestSupplement", lapsed)
    center.wait(timedelta(days=30))
    center.step("acceptor", "lapse", lapsed)
    for opened in (False, True):
        center.file(2)
        number = last_number(center)
        if opened:
            center.open_notice(number)
        else:
            center.step("acceptor", "accept", number)
        center.step("reviewer", "failReview", number)


def _objections(center: Center, number: str) -> None:
    """Against a notice, what is in force, an entry; by an organization and by a person."""
    center.file(3)
    noticed = last_number(center)
    center.open_notice(noticed)
    center.object(noticed)
    center.decide("reviewer", "accept", 1)
    center.decide("reviewer", "uphold", 1)
    center.object(number, version=4)
    center.decide("reviewer", "reject", 2)
    center.object(number, version=4)
    center.decide("reviewer", "accept", 3)
    center.decide("reviewer", "dismiss", 3)
    center.object(number, version=4)
    center.wait(timedelta(days=30))
    center.decide("supervisor", "uphold", 4)
    center.file(1, number=number, kind=Kind.CORRECTION, objection=4)
    center.open_notice(number, 5)
    center.issue(number, 5)
    person = {
        "number": bytes(16), "entry": center.entry_id(3), "version": center.ledger.versions[3],
        "commitment": b"\x07" * 32, "evidence": REASON, "ground": REASON,
    }  # fmt: skip
    center.send("acceptor", "Objections", "raise", [person])
    center.wait(timedelta(days=30))
    center.ledger.send("Objections", "accept", [{"objection": 5, "reason": bytes(32)}])
    center.wait(timedelta(days=30))
    center.ledger.send("Objections", "uphold", [{"objection": 5, "reason": REASON}])
    center.ledger.publish(3)
    center.decide("applicant", "settle", 5)
    # Still open at the end.
    center.object(entry=2, version=center.ledger.versions[2])


def _end(center: Center, number: str) -> None:
    """Suspended by registrar and data authority, resumed, revoked with an application open; another one cancelled."""
    center.step("supervisor", "suspend", number, 5, "Registry")
    center.step("supervisor", "resume", number, 5, "Registry")
    meant = {"number": number.encode(), "version": 5, "reason": REASON}
    center.ledger.send("Registry", "suspend", [meant])
    center.ledger.send("Registry", "resume", [meant])
    center.file(1, number=number, kind=Kind.CHANGE)
    center.step("issuer", "revoke", number, 5, "Registry")
    center.step("applicant", "settle", number, 5, "Registry")
    center.file(4)
    cancelled = last_number(center)
    center.open_notice(cancelled)
    center.issue(cancelled)
    center.step("issuer", "cancel", cancelled, 1, "Registry")
    # In force at the end, with an application open.
    center.file(1, 2)
    lasting = last_number(center)
    center.open_notice(lasting)
    center.issue(lasting)
    center.file(2, number=lasting, kind=Kind.CHANGE)
    center.open_notice(lasting, 2)


def _district(center: Center) -> None:
    """Reviewed by a district first: one goes on, one goes back."""
    waiting = {"name": b"district_review_workdays".ljust(32, b"\0"), "value": 5, "source": REASON, "effectiveFrom": 0}
    center.ledger.root_act("Policy", "setParameters", [waiting])
    application = {
        "number": bytes(16), "expectedVersion": 0, "kind": int(Kind.FIRST), "subject": CHILD.encode(),
        "registrar": CENTER.encode(), "objection": 0, "evidence": bytes(32), "entries": [center.entry_id(1)],
        **said("区级"),
    }  # fmt: skip
    center.send("applicant", "Applications", "file", [application, {**application, "content": b"{"}])
    second = last_number(center)
    center.step("district", "returnToApplicant", second)
    first = center.ledger.node.request(
        "eth_getLogs",
        {"address": to_hex(center.ledger.contracts.address("Applications")), "fromBlock": "0x0", "toBlock": "latest"},
    )[-3]["topics"][2][2:34]
    center.step("district", "forward", bytes.fromhex(first).decode())
