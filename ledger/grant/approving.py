"""What an account approves of many grants: those that wait for it, those that had it, those it is not open to.

What is signed names the count and digest of the scope as this client computed it from the listing acts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.errors import NotFound, Rejected
from ledger.grant.reader import GrantReader
from ledger.grant.records import Scope
from ledger.grant.sending import NewApproval, Refusal
from ledger.grant.waiting import Candidate, candidates, entitled, every, signature_of
from ledger.model.grant import Approval, Mode, Stage
from ledger.model.message import Message


@dataclass(frozen=True, slots=True)
class Actor:
    """Who signs."""

    address: bytes
    organization: str
    data_authority: str


@dataclass(frozen=True, slots=True)
class Pending:
    """One approval that the actor would take; `provider` for a consent."""

    candidate: Candidate
    approval: Approval
    scope: Scope
    provider: str | None = None

    def approved(self, document: bytes, date: int) -> NewApproval:
        """The approval, with the digest of its document and the day of a decision."""
        one = self.candidate
        return NewApproval(
            grant=one.number,
            version=one.version_number,
            approval=self.approval,
            scope_count=self.scope.count,
            scope_digest=self.scope.digest,
            provider=self.provider,
            document=document,
            date=date if self.approval is Approval.DECISION else 0,
        )

    def refused(self, reason: bytes) -> Refusal:
        """The refusal of it."""
        return Refusal(self.candidate.number, self.candidate.version_number, self.approval, self.provider, reason)


@dataclass(frozen=True, slots=True)
class Sorted:
    """What an approval of a list amounts to."""

    pending: tuple[Pending, ...]
    done: tuple[int, ...]
    """Grants whose last version has the approval already."""
    unfit: tuple[tuple[int, Message], ...]
    """Grants that it is not open to, and how they stand."""


def sort_approvals(
    reader: GrantReader,
    approval: Approval | None,
    numbers: Sequence[int] | None,
    actor: Actor,
    *,
    parent: int | None = None,
    providers: Sequence[str] = (),
) -> Sorted:
    """The approvals that an actor can take now.

    Args:
        approval: None for the signature that the actor's organization gives.
        numbers: None for all that wait for the actor.
        parent: with all, only children of this grant.
        providers: whose consents are meant; all that the organization may act for by default.

    Raises NotFound for an unknown number, Rejected for a signature of neither party.
    """
    pending: list[Pending] = []
    done: list[int] = []
    unfit: list[tuple[int, Message]] = []
    for one in candidates(reader, every(reader, parent) if numbers is None else numbers):
        try:
            wanted = approval if approval is not None else signature_of(one.identity, one.procedure, actor.organization)
        except Rejected:
            if numbers is None:
                continue
            raise
        mine = wanted is Approval.CONSENT or entitled(one, wanted, actor.organization, actor.data_authority)
        if numbers is None and not (mine and one.is_due(wanted)):
            continue
        if not one.is_due(wanted):
            if one.procedure.taken & wanted.bit:
                done.append(one.number)
            else:
                unfit.append((one.number, one.standing()))
            continue
        if not mine:
            who = Message(f"{wanted.name} is not your organization's", f"{wanted.name} 不由本机构办理")
            unfit.append((one.number, who))
            continue
        scope = reader.scope(one.number, one.version_number)
        if wanted is not Approval.CONSENT:
            pending.append(Pending(one, wanted, scope))
            continue
        mine_of, given = _consents(reader, one, scope, actor, providers)
        pending += [Pending(one, wanted, scope, provider) for provider in mine_of]
        if not mine_of and given:
            done.append(one.number)
        elif not mine_of and numbers is not None:
            none = Message("lists nothing whose provider you answer for", "范围内没有由本机构负责的提供单位")
            unfit.append((one.number, none))
    return Sorted(tuple(pending), tuple(done), tuple(unfit))


def _consents(
    reader: GrantReader,
    one: Candidate,
    scope: Scope,
    actor: Actor,
    named: Sequence[str],
) -> tuple[list[str], bool]:
    """The providers of a scope whose consent is missing and the actor's to give; whether it gave some before."""
    if actor.organization == one.identity.grantor:
        return [], False
    if one.identity.mode is Mode.OVERALL:
        found = [element.provider for element in scope.providers]
    else:
        found = list(reader.providers([element.entry for element in scope.entries]).values())
    others = [code for code in dict.fromkeys(found) if code != one.identity.grantor and (not named or code in named)]
    acting = reader.acts_for(actor.organization, others)
    mine = [code for code, acts in zip(others, acting, strict=True) if acts]
    given = [code for code in mine if reader.consented(one.number, one.version_number, code)]
    return [code for code in mine if code not in given], bool(given)


def open_versions(reader: GrantReader, numbers: Sequence[int]) -> tuple[list[Candidate], list[int]]:
    """The open versions of grants, to be withdrawn; and the grants whose last version was withdrawn already.

    Raises Rejected for one that is in force or was refused.
    """
    found: list[Candidate] = []
    done: list[int] = []
    for one in candidates(reader, numbers):
        if one.is_open:
            found.append(one)
        elif one.procedure.stage is Stage.WITHDRAWN:
            done.append(one.number)
        else:
            raise Rejected(
                f"version {one.version_number} of grant {one.number} is not open: {one.standing().en}",
                reason="PlanStageInvalid",
            )
    return found, done


def require_some(found: Sorted) -> None:
    """Raises NotFound when nothing waits."""
    if not found.pending and not found.done and not found.unfit:
        raise NotFound("nothing waits for this approval at your organization")
