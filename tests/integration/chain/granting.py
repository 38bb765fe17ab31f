"""A small city whose people send raw transactions: nothing stands between them and the contracts."""

import time
from dataclasses import dataclass, field
from typing import Any

from ledger.chain import abi
from ledger.chain.contracts import Contracts
from ledger.chain.deploy import Founding, admission, deploy
from ledger.chain.proposals import propose_action
from ledger.chain.rpc import Node
from ledger.chain.sender import Call, Sender
from ledger.chain.signer import KeySigner, Signer
from ledger.model.ids import to_hex
from ledger.model.organization_code import sample_code
from ledger.model.roles import OrganizationKind, Role

CITY, DISTRICT_AREA, STREET_AREA = 119900000000, 119901000000, 119901001000
AUTHORITY, SECTOR, DEPARTMENT, DISTRICT, STREET, CENTER, IMPLEMENTER, OPERATOR, RIVAL = map(sample_code, range(9))
NOBODY = sample_code(99)
ORGANIZATIONS = (
    (SECTOR, OrganizationKind.SECTOR_AUTHORITY, CITY),
    (DEPARTMENT, OrganizationKind.GOVERNMENT_DEPARTMENT, CITY),
    (DISTRICT, OrganizationKind.DISTRICT_AUTHORITY, DISTRICT_AREA),
    (STREET, OrganizationKind.GOVERNMENT_DEPARTMENT, STREET_AREA),
    (CENTER, OrganizationKind.REGISTRAR, CITY),
    (IMPLEMENTER, OrganizationKind.IMPLEMENTER, CITY),
    (OPERATOR, OrganizationKind.OPERATOR, CITY),
    (RIVAL, OrganizationKind.OPERATOR, CITY),
)
PARAMETERS = {
    "district_review_workdays": 0, "acceptance_workdays": 3, "supplement_workdays": 5, "review_workdays": 10,
    "notice_workdays": 1, "validity_years": 3, "renewal_window_days": 60, "objection_forward_workdays": 2,
    "objection_verify_workdays": 5, "grant_term_years": 5, "operate_approvals": 63, "share_approvals": 24,
    "delegation_approvals": 24, "export_level": 2, "disclosure_month": 3,
}  # fmt: skip
EVERYTHING, WHOLE = 15, 2**208 - 1
REASON = b"\x05" * 32
DAY = 86_400
# More than any act here uses: a transaction that is refused is refused on chain, not by an estimate.
GAS = 5_000_000
INCLUSION_SECONDS = 30
AUTHORITY_ROLES = Role.ADMIN | Role.PUBLISHER | Role.SUPERVISOR | Role.APPROVER | Role.GRANTOR
ROLES = (Role.PUBLISHER, Role.APPLICANT, Role.GRANTOR, Role.APPROVER, Role.SUPERVISOR)
CLERKS = (Role.ACCEPTOR, Role.REVIEWER, Role.ISSUER)

IMPLEMENTATION, AUTHORITY_REVIEW, DECISION, CONSENT, SIGNATURE, COUNTERSIGNATURE = range(6)

Transaction = tuple[str, str, str, list[Any]]
"""Who sends it (an organization's code and a role's name, or `stranger`), contract, function, arguments."""


