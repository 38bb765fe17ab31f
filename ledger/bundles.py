"""Makes bundles, and verifies each as a third party would before it is given out: a wrong mirror proves nothing.

Raises, wherever a bundle is made: Unavailable when the node cannot be reached or does not prove it now, Inconsistent
when what it proves contradicts the mirror.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from ledger.chain.rpc import Node
from ledger.errors import Inconsistent, NotFound, Rejected, Unavailable
from ledger.evidence import absence, gather_word, make_bundle, newest_block
from ledger.model.ids import to_hex
from ledger.proof.bundle import Bundle
from ledger.proof.granted import PARTIES
from ledger.proof.moment import moment
from ledger.proof.registration import require_past
from ledger.proof.statement import ActStatement, CertificateStatement, EntryStatement, GrantStatement, Statement
from ledger.proof.trust import DEVELOPMENT, Trust
from ledger.proof.verdict import Outcome, Verdict
from ledger.proof.verify import verify
from ledger.store.mirror import Mirror
from ledger.store.queries import Queries


@dataclass(frozen=True, slots=True)
class Bundles:
    """Makes bundles of what a mirror has and a node proves."""

    mirror: Mirror
    node: Node
    trust: Trust

    def entry(self, id: bytes, version: int | None = None) -> Bundle:
        """For an entry's last publication, or for an earlier version.

        Raises NotFound when there is no such version, Rejected when that version is a retirement.
        """
        with self.mirror.snapshot() as view:
            row = view.entry(id) if version is None else view.entry_version(id, version)
            if row is not None and row.status == "RETIRED" and version is None:
                row = view.entry_version(id, row.version - 1)
            if row is None:
                which = "" if version is None else f" version {version} of"
                raise NotFound(f"the mirror knows no{which} entry {to_hex(id)}")
            if row.status == "RETIRED":
                raise Rejected(f"version {row.version} of {to_hex(id)} is a retirement: it publishes nothing")
            return self._proven(view, EntryStatement(id, row.version, row.content_digest), row.act_index)

    def certificate(self, number: str, version: int | None = None) -> Bundle:
        """For the version of a registration that was issued last, or for an earlier one.

        Raises NotFound when there is none that was issued.
        """
        with self.mirror.snapshot() as view:
            row = view.registration_issued(number) if version is None else view.registration(number, version)
            steps = view.registration_steps(number, row.version) if row is not None else []
            issued = next((step.act_index for step in steps if step.step == "ISSUED"), None)
            if row is None or issued is None:
                which = "" if version is None else f" version {version} of"
                raise NotFound(f"the mirror knows no{which} registration {number} that was issued")
            return self._proven(view, CertificateStatement(number, row.version, row.certificate_root), issued)

    def act(self, index: int) -> Bundle:
        """For an act. Raises NotFound when there is none."""
        with self.mirror.snapshot() as view:
            act = view.act(index)
            if act is None:
                raise NotFound(f"the mirror knows no act {index}; the journal has {view.position().journal_size}")
            return self._proven(view, ActStatement(act.contract), index)

    def grant(self, number: int, organization: str, entry: bytes, operation: int, at: datetime | None = None) -> Bundle:
        """For whether a grant covers an organization's operation (bits) on an entry, or covered it at a past time.

        Raises NotFound when there is no such grant, Malformed when the time has not come yet.
        """
        require_past(at, datetime.now(UTC))
        with self.mirror.snapshot() as view:
            if view.grant(number) is None:
                raise NotFound(f"the mirror knows no grant {number}")
            block, head = newest_block(view, self.node, self.trust)
            time = head if at is None else int(at.timestamp())
            if time > head:
                raise Unavailable(
                    f"block {block}, the newest that can be proven, is of {moment(head)}, before the time that is "
                    "asked about: ask again when there are newer blocks"
                )
            statement = GrantStatement(number, organization, entry, operation, time)
            return self._checked(make_bundle(view, self.node, self.trust, statement, None, block))

    def absence(self, subject: bytes | str) -> Bundle:
        """For an entry (its id, 32 bytes) or a registration (its number) that the ledger does not have.

        Raises Rejected when it has one.
        """
        with self.mirror.snapshot() as view:
            known = view.entry(subject) if isinstance(subject, bytes) else view.registration(subject)
            if known is not None:
                name = to_hex(subject) if isinstance(subject, bytes) else subject
                raise Rejected(f"the ledger has {name}: prove that instead")
            return self._proven(view, absence(subject), None)

    def _proven(self, view: Queries, statement: Statement, index: int | None) -> Bundle:
        return self._checked(make_bundle(view, self.node, self.trust, statement, index))

    def _checked(self, made: Bundle) -> Bundle:
        # On a development chain nothing but the node says that a block is the chain's; today is the bundle's own block.
        said = None
        if self.trust.consensus == DEVELOPMENT:
            said = replace(gather_word(self.node, made.evidence.header), today=made.evidence)
        now, at = datetime.now(UTC), None
        if isinstance(made.statement, GrantStatement):
            at = datetime.fromtimestamp(made.statement.time, UTC)
            # The chain's clock can be ahead of this one.
            now = max(now, at)
        report = verify(made.encode(), self.trust, said, now, at)
        if report.verdict is Verdict.CONTRADICTED:
            failed = next(check.detail.en for check in report.checks if check.outcome is Outcome.FAILED)
            raise Inconsistent(
                f"the mirror's evidence is contradicted by the node: {failed}. Check it: mulu index --check"
            )
        # What is too old for a verdict is proven all the same: a development chain's clock lies in the past.
        left = [c for c in report.checks if c.outcome is Outcome.NOT_CHECKED and c.name not in ("freshness", PARTIES)]
        if report.verdict is Verdict.UNDECIDED and left:
            raise Unavailable(f"this cannot be proven now: {left[0].detail.en}")
        return made
