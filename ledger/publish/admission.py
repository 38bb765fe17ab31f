"""Which drafts may become entries at all: the provider is known, the submitter may sign, the key stands there once."""

from collections import defaultdict
from dataclasses import dataclass

from ledger.model.ids import EntryId, entry_id
from ledger.model.message import Message
from ledger.publish.directory import Directory, ProviderUnknown
from ledger.publish.draft import Drafts, EntryDraft
from ledger.publish.refusal import Fault, Refusal, shown


@dataclass(frozen=True, slots=True)
class AdmittedRow:
    """A draft with its provider's code and its entry's id."""

    draft: EntryDraft
    provider: str
    id: EntryId


def admit(drafts: Drafts, directory: Directory, submitter: str) -> tuple[list[AdmittedRow], list[Refusal]]:
    """The rows that may become entries, in the order of the file, and the refusals of the others."""
    rows: list[AdmittedRow] = []
    refusals: list[Refusal] = []
    column = drafts.mapping.provider.column
    for draft in drafts.drafts:
        try:
            organization = directory.resolve(draft.provider_name)
        except ProviderUnknown as error:
            fault = Fault(column, shown(draft.provider_name), error.code, error.why, error.what_to_do)
            refusals.append(fault.at(drafts.file, draft.row))
            continue
        if not directory.may_sign(submitter, organization.code):
            whom = f"{organization.name} ({organization.code})"
            fault = Fault(
                column,
                shown(draft.provider_name),
                "provider_not_entitled",
                Message(f"{submitter} may not sign for {whom}", f"{submitter} 无权代表 {whom} 上链"),
                Message(
                    "sign as the provider, its sector authority or an organization above it",
                    "请以提供方、其行业主管部门或上级机构的账户签名",
                ),
            )
            refusals.append(fault.at(drafts.file, draft.row))
            continue
        rows.append(AdmittedRow(draft, organization.code, entry_id(organization.code, draft.local_code)))
    return _once(drafts, rows, refusals), refusals


def _once(drafts: Drafts, rows: list[AdmittedRow], refusals: list[Refusal]) -> list[AdmittedRow]:
    """The rows whose key stands in the file once; every one of the others is refused, naming the rest."""
    by_id: defaultdict[EntryId, list[AdmittedRow]] = defaultdict(list)
    for row in rows:
        by_id[row.id].append(row)
    for same in by_id.values():
        for row in same if len(same) > 1 else ():
            others = ", ".join(str(other.draft.row) for other in same if other is not row)
            fault = Fault(
                drafts.mapping.local_code.column,
                shown(row.draft.local_code),
                "key_twice",
                Message(
                    f"provider and local code are those of row {others} too",
                    f"提供方和本地编码与第 {others} 行相同",
                ),
                Message("keep one of the rows, or give each its own code", "请只保留一行，或使用不同的编码"),
            )
            refusals.append(fault.at(drafts.file, row.draft.row))
    return [same[0] for same in by_id.values() if len(same) == 1]