@dataclass
class Granting:
    """A deployed ledger, an account for each role of each organization, and what a rule needs to be broken."""

    node: Node
    contracts: Contracts
    authority: list[Sender]
    signers: dict[str, Signer] = field(default_factory=dict)

    @property
    def now(self) -> int:
        return int(self.node.request("eth_getBlockByNumber", "latest", False)["timestamp"], 16)

    def wait_until(self, moment: int) -> None:
        """The next block is of that time."""
        self.node.request("evm_setNextBlockTimestamp", hex(moment))
        self.node.request("evm_mine")

    def call(self, contract: str, function: str, *arguments: Any) -> Any:
        return self.contracts.call(contract, function, *arguments)

    def entry(self, code: str, provider: str = DEPARTMENT) -> bytes:
        id: bytes = self.call("Catalog", "idOf", provider.encode(), code.encode())
        return id

    # Transactions

    def raw(self, who: str, contract: str, function: str, *arguments: Any) -> dict[str, Any]:
        """Signs and sends one transaction by itself and returns its receipt, whatever became of it."""
        signer = self.signers[who]
        transaction = {
            "nonce": int(self.node.request("eth_getTransactionCount", to_hex(signer.address), "latest"), 16),
            "gasPrice": int(self.node.request("eth_gasPrice"), 16),
            "gas": GAS,
            "value": 0,
            "data": abi.encode_call(contract, function, *arguments),
            "chainId": self.contracts.deployment.chain_id,
            "to": self.contracts.address(contract),
        }
        raw, _ = signer.sign(transaction)
        digest = self.node.request("eth_sendRawTransaction", to_hex(raw))
        deadline = time.monotonic() + INCLUSION_SECONDS
        while (receipt := self.node.request("eth_getTransactionReceipt", digest)) is None:
            assert time.monotonic() < deadline, f"not included within {INCLUSION_SECONDS} s"
            time.sleep(0.005)
        included: dict[str, Any] = receipt
        return included

    def send(self, who: str, contract: str, function: str, *arguments: Any) -> dict[str, Any]:
        receipt = self.raw(who, contract, function, *arguments)
        assert receipt["status"] == "0x1", self.why(receipt)
        return receipt

    def why(self, receipt: dict[str, Any]) -> abi.ContractError | None:
        """The error with which the chain refused the transaction, as it stands in its trace."""
        trace = self.node.request("debug_traceTransaction", receipt["transactionHash"], {"tracer": "callTracer"})
        return abi.decode_error(bytes.fromhex(trace.get("output", "0x")[2:]))

    # Grants

    def new_grant(self, **changes: Any) -> list[Any]:
        """An OPERATE grant that no guard refuses."""
        fresh = {
            "kind": 1, "mode": 3, "parent": 0, "implementer": IMPLEMENTER.encode(), "grantee": OPERATOR.encode(),
            "start": self.now, "end": self.now + 2 * 365 * DAY, "area": CITY, "level": 3, "purposes": 4 | 8,
            "delegations": 0, "content": b"{}",
        }  # fmt: skip
        return [fresh | changes]

    def new_share(self, **changes: Any) -> list[Any]:
        """A SHARE grant to the district that no guard refuses."""
        shared = {"kind": 2, "mode": 0, "implementer": bytes(18), "grantee": DISTRICT.encode(), "purposes": 1}
        return self.new_grant(**(shared | {"delegations": 1} | changes))

    def new_child(self, parent: int, **changes: Any) -> list[Any]:
        """A delegation to the street that no guard refuses."""
        end = self.call("Grants", "head", parent)["until"]
        child = {"parent": parent, "grantee": STREET.encode(), "area": DISTRICT_AREA, "delegations": 0, "end": end}
        return self.new_share(**(child | changes))

    def listing(self, *codes: str, **changes: Any) -> list[Any]:
        one = {"version": 1, "operations": EVERYTHING, "items": WHOLE} | changes
        return [{"entry": self.entry(code), **one} for code in codes]

    def planned(self, fresh: list[Any], *codes: str, who: str = f"{SECTOR} GRANTOR") -> int:
        """A plan whose scope lists entries."""
        self.send(who, "Plans", "plan", fresh)
        number: int = self.call("Grants", "grants")
        if codes:
            self.send(who, "Plans", "scope", number, 1, self.listing(*codes))
        return number

    def approval(self, number: int, approval: int, **changes: Any) -> list[Any]:
        """An approval of a grant's last version that its document and scope do not hinder."""
        last = self.call("Grants", "head", number)["versions"]
        scoped = self.call("Grants", "version", number, last)
        given = {
            "grant": number, "version": last, "approval": approval, "scopeCount": scoped["scopeCount"],
            "scopeDigest": scoped["scopeDigest"], "document": REASON,
            "provider": DEPARTMENT.encode() if approval == CONSENT else bytes(18),
            "date": self.now // DAY if approval == DECISION else 0,
        }  # fmt: skip
        return [given | changes]

    def approver(self, number: int, approval: int) -> str:
        granted = self.call("Grants", "grant", number)
        grantor, grantee = granted["grantor"].decode(), granted["grantee"].decode()
        return {
            IMPLEMENTATION: f"{IMPLEMENTER} APPROVER",
            AUTHORITY_REVIEW: f"{AUTHORITY} APPROVER",
            DECISION: f"{grantor} APPROVER",
            CONSENT: f"{DEPARTMENT} GRANTOR",
            SIGNATURE: f"{grantor} GRANTOR",
            COUNTERSIGNATURE: f"{grantee} APPLICANT",
        }[approval]

    def approve(self, number: int, *approvals: int) -> None:
        for approval in approvals:
            self.send(self.approver(number, approval), "Plans", "approve", self.approval(number, approval))

    def operated(self, *codes: str, **changes: Any) -> int:
        """An OPERATE grant in force."""
        number = self.planned(self.new_grant(**changes), *codes)
        self.approve(number, *range(6))
        return number

    def shared(self, *codes: str, **changes: Any) -> int:
        """A SHARE grant in force."""
        number = self.planned(self.new_share(**changes), *codes)
        self.approve(number, CONSENT, SIGNATURE)
        return number

    def step(self, number: int, version: int = 1, reason: bytes = REASON) -> list[Any]:
        return [{"grant": number, "version": version, "reason": reason}]

    # Products

    def new_product(self, grant: int, **changes: Any) -> list[Any]:
        """A product of the operator's that no guard refuses."""
        fresh = {
            "grant": grant, "source": 0, "entry": self.entry("P", OPERATOR), "form": 2, "purpose": 8,
            "redevelopable": True, "inputs": [self.entry("A")], "content": b"{}",
        }  # fmt: skip
        return [fresh | changes]

    def listed(self, grant: int, **changes: Any) -> int:
        """A product on offer."""
        self.send(f"{OPERATOR} APPLICANT", "Products", "add", self.new_product(grant, **changes))
        number: int = self.call("Products", "products")
        return number


