"""`mulu audit timeline`: what happened to one thing, for people, for programs, and as a document to file."""

import csv
import sys
from datetime import datetime
from pathlib import Path

from ledger.app import App
from ledger.audit.telling import local_time
from ledger.audit.timeline import Subject, Timeline, Told, tell, to_json
from ledger.audit.timeline_page import page
from ledger.cli.moment import local_moment
from ledger.cli.output import chinese, pick, print_json, say
from ledger.errors import Malformed
from ledger.files import write_bytes
from ledger.model.ids import entry_named, to_hex
from ledger.model.organization_code import is_valid
from ledger.model.registration_number import require_number


def run(
    entry: str | None,
    registration: str | None,
    organization: str | None,
    grant: int | None,
    as_of: str | None,
    html: Path | None,
    as_csv: bool,
    as_json: bool,
) -> None:
    """Tells it in the form that was asked for."""
    subject = _subject(entry, registration, organization, grant)
    app = App()
    told = tell(app.contracts.node, app.deployment, subject, _as_of(as_of), app.suppressions.known())
    if html is not None:
        write_bytes(html, page(told).encode("utf-8"))
        say(f"{len(told.acts)} acts → {html}", f"{len(told.acts)} 条记录 → {html}")
    elif as_json:
        print_json(to_json(told))
    elif as_csv:
        _write_csv(told)
    else:
        say(
            f"{subject.kind} {subject.name}, block {told.head.number}, {local_time(told.head.time)}",
            f"{subject.name}，截至区块 {told.head.number}，{local_time(told.head.time)}",
        )
        for name, value in told.standing:
            say(f"  {name.en}: {value.en}", f"  {name.zh}：{value.zh}")
        for one in told.acts:
            _show(one)


def _show(one: Told) -> None:
    print(f"\n#{one.index}  {local_time(one.time)}  {pick(one.what)}")
    for finding in one.findings:
        print(f"    ✗ {finding.code}: {pick(finding.message)} {finding.detail}")
    for name, value in one.details:
        print(f"    {pick(name)}{'：' if chinese() else ': '}{pick(value)}")
    if one.approval:
        say(f"    proposed: {one.approval}", f"    提议：{one.approval}")
    print(f"    {one.organization} {to_hex(one.account)}")


def _write_csv(told: Timeline) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    columns = "act", "time", "block", "event", "what", "organization", "account", "details", "approval", "findings"
    writer.writerow(columns)
    for one in told.acts:
        details = "; ".join(f"{name.zh} {value.zh}" for name, value in one.details)
        findings = " ".join(finding.code for finding in one.findings)
        cells = (one.index, local_time(one.time), one.block, one.event, one.what.zh, one.organization)
        writer.writerow([_cell(cell) for cell in (*cells, to_hex(one.account), details, one.approval, findings)])


def _cell(value: object) -> str:
    text = str(value)
    # A cell that begins like a formula would be run by a spreadsheet.
    return "'" + text if text[:1] in ("=", "+", "-", "@") else text


def _subject(entry: str | None, registration: str | None, organization: str | None, grant: int | None) -> Subject:
    if [entry, registration, organization, grant].count(None) != 3:
        raise Malformed("say what is told of: one of --entry, --registration, --organization, --grant")
    if grant is not None:
        return Subject("grant", grant.to_bytes(4), str(grant))
    if entry is not None:
        id = entry_named(entry)
        return Subject("entry", id, to_hex(id))
    if registration is not None:
        require_number(registration, "--registration")
        return Subject("registration", registration.encode(), registration)
    if not is_valid(organization or ""):
        raise Malformed(f"--organization {organization!r}: want a unified social credit code of 18 characters")
    return Subject("organization", (organization or "").encode(), organization or "")


def _as_of(text: str | None) -> int | datetime | None:
    if text is None:
        return None
    return int(text) if text.isascii() and text.isdigit() else local_moment(text, "--as-of")
