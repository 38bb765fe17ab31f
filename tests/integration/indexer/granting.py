"""Grants on the ledger of the tests: who grants, approves and receives; and the chain as oracle."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from ledger.chain.sender import Sender
from ledger.chain.signer import KeySigner
from ledger.indexer.grant_rows import GrantRow, GrantVersionRow
from ledger.model import canonical
from ledger.model.disclosure import Kind as Disclosing
from ledger.model.grant import ALL_ITEMS, Approval, Basis, GrantContent, Kind, Mode, Stage, Status
from ledger.model.ids import entry_id, to_hex
from ledger.model.organization_code import sample_code
from ledger.model.product import Form, unit_bytes
from ledger.model.product import Status as ProductStatus
from ledger.model.roles import OrganizationKind, Role
from ledger.store.mirror import Mirror
from ledger.store.product_queries import DisclosureFilter
from tests.integration.indexer.conftest import AUTHORITY
from tests.integration.indexer.registering import REASON, SUBJECT, Center

SECTOR, IMPLEMENTER, OPERATOR = sample_code(11), sample_code(12), sample_code(13)
DISTRICT, STREET, COMMUNITY, BUREAU = sample_code(14), sample_code(15), sample_code(16), sample_code(17)
PARTIES = {
    SECTOR: (OrganizationKind.SECTOR_AUTHORITY, 119900000000, "行业主管部门"),
    IMPLEMENTER: (OrganizationKind.IMPLEMENTER, 119900000000, "实施机构"),
    OPERATOR: (OrganizationKind.OPERATOR, 119900000000, "运营机构"),
    BUREAU: (OrganizationKind.GOVERNMENT_DEPARTMENT, 119900000000, "市级部门"),
    DISTRICT: (OrganizationKind.GOVERNMENT_DEPARTMENT, 119901000000, "区级部门"),
    STREET: (OrganizationKind.GOVERNMENT_DEPARTMENT, 119901001000, "街道办事处"),
    COMMUNITY: (OrganizationKind.PUBLIC_INSTITUTION, 119901001001, "社区"),
}
AREAS = {code: area for code, (_, area, _) in PARTIES.items()}
ROLES = Role.APPLICANT | Role.GRANTOR | Role.APPROVER | Role.SUPERVISOR | Role.PUBLISHER
GRANT_PARAMETERS = {
    "grant_term_years": 5,
    "operate_approvals": 0b111111,
    "share_approvals": 0b011000,
    "delegation_approvals": 0b011000,
    "export_level": 2,
    "disclosure_month": 3,
}
DAY = 86_400


@dataclass
class Granting(Center):
    """Acts of each organization's account; `SECTOR + "2"` is a second account of the sector authority."""

    parameters: dict[str, int] = field(default_factory=lambda: dict(GRANT_PARAMETERS))

    def found(self) -> None:
        """Adds the parties, their accounts and the policy beside those of the center."""
        super().found()
        ledger = self.ledger
        ledger.root_act(
            "Organizations",
            "addOrganizations",
            [
                {
                    "code": code.encode(), "parent": bytes(18), "kind": int(kind), "area": area,
                    "allowedRoles": int(ROLES), "sectorAuthority": bytes(18),
                    "content": canonical.encode({"format": "mulu-organization/1", "name": name}),
                }
                for code, (kind, area, name) in PARTIES.items()
            ],
        )  # fmt: skip
        allowed = [{"code": code.encode(), "roles": 511} for code in (AUTHORITY, SUBJECT)]
        ledger.root_act("Organizations", "allowRoles", allowed)
        holders = [AUTHORITY, SUBJECT, *PARTIES, SECTOR + "2"]
        accounts = []
        for number, holder in enumerate(holders, 31):
            address = self._enroll(holder, number)
            accounts.append({"account": to_hex(address), "organization": holder[:18].encode(), "roles": int(ROLES)})
        ledger.root_act("Organizations", "addAccounts", accounts[:1])
        ledger.send("Organizations", "addAccounts", accounts[1:])
        self.set_parameters(**self.parameters)

    def _enroll(self, holder: str, number: int) -> bytes:
        from eth_account import Account

        ledger = self.ledger
        signer = KeySigner(Account.from_key(bytes([number]) * 32))
        ledger.node.request("anvil_setBalance", to_hex(signer.address), hex(10**24))
        self.senders[holder] = len(ledger.senders)
        ledger.senders.append(Sender(ledger.contracts, signer))
        return signer.address

    def set_parameters(self, **values: int) -> None:
        start = int(self.now.timestamp()) + 3600
        changes = [
            {"name": name.encode().ljust(32, b"\0"), "value": value, "source": REASON, "effectiveFrom": start}
            for name, value in values.items()
        ]
        self.ledger.root_act("Policy", "setParameters", changes)
        self.wait(timedelta(hours=1))

    @property
    def seconds(self) -> int:
        return int(self.now.timestamp())

    def entry(self, code: str, provider: str = SUBJECT) -> bytes:
        return entry_id(provider, code)

    def publish(
        self, code: str, provider: str = SUBJECT, *, share: int = 1, open: int = 1, level: int = 1, kind: int = 1
    ) -> bytes:
        """Publishes an entry as its next version."""
        id = self.entry(code, provider)
        version = self.ledger.contracts.call("Catalog", "head", id)["version"]
        content = {"format": "mulu-entry/1", "source": "test", "title": f"目录{code}", "items": [{"name": "项"}]}
        publication = {
            "provider": provider.encode(), "expectedVersion": version,
            "kind": kind, "share": share, "open": open, "level": level, "reason": REASON, "localCode": code.encode(),
            "content": canonical.encode(content),
        }  # fmt: skip
        self.send(provider, "Catalog", "publish", [publication])
        return id

    def register(self, *entries: bytes) -> str:
        """A registration of entries of SUBJECT, from application to issue."""
        from tests.integration.indexer.registering import CENTER, TITLE, said

        application = {
            "number": bytes(16), "expectedVersion": 0, "kind": 1, "subject": SUBJECT.encode(),
            "registrar": CENTER.encode(), "objection": 0, "evidence": bytes(32), "entries": sorted(entries),
            **said(TITLE),
        }  # fmt: skip
        before = self._numbers()
        self.send("applicant", "Applications", "file", [application])
        (number,) = self._numbers() - before
        self.open_notice(number)
        self.issue(number)
        return number

    def _numbers(self) -> set[str]:
        from ledger.chain.events import decode, topic_of

        address = to_hex(self.ledger.contracts.address("Applications"))
        topic = to_hex(topic_of("Applications", "ApplicationFiled"))
        wanted = {"fromBlock": "0x0", "toBlock": "latest", "address": address, "topics": [topic]}
        found = set()
        for log in self.ledger.node.request("eth_getLogs", wanted):
            topics = tuple(bytes.fromhex(part[2:]) for part in log["topics"])
            event = decode("Applications", topics, bytes.fromhex(log["data"][2:]))
            found.add(event.fields["number"].decode())
        return found

    # Grants

    def plan(self, grantor: str, grantee: str, **values: Any) -> int:
        """Plans a grant; what is not given is that of a SHARE grant of a year."""
        asked = {
            "kind": Kind.SHARE, "mode": Mode.NONE, "parent": 0, "implementer": bytes(18), "grantee": grantee.encode(),
            "start": self.seconds, "end": self.seconds + 365 * DAY, "area": AREAS.get(grantee, 119900000000),
            "level": 4, "purposes": 6, "delegations": 3,
            "content": GrantContent(title=f"授权给{grantee}").encode(),
        } | values  # fmt: skip
        self.send(grantor, "Plans", "plan", [asked])
        count: int = self.ledger.contracts.call("Grants", "grants")
        return count

    def plan_operation(self, mode: Mode = Mode.SECTOR, **values: Any) -> int:
        """Plans an OPERATE grant of the sector authority to the operator."""
        values = {
            "kind": Kind.OPERATE, "mode": mode, "implementer": IMPLEMENTER.encode(), "purposes": 30, "delegations": 0,
        } | values  # fmt: skip
        return self.plan(SECTOR, OPERATOR, **values)

    def scope(self, grantor: str, grant: int, *entries: bytes, version: int = 1, **values: Any) -> None:
        """Lists entries in the version that they have now."""
        heads = [self.ledger.contracts.call("Catalog", "head", entry) for entry in entries]
        listed = [
            {"entry": entry, "version": head["version"], "operations": 15, "items": ALL_ITEMS} | values
            for entry, head in zip(entries, heads, strict=True)
        ]
        self.send(grantor, "Plans", "scope", grant, version, listed)

    def approve(self, holder: str, grant: int, approval: Approval, version: int = 1, **values: Any) -> None:
        drawn = self.ledger.contracts.call("Grants", "version", grant, version)
        scoped = self.ledger.contracts.call("Grants", "version", grant, drawn["scopeOf"])
        given = {
            "grant": grant, "version": version, "approval": approval, "scopeCount": scoped["scopeCount"],
            "scopeDigest": scoped["scopeDigest"], "provider": bytes(18), "document": b"\x0d" * 32, "date": 0,
        } | values  # fmt: skip
        self.send(holder, "Plans", "approve", [given])

    def consent(self, holder: str, grant: int, version: int = 1) -> None:
        self.approve(holder, grant, Approval.CONSENT, version, provider=holder.encode())

    def approve_operation(self, grant: int, version: int = 1) -> None:
        """All that an OPERATE grant needs, the consent of SUBJECT among it."""
        self.approve(IMPLEMENTER, grant, Approval.IMPLEMENTATION, version)
        self.approve(AUTHORITY, grant, Approval.AUTHORITY, version)
        today = (self.seconds + 8 * 3600) // DAY
        self.approve(SECTOR, grant, Approval.DECISION, version, date=today)
        self.consent(SUBJECT, grant, version)
        self.approve(SECTOR + "2", grant, Approval.SIGNATURE, version)
        self.approve(OPERATOR, grant, Approval.COUNTERSIGNATURE, version)

    def change(self, holder: str, function: str, grant: int, version: int = 1) -> None:
        self.send(holder, "Grants", function, [{"grant": grant, "version": version, "reason": REASON}])


