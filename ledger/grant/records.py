"""Grants, versions and scopes as the contracts have them (`IGrants`, `IPlans`)."""

import hashlib
from dataclasses import dataclass
from typing import Any, Final

from ledger.model.grant import Approval, Basis, Kind, Mode, Stage, Status
from ledger.model.ids import EntryId

_ENTRY_TYPE: Final = "(bytes32,uint32,uint8,uint208)"
_PROVIDER_TYPE: Final = "(bytes18,uint8,uint8)"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a version grants, apart from its scope (`IGrants.Terms`). Times are Unix seconds."""

    start: int
    end: int
    area: int
    level: int
    purposes: int
    delegations: int


@dataclass(frozen=True, slots=True)
class Identity:
    """Who and what for; the same for all versions (`IGrants.Grant`). Codes are those of organizations."""

    grantor: str
    kind: Kind
    mode: Mode
    parent: int
    depth: int
    implementer: str
    """Empty for SHARE."""
    grantee: str


@dataclass(frozen=True, slots=True)
class Head:
    """A grant (`IGrants.Head`). Times are Unix seconds."""

    versions: int
    current: int
    status: Status
    suspended_by_authority: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Version:
    """One version (`IGrants.Version`)."""

    content_digest: bytes
    scope_digest: bytes
    basis: Basis
    scope_of: int
    scope_count: int
    held_count: int
    open: bool
    terms: Terms
    export_level: int


@dataclass(frozen=True, slots=True)
class Procedure:
    """How far a version came (`IPlans.Plan`)."""

    stage: Stage
    required: int
    taken: int
    consents_missing: int
    agreement: bytes

    @property
    def missing(self) -> list[Approval]:
        """The approvals that it still needs, in their order."""
        return [approval for approval in Approval if self.required & ~self.taken & approval.bit]


@dataclass(frozen=True, slots=True)
class EntryScope:
    """What is granted of one entry (`IGrants.EntryScope`); bit i of `items` is item i, from 0."""

    entry: EntryId
    version: int
    operations: int
    items: int

    def to_call(self) -> tuple[Any, ...]:
        """The contract's struct."""
        return (self.entry, self.version, self.operations, self.items)


@dataclass(frozen=True, slots=True)
class ProviderScope:
    """What is granted of all that a provider publishes (`IGrants.ProviderScope`)."""

    provider: str
    operations: int
    level: int

    def to_call(self) -> tuple[Any, ...]:
        """The contract's struct."""
        return (self.provider.encode("ascii"), self.operations, self.level)


@dataclass(frozen=True, slots=True)
class Scope:
    """All that was listed for a version, in order; entries, or providers of an OVERALL grant."""

    entries: tuple[EntryScope, ...] = ()
    providers: tuple[ProviderScope, ...] = ()

    @property
    def count(self) -> int:
        """How many entries or providers."""
        return len(self.entries) + len(self.providers)

    @property
    def digest(self) -> bytes:
        """Its digest, 32 bytes: from 0, SHA-256(digest before ‖ abi.encode(element)), element by element."""
        from eth_abi.abi import encode

        digest = bytes(32)
        for kind, elements in ((_ENTRY_TYPE, self.entries), (_PROVIDER_TYPE, self.providers)):
            for element in elements:
                digest = hashlib.sha256(digest + encode([kind], [element.to_call()])).digest()
        return digest
