"""Which rows of a file are still to be planned: those that no earlier run planned, as the chain tells."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ledger.errors import Rejected
from ledger.grant.plan_file import Above, NextVersion, PlannedGrant
from ledger.grant.reader import GrantReader
from ledger.grant.records import Terms
from ledger.grant.rows import RowsRefused
from ledger.model.grant import Basis, GrantContent, Kind, Stage
from ledger.model.message import Message
from ledger.publish.refusal import Refusal

_DROPPED = (Stage.REFUSED, Stage.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Before:
    """A plan that the ledger has."""

    number: int
    stage: Stage


@dataclass(frozen=True, slots=True)
class PlannedVersion:
    """A further version to be planned (`IPlans.Amendment`, `IPlans.Renewal`). `expected` is the last one drawn up."""

    row: int
    number: int
    expected: int
    terms: Terms
    content: GrantContent

    def to_call(self, *, renewal: bool) -> dict[str, Any]:
        """The contract's struct."""
        call: dict[str, Any] = {
            "grant": self.number,
            "expectedVersion": self.expected,
            "end": self.terms.end,
            "content": self.content.encode(),
        }
        if renewal:
            return call
        terms = self.terms
        return call | {
            "area": terms.area,
            "level": terms.level,
            "purposes": terms.purposes,
            "delegations": terms.delegations,
        }


def sort_plans(
    plans: Sequence[PlannedGrant], organization: str, reader: GrantReader, *, again: bool
) -> tuple[list[PlannedGrant], list[tuple[PlannedGrant, Before]]]:
    """The plans that are to be sent, and those that an earlier run sent.

    Args:
        organization: code of the grantor.
        again: whether what was refused or withdrawn does not count.
    """
    known: dict[tuple[Any, ...], list[int]] = {}
    for act in reader.planned_for([plan.grantee for plan in plans]):
        fields = act.fields
        if fields["basis"] == Basis.FIRST and fields["organization"] == organization.encode("ascii"):
            terms = fields["terms"]
            identity = (fields["kind"], fields["mode"], fields["parent"], fields["implementer"], fields["grantee"])
            span = (terms["start"], terms["end"], terms["area"], terms["level"], terms["purposes"])
            key = (*identity, *span, terms["delegations"], hashlib.sha256(fields["content"]).digest())
            known.setdefault(key, []).append(fields["grant"])
    fresh: list[PlannedGrant] = []
    before: list[tuple[PlannedGrant, Before]] = []
    for plan in plans:
        numbers = known.get(_key(plan), [])
        stages = [reader.procedure(number, 1).stage for number in numbers]
        found = [
            Before(number, stage)
            for number, stage in zip(numbers, stages, strict=True)
            if not (again and stage in _DROPPED)
        ]
        if found:
            # One that still counts says more than one that was dropped.
            before.append((plan, min(found, key=lambda one: (one.stage in _DROPPED, -one.number))))
        else:
            fresh.append(plan)
    return fresh, before


def sort_versions(
    file: str, rows: Sequence[NextVersion], reader: GrantReader, *, renewal: bool
) -> tuple[list[PlannedVersion], list[PlannedVersion]]:
    """The versions that are to be planned, and those that an earlier run planned and that are still open.

    Raises RowsRefused for grants of which no further version can be planned now.
    """
    fresh: list[PlannedVersion] = []
    before: list[PlannedVersion] = []
    refusals: list[Refusal] = []
    basis = Basis.RENEWAL if renewal else Basis.AMENDMENT
    for row in rows:
        head = reader.head(row.grant)
        if not head.current:
            why = Message("it was never in force", "该授权尚未生效")
            what = Message("withdraw it and plan anew", "请撤回后重新拟定")
            refusals.append(Refusal(file, row.row, None, str(row.grant), "not_in_force", why, what))
            continue
        current = reader.version(row.grant, head.current)
        terms = _merged(current.terms, row, renewal=renewal)
        planned = PlannedVersion(row.row, row.grant, head.versions, terms, row.content)
        last = reader.version(row.grant, head.versions)
        if not last.open:
            fresh.append(planned)
        elif (last.basis, last.terms, last.content_digest) == (basis, terms, _digest(row.content)):
            before.append(planned)
        else:
            why = Message(f"version {head.versions} is still open", f"第 {head.versions} 版仍在办理")
            what = Message("wait for its end, or withdraw it", "请待其办结，或先撤回")
            refusals.append(Refusal(file, row.row, None, str(row.grant), "still_open", why, what))
    if refusals:
        raise RowsRefused(file, refusals)
    return fresh, before


def parent_limits(reader: GrantReader, parent: int, organization: str) -> Above:
    """What the children of a grant have to stay within.

    Raises Rejected where the organization cannot delegate it.
    """
    identity, head = reader.identity(parent), reader.head(parent)
    if identity.kind is not Kind.SHARE:
        raise Rejected(f"grant {parent} is no SHARE grant: an OPERATE grant is not delegable")
    if identity.grantee != organization:
        raise Rejected(
            f"grant {parent} is to {identity.grantee}: the account's organization {organization} cannot delegate it"
        )
    if not head.current:
        raise Rejected(f"grant {parent} is not in force yet")
    terms = reader.version(parent, head.current).terms
    if not terms.delegations:
        raise Rejected(f"grant {parent} cannot be delegated any further")
    return Above(parent, Terms(terms.start, head.end, terms.area, terms.level, terms.purposes, terms.delegations))


def _merged(terms: Terms, row: NextVersion, *, renewal: bool) -> Terms:
    return Terms(
        start=terms.end if renewal else terms.start,
        end=row.end,
        area=row.area if row.area is not None else terms.area,
        level=row.level if row.level is not None else terms.level,
        purposes=row.purposes if row.purposes is not None else terms.purposes,
        delegations=row.delegations if row.delegations is not None else terms.delegations,
    )


def _key(plan: PlannedGrant) -> tuple[Any, ...]:
    call = plan.to_call()
    identity = (call["kind"], call["mode"], call["parent"], call["implementer"], call["grantee"])
    span = (call["start"], call["end"], call["area"], call["level"], call["purposes"])
    return (*identity, *span, call["delegations"], _digest(plan.content))


def _digest(content: GrantContent) -> bytes:
    return hashlib.sha256(content.encode()).digest()