def check_grants(granting: Granting, mirror: Mirror) -> None:
    """Every grant, version, listing, record, procedure and hold stands in the mirror as the contracts say."""
    queries, call = mirror.queries, granting.ledger.contracts.call
    rows = queries.grants(limit=1000, newest_first=False)
    assert [row.grant for row in rows] == list(range(1, call("Grants", "grants") + 1))
    for row in rows:
        _check_grant(call, row)
        known = [call("Grants", "record", row.grant, at) for at in range(call("Grants", "recordCount", row.grant))]
        assert known == [
            {
                "time": _seconds(record.time), "from": _seconds(record.valid_from),
                "until": _seconds(record.valid_until), "version": record.version, "status": Status[record.status],
            }
            for record in queries.grant_records(row.grant)
        ]  # fmt: skip
        versions = queries.grant_versions(row.grant)
        assert [version.version for version in versions] == list(range(1, row.versions + 1))
        for version in versions:
            _check_version(call, version)
            held = _check_scope(call, mirror, version)
            assert held == version.held_count
    for entry in queries.entries(limit=1000):
        holds = len(queries.entry_holds(entry.entry_id)) + len(queries.entry_grant_holds(entry.entry_id))
        holds += queries.entry_product(entry.entry_id) is not None
        assert call("Catalog", "head", entry.entry_id)["holds"] == holds, entry.local_code


