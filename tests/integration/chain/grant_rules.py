"""Transactions that break the rules of grants and plans, one each, and the error that the chain answers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.integration.chain.granting import (
    AUTHORITY,
    AUTHORITY_REVIEW,
    CITY,
    CONSENT,
    COUNTERSIGNATURE,
    DAY,
    DECISION,
    DEPARTMENT,
    DISTRICT,
    IMPLEMENTATION,
    NOBODY,
    OPERATOR,
    REASON,
    RIVAL,
    SECTOR,
    SIGNATURE,
    STREET,
    Granting,
    Transaction,
    set_policy,
)

GRANTOR, SUPERVISOR = f"{SECTOR} GRANTOR", f"{SECTOR} SUPERVISOR"
APPLICANT, RIVAL_APPLICANT = f"{OPERATOR} APPLICANT", f"{RIVAL} APPLICANT"


@dataclass(frozen=True)
class Rule:
    """A transaction that breaks one rule. `values` are those of the error that the test knows."""

    error: str
    what: str
    breaks: Callable[[Granting], Transaction]
    values: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.error}: {self.what}"


def rule(error: str, what: str, breaks: Callable[[Granting], Transaction], **values: Any) -> Rule:
    return Rule(error, what, breaks, values)


def plan(fresh: Callable[[Granting], list[Any]], who: str = GRANTOR) -> Callable[[Granting], Transaction]:
    """Plans a grant that cannot be."""
    return lambda city: (who, "Plans", "plan", [fresh(city)])


def scope(listing: Callable[[Granting], list[Any]], **changes: Any) -> Callable[[Granting], Transaction]:
    """Lists in a new plan what cannot be listed."""
    return lambda city: (GRANTOR, "Plans", "scope", [city.planned(city.new_grant(**changes)), 1, listing(city)])


def approve(approval: int, *before: int, who: str = "", **changes: Any) -> Callable[[Granting], Transaction]:
    """Takes an approval of a plan over entry A, after others, that cannot be taken so."""

    def breaks(city: Granting) -> Transaction:
        number = city.planned(city.new_grant(), "A")
        city.approve(number, *before)
        sender = who or city.approver(number, approval)
        return sender, "Plans", "approve", [city.approval(number, approval, **changes)]

    return breaks


def status(
    function: str, *before: tuple[str, str], who: str = GRANTOR, **changes: Any
) -> Callable[[Granting], Transaction]:
    """A step on a grant in force, after others, that cannot be taken."""

    def breaks(city: Granting) -> Transaction:
        number = city.operated("A")
        for sender, earlier in before:
            city.send(sender, "Grants", earlier, city.step(number))
        return who, "Grants", function, [[city.step(number)[0] | changes]]

    return breaks


def child(who: str = f"{DISTRICT} GRANTOR", **changes: Any) -> Callable[[Granting], Transaction]:
    """Delegates what cannot be delegated."""
    return lambda city: (who, "Plans", "plan", [city.new_child(city.shared("A"), **changes)])


def child_scope(code: str, **changes: Any) -> Callable[[Granting], Transaction]:
    """Lists in a delegation what its parent does not have."""

    def breaks(city: Granting) -> Transaction:
        number = city.planned(city.new_child(city.shared("A", "B")), who=f"{DISTRICT} GRANTOR")
        return f"{DISTRICT} GRANTOR", "Plans", "scope", [number, 1, city.listing(code, **changes)]

    return breaks


def settle(*codes: str, ended: bool, twice: bool = False) -> Callable[[Granting], Transaction]:
    def breaks(city: Granting) -> Transaction:
        number = city.operated("A")
        if ended:
            city.send(GRANTOR, "Grants", "terminate", city.step(number))
        entries = [city.entry(code) for code in codes]
        if twice:
            city.send("stranger", "Grants", "settle", number, 1, entries)
        return "stranger", "Grants", "settle", [number, 1, entries]

    return breaks


def dropped_plan(city: Granting) -> Transaction:
    """Approves an amendment that ended together with its grant."""
    number = city.operated("A")
    amended = {"grant": number, "expectedVersion": 1, "end": city.now + DAY, "area": CITY, "level": 3, "purposes": 8}
    city.send(GRANTOR, "Plans", "amend", [amended | {"delegations": 0, "content": b"{}"}])
    city.send(GRANTOR, "Grants", "revoke", city.step(number))
    return f"{AUTHORITY} APPROVER", "Plans", "approve", [city.approval(number, AUTHORITY_REVIEW)]


def amend_twice(city: Granting) -> Transaction:
    number = city.operated("A")
    renewal = {"grant": number, "expectedVersion": 1, "end": city.now + 3 * 365 * DAY, "content": b"{}"}
    city.send(GRANTOR, "Plans", "renew", [renewal])
    return GRANTOR, "Plans", "renew", [[renewal | {"expectedVersion": 2}]]


def party_suspended(city: Granting) -> Transaction:
    """The last approval after the grantor was suspended."""
    number = city.planned(city.new_grant(), "A")
    city.approve(number, *range(COUNTERSIGNATURE))
    city.send(f"{AUTHORITY} SUPERVISOR", "Organizations", "suspendOrganizations", [SECTOR.encode()], REASON)
    return APPLICANT, "Plans", "approve", [city.approval(number, COUNTERSIGNATURE)]


def renewed_early(city: Granting) -> Transaction:
    number = city.operated("A", start=city.now + DAY)
    renewal = {"grant": number, "expectedVersion": 1, "end": city.now + 3 * 365 * DAY, "content": b"{}"}
    return GRANTOR, "Plans", "renew", [[renewal]]


def bad_policy(city: Granting) -> Transaction:
    set_policy(city, operate_approvals=47)  # without the signature
    return GRANTOR, "Plans", "plan", [city.new_grant()]


def refuse(**changes: Any) -> Callable[[Granting], Transaction]:
    def breaks(city: Granting) -> Transaction:
        number = city.planned(city.new_grant(), "A")
        refusal = {"grant": number, "version": 1, "approval": IMPLEMENTATION, "provider": bytes(18), "reason": REASON}
        return city.approver(number, IMPLEMENTATION), "Plans", "refuse", [[refusal | changes]]

    return breaks


def _reviewed(city: Granting) -> int:
    number = city.planned(city.new_grant(), "A")
    city.approve(number, IMPLEMENTATION)
    return number


def _one_account_for_two(city: Granting) -> Transaction:
    """The data authority lets operate itself: its one APPROVER reviews and decides."""
    who = f"{AUTHORITY} GRANTOR"
    number = city.planned(city.new_grant(), "A", who=who)
    city.approve(number, IMPLEMENTATION, AUTHORITY_REVIEW)
    return f"{AUTHORITY} APPROVER", "Plans", "approve", [city.approval(number, DECISION)]


GRANTS = [
    rule("GrantNothingToDo", "no step", lambda city: (GRANTOR, "Grants", "suspend", [[]])),
    rule("GrantNothingToDo", "no entry", lambda city: ("stranger", "Grants", "settle", [1, 1, []])),
    rule("GrantUnknown", "no such grant", lambda city: (SUPERVISOR, "Grants", "suspend", [city.step(99)]), grant=99),
    rule("GrantVersionConflict", "another version", status("terminate", version=2), expected=2, version=1),
    rule("GrantStatusInvalid", "resumed in force", status("resume", who=SUPERVISOR), status=1),
    rule("GrantStatusInvalid", "closed in force", status("close"), status=1),
    rule("GrantStatusInvalid", "revoked after its end", status("revoke", (GRANTOR, "terminate")), status=3),
    rule("GrantReasonMissing", "suspended without", status("suspend", who=SUPERVISOR, reason=bytes(32))),
    rule("GrantReasonMissing", "refused without", refuse(reason=bytes(32))),
    rule("GrantPartySuspended", "entered for a suspended grantor", party_suspended, organization=SECTOR.encode()),
    rule("GrantNotOpen", "approved after its grant's end", dropped_plan, version=2),
    rule("GrantNotToSettle", "settled in force", settle("A", ended=False), version=1),
    rule("GrantEntryNotHeld", "an entry that is not listed", settle("B", ended=True), version=1),
    rule("GrantEntryNotHeld", "settled twice", settle("A", ended=True, twice=True), version=1),
    rule("GrantScopeRepeated", "an entry listed twice", scope(lambda city: city.listing("A", "A")), version=1),
    rule("GrantScopeNotCovered", "an entry that does not exist", scope(lambda city: city.listing("Z")), reason=4),
    rule("GrantScopeNotCovered", "a version to come", scope(lambda city: city.listing("A", version=2)), reason=4),
    rule("GrantScopeNotCovered", "above the level", scope(lambda city: city.listing("A"), level=1), reason=5),
    rule("GrantScopeNotCovered", "export of high level", scope(lambda city: city.listing("C")), reason=5),
    rule("GrantScopeNotCovered", "not registered", scope(lambda city: city.listing("D")), reason=6),
    rule("GrantScopeOutsideParent", "an entry of its own", child_scope("C", operations=1)),
    rule("GrantsUnauthorized", "drawn up by hand", lambda city: (GRANTOR, "Grants", "enter", [1, 1])),
    rule("GrantsUnauthorized", "dropped by hand", lambda city: (GRANTOR, "Grants", "drop", [1, 1])),
    rule("GrantsUnauthorized", "listed by hand", lambda city: (GRANTOR, "Grants", "list", [1, 1, city.listing("A")])),
]

PLANS = [
    rule("PlansNothingToDo", "no plan", lambda city: (GRANTOR, "Plans", "plan", [[]])),
    rule("PlansNothingToDo", "no entry", lambda city: (GRANTOR, "Plans", "scope", [1, 1, []])),
    rule("PlanKindInvalid", "no kind", plan(lambda city: city.new_grant(kind=0)), kind=0),
    rule("PlanKindInvalid", "OPERATE is not delegable", plan(lambda city: city.new_grant(parent=1)), kind=1),
    rule("PlanKindInvalid", "OPERATE without implementer", plan(lambda city: city.new_grant(implementer=bytes(18)))),
    rule("PlanKindInvalid", "SHARE with a mode", plan(lambda city: city.new_share(mode=1)), mode=1),
    rule("PlanPartyInvalid", "an unknown grantee", plan(lambda city: city.new_grant(grantee=NOBODY.encode()))),
    rule("PlanPartyInvalid", "a unit operates", plan(lambda city: city.new_grant(grantee=DEPARTMENT.encode()))),
    rule("PlanPartyInvalid", "an operator implements", plan(lambda city: city.new_grant(implementer=RIVAL.encode()))),
    rule("PlanPartyInvalid", "an operator shares", plan(lambda city: city.new_share(grantee=OPERATOR.encode()))),
    rule(
        "PlanPartyInvalid",
        "a department lets operate",
        plan(lambda city: city.new_grant(), who=f"{DEPARTMENT} GRANTOR"),
        organization=DEPARTMENT.encode(),
    ),
    rule("PlanContentEmpty", "no content", plan(lambda city: city.new_grant(content=b"")), item=0),
    rule("PlanTermInvalid", "six years", plan(lambda city: city.new_grant(end=city.now + 6 * 366 * DAY))),
    rule("PlanTermInvalid", "an empty term", plan(lambda city: city.new_grant(end=city.now))),
    rule("PlanTermInvalid", "renewed before it begins", renewed_early, item=0),
    rule("PlanTermInvalid", "longer than the parent", child(end=2**40)),
    rule("PlanTermsInvalid", "no level", plan(lambda city: city.new_grant(level=0)), level=0),
    rule("PlanTermsInvalid", "level 5", plan(lambda city: city.new_grant(level=5)), level=5),
    rule("PlanTermsInvalid", "operating for duty", plan(lambda city: city.new_grant(purposes=1)), purposes=1),
    rule("PlanTermsInvalid", "sharing for industry", plan(lambda city: city.new_share(purposes=8)), purposes=8),
    rule("PlanTermsInvalid", "OPERATE delegates", plan(lambda city: city.new_grant(delegations=1)), delegations=1),
    rule("PlanTermsInvalid", "more purposes than the parent", child(purposes=3), purposes=3),
    rule("PlanTermsInvalid", "a higher level than the parent", child(level=4), level=4),
    rule("PlanTermsInvalid", "as many delegations as the parent", child(delegations=1), delegations=1),
    rule("PlanAreaInvalid", "no area", plan(lambda city: city.new_grant(area=0)), area=0),
    rule("PlanAreaInvalid", "outside the parent's", child(area=310000000000), parentArea=CITY),
    rule("PlanAreaInvalid", "as wide as the parent's", child(area=CITY), area=CITY),
    rule("PlanParentInvalid", "somebody else's", child(who=f"{STREET} GRANTOR")),
    rule(
        "PlanParentInvalid",
        "delegated no further",
        lambda city: (
            f"{DISTRICT} GRANTOR",
            "Plans",
            "plan",
            [city.new_child(city.shared("A", delegations=0))],
        ),
    ),
    rule("PlanApprovalsInvalid", "a policy without signature", bad_policy, value=47),
    rule("PlanStageInvalid", "a second version in the making", amend_twice, version=2),
    rule(
        "PlanStageInvalid",
        "scope after the first approval",
        lambda city: (GRANTOR, "Plans", "scope", [_reviewed(city), 1, city.listing("B")]),
        stage=2,
    ),
    rule(
        "PlanScopeKindInvalid",
        "entries of an overall grant",
        scope(lambda city: city.listing("A"), mode=1),
        version=1,
    ),
    rule("PlanScopeInvalid", "no operation", scope(lambda city: city.listing("A", operations=0))),
    rule("PlanScopeInvalid", "an unknown operation", scope(lambda city: city.listing("A", operations=16))),
    rule("PlanScopeInvalid", "no item", scope(lambda city: city.listing("A", items=0))),
    rule(
        "PlanScopeInvalid",
        "an unknown provider",
        lambda city: (
            GRANTOR,
            "Plans",
            "scopeProviders",
            [city.planned(city.new_grant(mode=1)), 1, [{"provider": NOBODY.encode(), "operations": 1, "level": 1}]],
        ),
    ),
    rule("PlanScopeChanged", "another count", approve(IMPLEMENTATION, scopeCount=2), scopeCount=1),
    rule("PlanScopeChanged", "another digest", approve(IMPLEMENTATION, scopeDigest=REASON), scopeCount=1),
    rule("PlanApprovalInvalid", "out of order", approve(SIGNATURE), approval=SIGNATURE, taken=0),
    rule("PlanApprovalInvalid", "taken twice", approve(IMPLEMENTATION, IMPLEMENTATION), taken=1),
    rule("PlanAccountRepeated", "one account for two", lambda city: _one_account_for_two(city)),
    rule("PlanConsentInvalid", "given twice", approve(CONSENT, CONSENT), provider=DEPARTMENT.encode()),
    rule(
        "PlanConsentInvalid",
        "of nobody who is asked",
        approve(CONSENT, who=f"{STREET} GRANTOR", provider=STREET.encode()),
        provider=STREET.encode(),
    ),
    rule("PlanConsentInvalid", "without a provider", approve(CONSENT, provider=bytes(18))),
    rule("PlanDocumentInvalid", "no document", approve(IMPLEMENTATION, document=bytes(32)), document=bytes(32)),
    rule(
        "PlanDocumentInvalid",
        "another agreement",
        approve(COUNTERSIGNATURE, 0, 1, 2, 3, 4, document=b"\x06" * 32),
        document=b"\x06" * 32,
    ),
    rule("PlanDateInvalid", "no day of the decision", approve(DECISION, 0, 1, date=0), date=0),
    rule("PlanDateInvalid", "a decision to come", approve(DECISION, 0, 1, date=40_000), date=40_000),
    rule("PlanDateInvalid", "a day of no decision", approve(IMPLEMENTATION, date=20_000), date=20_000),
]
