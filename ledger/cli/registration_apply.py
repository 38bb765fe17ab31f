"""`registration apply`, `change`, `correct`, `renew`, `supplement`, `preview`: from filled-in forms to applications."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from ledger.app import App
from ledger.cli.output import AsJson, chinese, print_json, progress, say, table
from ledger.cli.registration_preview import confirm, show_forms, show_problems
from ledger.errors import Malformed, Rejected
from ledger.model.registration import Kind, Stage
from ledger.model.roles import Role
from ledger.registration.application import Filing, draw_up, supplement_call
from ledger.registration.dossiers import DossierFolder, OnLedger, filed_before, unused
from ledger.registration.filing import Filed, file_all
from ledger.registration.forms import FilledRow, FormsRefused, entry_named, read_forms

Form = Annotated[Path, typer.Argument(help="Filled-in forms: CSV or XLSX with a row for each, or JSON.")]
Registrar = Annotated[str | None, typer.Option(help="Code of the registrar; the ledger's only one by default.")]
Entry = Annotated[
    list[str] | None, typer.Option(help="Entry to register where the form names none: 0x…, or CODE/LOCAL.")
]
Dossiers = Annotated[
    Path | None, typer.Option(help="Folder for the dossiers; dossiers beside the deployment by default.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask before publishing.")]
Sheet = Annotated[str | None, typer.Option(help="Sheet of a workbook; the first by default.")]
Number = Annotated[str | None, typer.Option(help="The registration, where the form does not say.")]
Account = Annotated[
    str | None, typer.Option("--account", help="Key that signs; the only one with the role by default.")
]


def add_to(cli: typer.Typer) -> None:
    """Adds these commands."""
    for command in (preview, apply, change, correct, renew, supplement):
        cli.command()(command)


def preview(
    form: Form,
    row: Annotated[int | None, typer.Option(help="Only this row.")] = None,
    sheet: Sheet = None,
    as_json: AsJson = False,
) -> None:
    """Show what applying with a form would publish, and what it would withhold. Nothing is sent."""
    rows = [one for one in _read(form, sheet) if row in (None, one.row)]
    if not rows:
        raise Malformed(f"{form} has no application in row {row}")
    show_forms(rows, as_json=as_json, in_full=True)


def apply(
    form: Form,
    registrar: Registrar = None,
    entry: Entry = None,
    dossiers: Dossiers = None,
    again: Annotated[
        bool, typer.Option("--again", help="File anew what was filed and closed without being issued.")
    ] = False,
    yes: Yes = False,
    sheet: Sheet = None,
    account: Account = None,
    as_json: AsJson = False,
) -> None:
    """Apply for first registrations, one or hundreds. Run again after a stop, it files the rest."""
    app = App()
    rows = _read(form, sheet)
    named = [row.row for row in rows if row.number]
    if named:
        raise Malformed(f"rows {', '.join(map(str, named[:20]))} name a registration: change, correct or renew it")
    chosen = app.choose(account, Role.APPLICANT)
    _file(app, rows, Kind.FIRST, registrar, entry, dossiers, yes, chosen, as_json, again=again)


def change(
    form: Form,
    number: Number = None,
    registrar: Registrar = None,
    entry: Entry = None,
    dossiers: Dossiers = None,
    yes: Yes = False,
    sheet: Sheet = None,
    account: Account = None,
    as_json: AsJson = False,
) -> None:
    """Apply for changes: the whole form anew, as the next version under the same number."""
    app = App()
    rows = _numbered(_read(form, sheet), number)
    _file(app, rows, Kind.CHANGE, registrar, entry, dossiers, yes, app.choose(account, Role.APPLICANT), as_json)


def correct(
    form: Form,
    number: Number = None,
    objection: Annotated[int, typer.Option(help="The upheld objection that it follows.")] = 0,
    evidence: Annotated[
        Path | None,
        typer.Option(help="For an interested party: the subject's consent or the proof; an ACCEPTOR signs."),
    ] = None,
    registrar: Registrar = None,
    entry: Entry = None,
    dossiers: Dossiers = None,
    yes: Yes = False,
    sheet: Sheet = None,
    account: Account = None,
    as_json: AsJson = False,
) -> None:
    """Apply for corrections: the whole form anew, as the next version under the same number."""
    from ledger.cli.registration import reason_digest

    app = App()
    rows = _numbered(_read(form, sheet), number)
    role = Role.APPLICANT if evidence is None else Role.ACCEPTOR
    digest = reason_digest(None, evidence)
    chosen = app.choose(account, role)
    _file(app, rows, Kind.CORRECTION, registrar, entry, dossiers, yes, chosen, as_json, objection, digest)


def renew(
    form: Form,
    number: Number = None,
    registrar: Registrar = None,
    entry: Entry = None,
    dossiers: Dossiers = None,
    yes: Yes = False,
    sheet: Sheet = None,
    account: Account = None,
    as_json: AsJson = False,
) -> None:
    """Apply for renewals, within the window before the term ends."""
    app = App()
    rows = _numbered(_read(form, sheet), number)
    _file(app, rows, Kind.RENEWAL, registrar, entry, dossiers, yes, app.choose(account, Role.APPLICANT), as_json)


def supplement(
    number: Annotated[str, typer.Argument(help="Registration number.")],
    form: Form,
    dossiers: Dossiers = None,
    yes: Yes = False,
    sheet: Sheet = None,
    account: Account = None,
) -> None:
    """Supply what was asked for: the whole form as it now is. Its dossier replaces the first one."""
    from ledger.chain.sender import Call

    app = App()
    rows = _read(form, sheet)
    if len(rows) != 1:
        raise Malformed(f"{form} holds {len(rows)} applications: a supplement is for one")
    (row,) = rows
    head = app.registry.head(number)
    drawn = app.registry.version(number, head.versions)
    folder = _folder(app, dossiers)
    candidates = folder.of_form(row, app.deployment.origin)
    sent = {dossier.root for dossier in candidates} & {drawn.certificate_root}
    if sent and drawn.stage is not Stage.SUPPLEMENT:
        say(f"{number} was supplemented with this form already", f"{number} 已按此表补正")
        return
    ledger = _on_ledger(app, {row.form.values["subject_code"]}) if candidates else {}
    known = unused(candidates, {*ledger, *sent}, ())
    filing = draw_up(row, app.deployment.origin, drawn.registrar, entries=row.entries or (_ANY,), known=known)
    show_forms(rows, as_json=False, in_full=True)
    confirm(1, yes)
    sender = app.sender(app.choose(account, Role.ACCEPTOR if drawn.interested_party else Role.APPLICANT))
    folder.write([filing])
    data = supplement_call(number, head.versions, row, filing.dossier)
    (receipt,) = sender.send([Call(app.contracts.address("Applications"), data)])
    path = folder.name(filing.dossier.root, number, head.versions)
    say(
        f"{number} supplemented (block {receipt.block_number}); hand its dossier over: {path}",
        f"{number} 已补正（区块 {receipt.block_number}）；请线下移交卷宗：{path}",
    )


def _file(
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
    folder = _folder(app, dossiers)
    entries = tuple(sorted({entry_named(name) for name in entry or []}))
    default = registrar or (None if all(row.registrar for row in rows) else _only_registrar(app))
    origin = app.deployment.origin
    candidates = [folder.of_form(row, origin) for row in rows]
    # What an earlier run sent and nobody included yet has to be on the ledger before it is looked at.
    sender = app.sender(account) if any(candidates) else None
    ledger = _on_ledger(app, {row.form.values["subject_code"] for row in rows}) if any(candidates) else {}
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


def _on_ledger(app: App, subjects: set[str]) -> dict[bytes, OnLedger]:
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


def _numbered(rows: Sequence[FilledRow], number: str | None) -> list[FilledRow]:
    if number is not None:
        if len(rows) != 1 or rows[0].number not in (None, number):
            raise Malformed("--number is for a form with one application that names no other registration")
        return [replace(rows[0], number=number)]
    without = [str(row.row) for row in rows if row.number is None]
    if without:
        raise Malformed(
            f"rows {', '.join(without[:20])} name no registration: fill in registration (登记编号), or --number"
        )
    return list(rows)


def _folder(app: App, dossiers: Path | None) -> DossierFolder:
    return DossierFolder(dossiers if dossiers is not None else app.settings.home / "dossiers")


def _read(form: Path, sheet: str | None) -> list[FilledRow]:
    try:
        return read_forms(form, sheet)
    except FormsRefused as error:
        show_problems(error)
        raise


_ANY = entry_named("0x" + "00" * 32)
"""A supplement changes no entries, so that its form need not name them."""