def _check_grant(call: Any, row: GrantRow) -> None:
    assert call("Grants", "grant", row.grant) == {
        "grantor": row.grantor.encode(),
        "kind": Kind[row.kind],
        "mode": Mode[row.mode] if row.mode else 0,
        "parent": row.parent or 0,
        "depth": row.depth,
        "implementer": (row.implementer or "").encode().ljust(18, b"\0"),
        "grantee": row.grantee.encode(),
    }
    assert call("Grants", "head", row.grant) == {
        "versions": row.versions,
        "current": row.current or 0,
        "status": Status[row.status] if row.status else 0,
        "suspendedByAuthority": row.suspended_by_authority,
        "from": _seconds(row.valid_from),
        "until": _seconds(row.valid_until),
    }


def _check_version(call: Any, row: GrantVersionRow) -> None:
    assert call("Grants", "version", row.grant, row.version) == {
        "contentDigest": row.content_digest,
        "scopeDigest": row.scope_digest or bytes(32),
        "basis": Basis[row.basis],
        "scopeOf": row.scope_of,
        "scopeCount": row.scope_count,
        "heldCount": row.held_count,
        "open": row.open,
        "terms": {
            "start": _seconds(row.start), "end": _seconds(row.end), "area": row.area, "level": row.level,
            "exportLevel": row.export_level, "purposes": row.purposes, "delegations": row.delegations,
        },
    }  # fmt: skip
    assert call("Plans", "procedure", row.grant, row.version) == {
        "stage": Stage[row.stage],
        "required": row.required,
        "taken": row.taken,
        "consentsMissing": row.consents_missing,
        "agreement": row.agreement or bytes(32),
    }


