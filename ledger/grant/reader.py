"""What the chain says of grants, asked of the contracts themselves and of their acts. Nothing is taken from a mirror.

What an approver signs names the count and the digest of a scope. Both are recomputed here from the listing acts, so
that what is shown is what is signed.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

from ledger.chain.acts import acts_of
from ledger.chain.contracts import Contracts
from ledger.chain.events import DecodedEvent
from ledger.errors import Inconsistent, Malformed, NotFound
from ledger.grant.records import EntryScope, Head, Identity, Procedure, ProviderScope, Scope, Terms, Version
from ledger.model.grant import Basis, GrantContent, Kind, Mode, Stage, Status
from ledger.model.ids import EntryId, to_hex


class GrantReader:
    """Asks one node."""

    def __init__(self, contracts: Contracts) -> None:
        self.contracts = contracts

    def count(self) -> int:
        """Grants known so far; they count from 1."""
        count: int = self.contracts.call("Grants", "grants")
        return count

    def identity(self, number: int) -> Identity:
        """Who and what for. Raises NotFound."""
        return self.identities([number])[0]

    def identities(self, numbers: Sequence[int]) -> list[Identity]:
        """As `identity`, for many in few round trips."""
        return [
            _identity(number, raw)
            for number, raw in zip(numbers, self._each("grant", [(n,) for n in numbers]), strict=True)
        ]

    def head(self, number: int) -> Head:
        """The grant's head. Raises NotFound."""
        return self.heads([number])[0]

    def heads(self, numbers: Sequence[int]) -> list[Head]:
        """As `head`, for many in few round trips."""
        found = []
        for number, raw in zip(numbers, self._each("head", [(n,) for n in numbers]), strict=True):
            if not raw["versions"]:
                raise _unknown(number)
            status = Status(raw["status"])
            authority = raw["suspendedByAuthority"]
            found.append(Head(raw["versions"], raw["current"], status, authority, raw["from"], raw["until"]))
        return found

    def version(self, number: int, version: int) -> Version:
        """One version, from 1. Raises NotFound."""
        return self.versions([(number, version)])[0]

    def versions(self, wanted: Sequence[tuple[int, int]]) -> list[Version]:
        """As `version`, for many in few round trips."""
        found = []
        for (number, version), raw in zip(wanted, self._each("version", wanted), strict=True):
            if not raw["basis"]:
                raise NotFound(f"grant {number} has no version {version}")
            terms = raw["terms"]
            found.append(
                Version(
                    content_digest=raw["contentDigest"],
                    scope_digest=raw["scopeDigest"],
                    basis=Basis(raw["basis"]),
                    scope_of=raw["scopeOf"],
                    scope_count=raw["scopeCount"],
                    held_count=raw["heldCount"],
                    open=raw["open"],
                    terms=_terms(terms),
                    export_level=terms["exportLevel"],
                )
            )
        return found

    def procedure(self, number: int, version: int) -> Procedure:
        """How far a version came. Raises NotFound."""
        return self.procedures([(number, version)])[0]

    def procedures(self, wanted: Sequence[tuple[int, int]]) -> list[Procedure]:
        """As `procedure`, for many in few round trips."""
        found = []
        for (number, version), raw in zip(wanted, self._each("procedure", wanted, "Plans"), strict=True):
            if not raw["stage"]:
                raise NotFound(f"grant {number} has no version {version}")
            stage = Stage(raw["stage"])
            missing = raw["consentsMissing"]
            found.append(Procedure(stage, raw["required"], raw["taken"], missing, raw["agreement"]))
        return found

    def consented(self, number: int, version: int, provider: str) -> bool:
        """Whether a provider has consented to a version."""
        taken = self.contracts.call("Plans", "consentOf", number, version, provider.encode("ascii"))
        return any(taken["account"])

    def acts_for(self, organization: str, providers: Sequence[str]) -> list[bool]:
        """Whether an organization may act for each provider now (`IOrganizations.actsFor`)."""
        own = organization.encode("ascii")
        asked = [(own, provider.encode("ascii")) for provider in providers]
        return self.contracts.call_each("Organizations", "actsFor", asked)

    def providers(self, entries: Sequence[EntryId]) -> dict[EntryId, str]:
        """The providers of entries, as the catalog contract has them."""
        heads = self.contracts.call_each("Catalog", "head", [(entry,) for entry in entries])
        return {entry: _code(head["provider"]) for entry, head in zip(entries, heads, strict=True)}

    def data_authority(self) -> str:
        """Code of the data authority."""
        return _code(self.contracts.call("Organizations", "dataAuthority"))

    def content(self, number: int, version: int) -> GrantContent | None:
        """What a version says in words; None where that is malformed, as anyone with a role can have sent it.

        Raises Inconsistent where the node's act is not what the contract has the digest of.
        """
        expected = self.version(number, version).content_digest
        for act in self.acts("GrantPlanned", number):
            if act.fields["version"] != version:
                continue
            content: bytes = act.fields["content"]
            if hashlib.sha256(content).digest() != expected:
                raise Inconsistent(f"grant {number}, version {version}: the node's act has other content than its head")
            try:
                return GrantContent.parse(content)
            except Malformed:
                return None
        raise Inconsistent(f"the node shows no act that planned version {version} of grant {number}")

    def scope(self, number: int, version: int) -> Scope:
        """The scope that counts for a version, from the listing acts.

        Raises Inconsistent where they do not give the count and digest that the contract has.
        """
        scope_of = self.version(number, version).scope_of
        kept = self.version(number, scope_of)
        entries = [
            EntryScope(EntryId(one["entry"]), one["version"], one["operations"], one["items"])
            for act in self.acts("GrantScoped", number)
            if act.fields["version"] == scope_of
            for one in act.fields["entries"]
        ]
        providers = [
            ProviderScope(_code(one["provider"]), one["operations"], one["level"])
            for act in self.acts("GrantProvidersScoped", number)
            if act.fields["version"] == scope_of
            for one in act.fields["providers"]
        ]
        scope = Scope(tuple(entries), tuple(providers))
        if (scope.count, scope.digest) != (kept.scope_count, kept.scope_digest):
            raise Inconsistent(
                f"grant {number}, version {scope_of}: the node's acts list {scope.count} elements with digest "
                f"{to_hex(scope.digest)}, the contract has {kept.scope_count} with {to_hex(kept.scope_digest)}"
            )
        return scope

    def held(self, number: int, version: int) -> list[EntryId]:
        """The entries that are still held for a version whose scope is its own, in the order of their listing."""
        listed = [
            EntryId(one["entry"])
            for act in self.acts("GrantScoped", number)
            if act.fields["version"] == version
            for one in act.fields["entries"]
        ]
        released = {
            entry
            for act in acts_of(self.contracts, "Grants", "GrantSettled", _word(number))
            if act.fields["version"] == version
            for entry in act.fields["entries"]
        }
        return [entry for entry in listed if entry not in released]

    def registered(self, entries: Sequence[EntryId]) -> list[bool]:
        """Whether a registration of each entry is in force now."""
        now = int(self.contracts.header().time)
        return self.contracts.call_each("Registry", "isRegistered", [(entry, now) for entry in entries])

    def acts(self, event: str, number: int) -> list[DecodedEvent]:
        """The acts of the procedure of a grant."""
        return acts_of(self.contracts, "Plans", event, _word(number))

    def planned_for(self, grantees: Sequence[str]) -> list[DecodedEvent]:
        """The acts that planned versions of grants to these organizations."""
        topics = [code.encode("ascii").ljust(32, b"\0") for code in dict.fromkeys(grantees)]
        return acts_of(self.contracts, "Plans", "GrantPlanned", None, topics) if topics else []

    def _each(self, function: str, arguments: Sequence[tuple[int, ...]], contract: str = "Grants") -> list[Any]:
        return self.contracts.call_each(contract, function, arguments)


def _identity(number: int, raw: Any) -> Identity:
    if not raw["kind"]:
        raise _unknown(number)
    return Identity(
        grantor=_code(raw["grantor"]),
        kind=Kind(raw["kind"]),
        mode=Mode(raw["mode"]),
        parent=raw["parent"],
        depth=raw["depth"],
        implementer=_code(raw["implementer"]),
        grantee=_code(raw["grantee"]),
    )


def _terms(raw: Any) -> Terms:
    return Terms(raw["start"], raw["end"], raw["area"], raw["level"], raw["purposes"], raw["delegations"])


def _unknown(number: int) -> NotFound:
    return NotFound(f"there is no grant {number}")


def _word(number: int) -> bytes:
    return number.to_bytes(32)


def _code(raw: bytes) -> str:
    return raw.rstrip(b"\0").decode("ascii")
