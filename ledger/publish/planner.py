"""What applying a file would change, decided without sending anything.

entry id = provider code + local code
not there                              added (republished where it was retired)
there, differs in more than quiet      changed, field by field
there, the same                        unchanged
same source, submitter and local code, but under another provider that the file does not give it
                                       added citing the old id, the old one retired
in the catalog, not in the file        nothing, unless asked; then retired, of the same source and submitter only
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from ledger.errors import Malformed
from ledger.model import canonical
from ledger.model.entry import Status, read_content
from ledger.model.ids import Digest, EntryId, to_hex
from ledger.model.message import Message
from ledger.model.publication import NO_REASON, Publication, Retirement
from ledger.publish.admission import AdmittedRow, admit
from ledger.publish.difference import Difference, differences
from ledger.publish.directory import Directory
from ledger.publish.draft import Drafts, EntryDraft
from ledger.publish.held_items import faults_of_items
from ledger.publish.plan import (
    Action,
    Cause,
    Confirmation,
    Plan,
    PlannedPublication,
    PlannedRetirement,
    fingerprint_of,
)
from ledger.publish.ports import CatalogState, CurrentEntry
from ledger.publish.refusal import Fault, RowWarning, shown
from ledger.publish.transition import faults_of, is_tightened

CONFIRM_ABOVE_PERCENT: Final = 5


def make_plan(
    drafts: Drafts,
    directory: Directory,
    state: CatalogState,
    submitter: str,
    *,
    reason: Digest = NO_REASON,
    retire_missing: bool = False,
) -> Plan:
    """The plan for a file's drafts.

    Args:
        submitter: code of the organization whose account will sign
        reason: digest of the reason given for tightening share or open, and for retiring; zero for none
    """
    return _Planner(drafts, directory, state, submitter, reason).plan(retire_missing)


class _Planner:
    def __init__(
        self, drafts: Drafts, directory: Directory, state: CatalogState, submitter: str, reason: Digest
    ) -> None:
        self.drafts = drafts
        self.directory = directory
        self.submitter = submitter
        self.reason = reason
        self.source = drafts.mapping.source
        self.warnings: list[RowWarning] = []
        self.notes = list(drafts.notes)
        self.publications: list[PlannedPublication] = []
        self.replaced: dict[EntryId, CurrentEntry] = {}
        self.unchanged_count = 0
        self.rows, refusals = admit(drafts, directory, submitter)
        self.refusals = [*drafts.refusals, *refusals]
        self.of_source = list(state.entries_of_source(self.source))
        self.current = {entry.id: entry for entry in self.of_source}
        others = [row.id for row in self.rows if row.id not in self.current]
        self.current.update(state.entries_by_id(others))
        self.in_file = {row.id for row in self.rows}
        self.by_local_code: defaultdict[str, list[CurrentEntry]] = defaultdict(list)
        for entry in self.of_source:
            if entry.status is Status.ACTIVE:
                self.by_local_code[entry.local_code].append(entry)

    def plan(self, retire_missing: bool) -> Plan:
        for row in self.rows:
            self._plan_row(row)
        missing = self._missing() if retire_missing else []
        retirements = [_retirement(Cause.REPLACED, entry, self.reason) for entry in self.replaced.values()]
        retirements += [_retirement(Cause.MISSING, entry, self.reason) for entry in missing]
        active = sum(self._is_mine(entry) for entry in self.of_source)
        above = len(missing) * 100 > active * CONFIRM_ABOVE_PERCENT
        publications = _grouped(self.publications)
        return Plan(
            self.drafts.file,
            self.source,
            self.submitter,
            self.drafts.row_count,
            publications,
            tuple(retirements),
            self.unchanged_count,
            tuple(sorted(self.refusals, key=lambda refusal: refusal.row)),
            tuple(sorted(self.warnings, key=lambda warning: warning.row)),
            tuple(self.notes),
            Confirmation(len(missing), active) if above else None,
            fingerprint_of(self.source, self.submitter, publications, retirements),
        )

    def _plan_row(self, row: AdmittedRow) -> None:
        draft, current = row.draft, self.current.get(row.id)
        moved = self._moved_from(row, current)
        if len(moved) > 1:
            self._refuse_ambiguous(draft, moved)
            return
        content, before = dict(draft.content), _content(current)
        if moved:
            content["replaces"] = to_hex(moved[0].id)
        elif "replaces" in before:
            content["replaces"] = before["replaces"]
        faults = faults_of(current, draft, self.drafts.mapping, self.reason) if current else []
        faults += faults_of_items(current, before, content) if current else []
        if faults:
            self.refusals += [fault.at(self.drafts.file, draft.row) for fault in faults]
            return
        changed = differences(current, before, draft, content) if current else ()
        quiet = self.drafts.mapping.quiet
        retired = current is not None and current.status is Status.RETIRED
        self.warnings += draft.warnings
        if current is not None and not retired and all(difference.field in quiet for difference in changed):
            self.unchanged_count += 1
        else:
            self.publications.append(self._publication(row, current, content, changed, moved))
        for entry in moved:
            self.replaced[entry.id] = entry

    def _moved_from(self, row: AdmittedRow, current: CurrentEntry | None) -> list[CurrentEntry]:
        """The active entries that this row's entry takes the place of.

        An entry that is there and cites no other has taken nobody's place: it is only the other's namesake. One that
        cites an entry which is still active was interrupted between adding and retiring.
        """
        namesakes = [
            entry
            for entry in self.by_local_code[row.draft.local_code]
            if entry.id != row.id and entry.id not in self.in_file
        ]
        if current is not None and current.status is Status.ACTIVE:
            cited = _content(current).get("replaces")
            namesakes = [entry for entry in namesakes if to_hex(entry.id) == cited]
        for entry in namesakes:
            if entry.submitter != self.submitter:
                self._warn(
                    row.draft, "predecessor_of_other",
                    Message(f"{entry.provider} has an entry with this code, signed by {entry.submitter}: it stays",
                            f"{entry.provider} 有同编码条目，由 {entry.submitter} 提交：保持不变"),
                )  # fmt: skip
        return [entry for entry in namesakes if entry.submitter == self.submitter]

    def _publication(
        self,
        row: AdmittedRow,
        current: CurrentEntry | None,
        content: dict[str, Any],
        changed: tuple[Difference, ...],
        moved: list[CurrentEntry],
    ) -> PlannedPublication:
        draft = row.draft
        publication = Publication(
            row.provider,
            current.version if current else 0,
            draft.kind,
            draft.share,
            draft.open,
            draft.level,
            self.reason if current and is_tightened(current, draft) else NO_REASON,
            draft.local_code,
            canonical.encode(content),
        )
        action = Action.ADD
        if current is not None:
            action = Action.CHANGE if current.status is Status.ACTIVE else Action.REPUBLISH
            if _content(current).get("source", self.source) != self.source:
                self._warn(
                    draft, "source_changed",
                    Message("another source published this entry before", "该条目此前由另一来源发布"),
                )  # fmt: skip
        name = self.directory.by_code[row.provider].name
        replaces = moved[0].id if moved else None
        return PlannedPublication(draft.row, action, content["title"], name, publication, changed, replaces)

    def _missing(self) -> list[CurrentEntry]:
        """The entries that the file no longer gives. A refused row is not a missing one."""
        if self.drafts.unreadable_row_count:
            count = self.drafts.unreadable_row_count
            self.notes.append(
                Message(
                    f"nothing is retired as missing: {count} refused rows do not say which entry they are",
                    f"未撤销任何缺失条目：有 {count} 个被拒绝的行无法识别所属条目",
                )
            )
            return []
        refused_rows = {refusal.row for refusal in self.refusals}
        kept = self.drafts.refused_local_codes | {
            draft.local_code for draft in self.drafts.drafts if draft.row in refused_rows
        }
        missing = []
        for entry in self.of_source:
            gone = entry.id not in self.in_file and entry.id not in self.replaced and entry.local_code not in kept
            if not (gone and self._is_mine(entry)):
                continue
            if entry.holds:
                self.notes.append(
                    Message(
                        f"{entry.provider}/{entry.local_code} is missing and is held by {entry.holds} acts: it stays",
                        f"{entry.provider}/{entry.local_code} 已缺失，但被 {entry.holds} 项登记或授权占用：保留",
                    )
                )
                continue
            missing.append(entry)
        return missing

    def _is_mine(self, entry: CurrentEntry) -> bool:
        return entry.status is Status.ACTIVE and entry.submitter == self.submitter

    def _refuse_ambiguous(self, draft: EntryDraft, moved: list[CurrentEntry]) -> None:
        names = ", ".join(f"{entry.provider}/{entry.local_code}" for entry in moved)
        fault = Fault(
            self.drafts.mapping.local_code.column,
            shown(draft.local_code),
            "predecessor_ambiguous",
            Message(
                f"several entries have this code under other providers: {names}",
                f"该编码在其他提供方下有多个条目：{names}",
            ),
            Message("retire all but one of them first", "请先撤销其余条目"),
        )
        self.refusals.append(fault.at(self.drafts.file, draft.row))

    def _warn(self, draft: EntryDraft, code: str, message: Message) -> None:
        self.warnings.append(RowWarning(self.drafts.file, draft.row, None, code, message))


def _retirement(cause: Cause, entry: CurrentEntry, reason: Digest) -> PlannedRetirement:
    title = str(_content(entry).get("title", ""))
    return PlannedRetirement(
        cause, title, entry.provider, entry.local_code, Retirement(entry.id, entry.version, reason)
    )


def _content(entry: CurrentEntry | None) -> dict[str, Any]:
    """The content of an entry; empty where it is malformed, which anybody with a role can have sent."""
    if entry is None:
        return {}
    try:
        return read_content(entry.content)
    except Malformed:
        return {}


def _grouped(publications: Sequence[PlannedPublication]) -> tuple[PlannedPublication, ...]:
    """One provider's entries together, providers and entries in the order of the file: the contract asks about the
    signer once for each run of one provider."""
    order: dict[str, int] = {}
    for planned in publications:
        order.setdefault(planned.publication.provider, len(order))
    return tuple(sorted(publications, key=lambda planned: (order[planned.publication.provider], planned.row)))