def _check_scope(call: Any, mirror: Mirror, row: GrantVersionRow) -> int:
    """Compares what a version lists; returns how many entries are held for it."""
    queries, held = mirror.queries, 0
    listed = queries.grant_scope(row.grant, row.version, limit=1000)
    assert [one.position for one in listed] == list(range(row.scope_count))
    for one in listed:
        if one.entry_id is None:
            assert call("Grants", "providerScope", row.grant, row.version, one.provider.encode()) == {
                "provider": one.provider.encode(), "operations": one.operations, "level": one.level,
            }  # fmt: skip
            continue
        holds = {(hold.grant, hold.version) for hold in queries.entry_grant_holds(one.entry_id)}
        is_held = (row.grant, row.version) in holds
        held += is_held
        assert call("Grants", "entryScope", row.grant, row.version, one.entry_id) == {
            "version": one.entry_version, "operations": one.operations, "held": is_held, "items": one.items,
        }  # fmt: skip
    for taken in queries.grant_approvals(row.grant, row.version):
        wanted = (
            call("Plans", "consentOf", row.grant, row.version, taken.provider.encode())
            if taken.provider
            else call("Plans", "approvalOf", row.grant, row.version, Approval[taken.approval])
        )
        assert wanted == {"account": taken.account, "time": _seconds(taken.time)}
    return held


def _seconds(moment: datetime | None) -> int:
    return 0 if moment is None else int(moment.timestamp())


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def check_products(granting: Granting, mirror: Mirror) -> None:
    """Every product, price and disclosure stands in the mirror as the contract says."""
    queries, call = mirror.queries, granting.ledger.contracts.call
    rows = queries.products(limit=1000)
    assert [row.product for row in rows] == list(range(1, call("Products", "products") + 1))
    for row in rows:
        assert call("Products", "product", row.product) == {
            "entry": row.entry_id, "contentDigest": row.content_digest, "operator": row.operator.encode(),
            "grant": row.grant, "form": Form[row.form], "purpose": row.purpose,
            "status": ProductStatus[row.status], "redevelopable": row.redevelopable,
            "suspendedByAuthority": row.suspended_by_authority, "source": row.source or 0, "depth": row.depth,
        }  # fmt: skip
        offered = queries.is_offered(row, granting.now)
        assert call("Products", "isOffered", row.product) == offered
        count = call("Products", "priceCount", row.product)
        assert [call("Products", "priceAt", row.product, at) for at in range(count)] == [
            {
                "time": _seconds(price.time), "ceiling": price.ceiling or 0, "price": price.price or 0,
                "hasCeiling": price.ceiling is not None, "hasPrice": price.price is not None, "trial": price.trial,
                "unit": unit_bytes(price.unit),
            }
            for price in queries.product_prices(row.product)
        ]  # fmt: skip
    for found in queries.disclosures(DisclosureFilter(current=True), limit=1000):
        about = (found.grant, found.year, Disclosing[found.kind])
        assert call("Products", "disclosureVersion", *about) == found.version
        assert call("Products", "disclosure", *about) == (found.content_digest, _seconds(found.time))
