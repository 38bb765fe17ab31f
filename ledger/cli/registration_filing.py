"""Filing forms: each once, whatever was stopped before, with a dossier that is written first."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ledger.app import App
from ledger.cli.output import chinese, print_json, progress, say, table
from ledger.cli.registration_preview import confirm, show_forms
from ledger.errors import Rejected
from ledger.model.ids import entry_named
from ledger.model.registration import Kind, Stage
from ledger.registration.application import Filing, draw_up
from ledger.registration.dossiers import DossierFolder, OnLedger, filed_before, unused
from ledger.registration.filing import Filed, file_all
from ledger.registration.forms import FilledRow


def file_forms(
    app: App,
    rows: Sequence[FilledRow],
    kind: Kind,
    registrar: str | None,
    entry: list[str] | None,
    dossiers: Path | None,
    yes: bool,
    account: str,
    as_json: bool,
    objection: int = 0,
    evidence: bytes = bytes(32),
    again: bool = False,
) -> None:
    """Files applications of one kind, leaving out what an earlier run filed, and says where their dossiers lie.

    Args:
        dossiers: the folder; the default one when None.
        again: file anew what was filed and closed without being issued.
    """
    folder = folder_of(app, dossiers)
    entries = tuple(sorted({entry_named(name) for name in entry or []}))
    default = registrar or (None if all(row.registrar for row in rows) else _only_registrar(app))
    origin = app.deployment.origin
    candidates = [folder.of_form(row, origin) for row in rows]
    # What an earlier run sent and nobody included yet has to be on the ledger before it is looked at.
    sender = app.sender(account) if any(candidates) else None
    ledger = on_ledger(app, {row.form.values["subject_code"] for row in rows}) if any(candidates) else {}
    fresh: list[Filing] = []
    before: list[tuple[FilledRow, OnLedger]] = []
    taken_roots: set[bytes] = set()
    for row, own in zip(rows, candidates, strict=True):
        follows = (row.number, app.registry.head(row.number).versions) if row.number is not None else None
        found = filed_before(own, ledger, row.entries or entries, follows, again=again)
        if found is not None and found[0].root not in taken_roots:
            dossier, known = found
            taken_roots.add(dossier.root)
            folder.name(dossier.root, known.number, known.version)
            before.append((row, known))
            continue
        filing = draw_up(
            row, origin, row.registrar or default or "", entries=entries, known=unused(own, ledger, taken_roots)
        )
        taken_roots.add(filing.dossier.root)
        if follows is not None:
            number, versions = follows
            filing = replace(
                filing, kind=kind, number=number, expected_version=versions, objection=objection, evidence=evidence
            )
        fresh.append(filing)
    filed: list[dict[str, Any]] = []
    taken = None
    if fresh:
        if not as_json or not yes:
            show_forms([filing.row for filing in fresh], as_json=False, in_full=len(fresh) == 1)
        confirm(len(fresh), yes)
        sender = sender or app.sender(account)
        folder.write(fresh)
        with progress(len(fresh), "filing applications", "正在提交申请") as advance:

            def included(batch: list[Filed]) -> None:
                for one in batch:
                    path = folder.name(one.filing.dossier.root, one.number, one.version)
                    filed.append(_filed_json(one, path))
                advance(len(batch))

            taken = file_all(fresh, app.contracts, sender, included)
    if as_json:
        print_json(
            {
                "filed": filed,
                "filed_before": [
                    {"row": row.row, "number": known.number, "version": known.version, "stage": known.stage.name}
                    for row, known in before
                ],
                "transactions": taken.transaction_count if taken else 0,
                "gas": taken.gas_used if taken else 0,
            }
        )
        return
    headers = (
        ("行", "登记编号", "版本", "登记名称", "卷宗")
        if chinese()
        else ("row", "number", "version", "title", "dossier")
    )
    table(headers, [(one["row"], one["number"], one["version"], one["title"], one["dossier"]) for one in filed])
    say(
        f"{len(filed)} applications filed, {len(before)} were before; hand the dossiers over to the registrar, "
        "not by this ledger",
        f"本次提交申请 {len(filed)} 件，此前已提交 {len(before)} 件；卷宗请线下移交登记机构",
    )


def _filed_json(one: Filed, path: Path) -> dict[str, Any]:
    return {
        "row": one.filing.row.row,
        "number": one.number,
        "version": one.version,
        "title": one.filing.title,
        "stage": one.stage.name,
        "deadline": one.deadline,
        "dossier": str(path),
    }


def on_ledger(app: App, subjects: set[str]) -> dict[bytes, OnLedger]:
    """Everything that was applied for in the name of these subjects, by root."""
    from ledger.store.registration_queries import RegistrationFilter

    found = {}
    queries = app.synced_mirror().queries
    for subject in subjects:
        after = None
        while rows := queries.registrations(
            RegistrationFilter(subject=subject), after=after, limit=1000, newest_first=False
        ):
            for row in rows:
                entries = tuple(bytes.fromhex(entry[2:]) for entry in row.entries)
                found[row.certificate_root] = OnLedger(row.number, row.version, Stage[row.stage], entries)
            after = rows[-1].filed_index
    return found


def _only_registrar(app: App) -> str:
    from ledger.model.roles import OrganizationKind

    codes = [one.code for one in app.known_organizations() if one.kind == OrganizationKind.REGISTRAR]
    if len(codes) != 1:
        raise Rejected(
            f"the ledger has {len(codes)} registrars ({', '.join(codes) or 'none'}): name one with --registrar"
        )
    return codes[0]


def folder_of(app: App, dossiers: Path | None) -> DossierFolder:
    """The folder of dossiers that is named, or the default one."""
    return DossierFolder(dossiers if dossiers is not None else app.settings.home / "dossiers")
