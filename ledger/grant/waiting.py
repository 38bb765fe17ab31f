"""What waits for whom: approvals of open versions, and scopes to be released. Asked of the chain alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ledger.errors import Rejected
from ledger.grant.reader import GrantReader
from ledger.grant.records import Head, Identity, Procedure, Version
from ledger.model.grant import Approval, Stage, Status
from ledger.model.ids import EntryId
from ledger.model.message import Message

_ENDED: Final = (Status.TERMINATED, Status.REVOKED, Status.EXITED, Status.CLOSED)


@dataclass(frozen=True, slots=True)
class Candidate:
    """The last version drawn up of a grant, and how far it came."""

    number: int
    identity: Identity
    version_number: int
    version: Version
    procedure: Procedure
    scope_count: int
    """Of the version whose scope counts."""

    @property
    def is_open(self) -> bool:
        """Whether it is neither in force nor dropped yet."""
        return self.procedure.stage in (Stage.PLAN, Stage.REVIEW)

    def is_due(self, approval: Approval) -> bool:
        """Whether an approval is the next one, by the order that the contract keeps."""
        missing = self.procedure.missing
        if not self.is_open or approval not in missing or not self.scope_count:
            return False
        if approval is Approval.CONSENT:
            return True
        before = [one for one in missing if one < approval]
        return not before if approval >= Approval.SIGNATURE else before in ([], [Approval.CONSENT])

    def standing(self) -> Message:
        """How it stands, where an approval is not open to it."""
        if not self.is_open:
            return Message(f"stage {self.procedure.stage.name}", f"阶段 {self.procedure.stage.name}")
        if not self.scope_count:
            return Message("no scope is listed yet", "尚未列入授权范围")
        names = ", ".join(one.name for one in self.procedure.missing)
        return Message(f"waits for {names}", f"待办：{names}")


def candidates(reader: GrantReader, numbers: Sequence[int]) -> list[Candidate]:
    """The last version of each grant, in few round trips. Raises NotFound."""
    heads = reader.heads(numbers)
    pairs = [(number, head.versions) for number, head in zip(numbers, heads, strict=True)]
    versions = reader.versions(pairs)
    counting = reader.versions([(number, version.scope_of) for number, version in zip(numbers, versions, strict=True)])
    joined = zip(numbers, reader.identities(numbers), pairs, versions, reader.procedures(pairs), counting, strict=True)
    return [
        Candidate(number, identity, pair[1], version, procedure, counts.scope_count)
        for number, identity, pair, version, procedure, counts in joined
    ]


def every(reader: GrantReader, parent: int | None = None) -> list[int]:
    """All numbers, or those of the children of a grant."""
    numbers = list(range(1, reader.count() + 1))
    if parent is None:
        return numbers
    identities = reader.identities(numbers)
    return [number for number, identity in zip(numbers, identities, strict=True) if identity.parent == parent]


def entitled(candidate: Candidate, approval: Approval, organization: str, data_authority: str) -> bool:
    """Whether an organization is the one that takes an approval; consents are asked of the contract instead."""
    identity = candidate.identity
    takes = {
        Approval.IMPLEMENTATION: identity.implementer,
        Approval.AUTHORITY: data_authority,
        Approval.DECISION: identity.grantor,
        Approval.SIGNATURE: identity.grantor,
        Approval.COUNTERSIGNATURE: identity.grantee,
    }
    return takes.get(approval) == organization


def signature_of(identity: Identity, procedure: Procedure, organization: str) -> Approval:
    """Which signature an organization gives. Raises Rejected when it gives none."""
    if organization == identity.grantor and not (
        organization == identity.grantee and procedure.taken & Approval.SIGNATURE.bit
    ):
        return Approval.SIGNATURE
    if organization == identity.grantee:
        return Approval.COUNTERSIGNATURE
    raise Rejected(
        f"the account's organization {organization} is neither the grantor {identity.grantor} "
        f"nor the grantee {identity.grantee}: neither signs"
    )


@dataclass(frozen=True, slots=True)
class Due:
    """Entries that a scope which no longer counts still holds."""

    number: int
    version: int
    entries: tuple[EntryId, ...]


def to_settle(reader: GrantReader, numbers: Sequence[int], now: int) -> list[Due]:
    """What can be settled of some grants at a time, Unix seconds."""
    heads = dict(zip(numbers, reader.heads(numbers), strict=True))
    pairs = [(number, version) for number, head in heads.items() for version in range(1, head.versions + 1)]
    versions = dict(zip(pairs, reader.versions(pairs), strict=True))
    found = []
    for (number, version), drawn in versions.items():
        head = heads[number]
        current = versions[number, head.current].scope_of if head.current else 0
        if drawn.held_count and _is_over(head, drawn, current == version, now):
            found.append(Due(number, version, tuple(reader.held(number, version))))
    return found


def _is_over(head: Head, drawn: Version, counts: bool, now: int) -> bool:
    """Whether the scope that a version lists no longer counts, as `Grants.settle` asks.

    Args:
        counts: whether it is the scope of the version in force.
    """
    if head.status in _ENDED or (head.status is not Status.NONE and now >= head.end):
        return True
    return now >= drawn.terms.end if drawn.open else not counts
