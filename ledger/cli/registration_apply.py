"""`registration apply`, `change`, `correct`, `renew`, `supplement`, `preview`: from filled-in forms to applications."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from ledger.app import App
from ledger.cli.output import AsJson, say
from ledger.cli.registration_filing import file_forms, folder_of, on_ledger
from ledger.cli.registration_preview import confirm, show_forms, show_problems
from ledger.errors import Malformed
from ledger.model.ids import entry_named
from ledger.model.registration import Kind, Stage
from ledger.model.roles import Role
from ledger.registration.application import draw_up, supplement_call
from ledger.registration.dossiers import unused
from ledger.registration.forms import FilledRow, FormsRefused, read_forms

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
    file_forms(app, rows, Kind.FIRST, registrar, entry, dossiers, yes, chosen, as_json, again=again)


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
    file_forms(app, rows, Kind.CHANGE, registrar, entry, dossiers, yes, app.choose(account, Role.APPLICANT), as_json)


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
    file_forms(app, rows, Kind.CORRECTION, registrar, entry, dossiers, yes, chosen, as_json, objection, digest)


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
    file_forms(app, rows, Kind.RENEWAL, registrar, entry, dossiers, yes, app.choose(account, Role.APPLICANT), as_json)


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
    folder = folder_of(app, dossiers)
    candidates = folder.of_form(row, app.deployment.origin)
    sent = {dossier.root for dossier in candidates} & {drawn.certificate_root}
    if sent and drawn.stage is not Stage.SUPPLEMENT:
        say(f"{number} was supplemented with this form already", f"{number} 已按此表补正")
        return
    ledger = on_ledger(app, {row.form.values["subject_code"]}) if candidates else {}
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


def _read(form: Path, sheet: str | None) -> list[FilledRow]:
    try:
        return read_forms(form, sheet)
    except FormsRefused as error:
        show_problems(error)
        raise


_ANY = entry_named("0x" + "00" * 32)
"""A supplement changes no entries, so that its form need not name them."""