def found(url: str) -> Granting:
    """Deploys a ledger, adds organizations, accounts, policy and entries, and registers all but entry `D`."""
    node = Node(url)
    admins = [_signer(node, number) for number in (1, 2)]
    founding = Founding(
        AUTHORITY, "数据管理局", CITY, (1 << 9) - 1, tuple((one.address, int(AUTHORITY_ROLES)) for one in admins)
    )
    deployment = deploy(node, admins[0], founding)
    contracts = Contracts(node, deployment)
    city = Granting(node, contracts, [Sender(contracts, one) for one in admins])
    _root(city, *admission(deployment))
    for role in ("APPROVER", "SUPERVISOR", "GRANTOR"):
        city.signers[f"{AUTHORITY} {role}"] = admins[0]
    city.signers["stranger"] = _signer(node, 250)
    _populate(city)
    _publish(city)
    _register(city)
    return city


def _populate(city: Granting) -> None:
    every = int(sum(ROLES) + sum(CLERKS))
    added = [
        {
            "code": code.encode(), "parent": bytes(18), "kind": int(kind), "area": area, "allowedRoles": every,
            "sectorAuthority": bytes(18), "content": b"{}",
        }
        for code, kind, area in ORGANIZATIONS
    ]  # fmt: skip
    address = city.contracts.address("Organizations")
    _root(city, address, abi.encode_call("IRootActs", "addOrganizations", added))
    accounts = []
    for code, _, _ in ORGANIZATIONS:
        for role in (*ROLES, *(CLERKS if code == CENTER else ())):
            signer = _signer(city.node, 10 + len(accounts))
            city.signers[f"{code} {role.name}"] = signer
            accounts.append({"account": to_hex(signer.address), "organization": code.encode(), "roles": int(role)})
    data = abi.encode_call("Organizations", "addAccounts", accounts)
    city.authority[0].send([Call(address, data)])
    set_policy(city, **PARAMETERS)


def set_policy(city: Granting, **values: int) -> None:
    parameters = [
        {"name": name.encode().ljust(32, b"\0"), "value": value, "source": REASON, "effectiveFrom": 0}
        for name, value in values.items()
    ]
    _root(city, city.contracts.address("Policy"), abi.encode_call("IRootActs", "setParameters", parameters))


def publication(provider: str, code: str, **changes: Any) -> dict[str, Any]:
    fresh = {
        "provider": provider.encode(), "expectedVersion": 0, "kind": 1, "share": 1, "open": 2, "level": 2,
        "reason": bytes(32), "localCode": code.encode(), "content": b"{}",
    }  # fmt: skip
    return fresh | changes


def _publish(city: Granting) -> None:
    resources = [publication(DEPARTMENT, code) for code in "ABD"] + [publication(DEPARTMENT, "C", level=3)]
    city.send(f"{DEPARTMENT} PUBLISHER", "Catalog", "publish", resources)
    for operator, codes in ((OPERATOR, "PQ"), (RIVAL, "R")):
        offers = [publication(operator, code, kind=2) for code in codes]
        city.send(f"{operator} PUBLISHER", "Catalog", "publish", offers)


def _register(city: Granting) -> None:
    application = {
        "number": bytes(16), "expectedVersion": 0, "kind": 1, "subject": DEPARTMENT.encode(),
        "registrar": CENTER.encode(), "objection": 0, "evidence": bytes(32),
        "entries": sorted(city.entry(code) for code in "ABC"), "content": b"{}", "fields": [b"\x0f" * 32],
    }  # fmt: skip
    filed = city.send(f"{DEPARTMENT} APPLICANT", "Applications", "file", [application])
    number = bytes.fromhex(filed["logs"][0]["topics"][2][2:34])
    steps = [{"number": number, "version": 1, "reason": REASON}]
    city.send(f"{CENTER} ACCEPTOR", "Applications", "accept", steps)
    city.send(f"{CENTER} REVIEWER", "Applications", "passReview", steps)
    city.send(f"{CENTER} REVIEWER", "Applications", "openNotice", steps)
    city.wait_until(city.call("Registry", "version", number, 1)["noticeEnd"])
    city.send(f"{CENTER} ISSUER", "Registry", "issue", steps)


def _root(city: Granting, target: bytes, action: bytes) -> None:
    number, _ = propose_action(city.contracts, city.authority[0], target, action)
    data = abi.encode_call("Organizations", "confirm", number, to_hex(target), action)
    city.authority[1].send([Call(city.contracts.address("Organizations"), data)])


def _signer(node: Node, number: int) -> Signer:
    from eth_account import Account

    signer = KeySigner(Account.from_key(bytes([number]) * 32))
    node.request("anvil_setBalance", to_hex(signer.address), hex(10**24))
    return signer
