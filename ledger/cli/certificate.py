"""`mulu certificate`: making, redacting and looking at certificates."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.app import App
from ledger.cli.output import AsJson, chinese, print_json, say, table
from ledger.errors import Malformed, NotFound, Rejected
from ledger.files import read_bytes, write_bytes
from ledger.model.certificate import Certificate
from ledger.model.ids import to_hex
from ledger.model.registration import Stage
from ledger.model.registration_form import label_of
from ledger.model.registration_words import KINDS
from ledger.proof.attachment import PDF_BYTES
from ledger.proof.certificate import read_document

if TYPE_CHECKING:
    from ledger.certificate.page import IssueFacts

cli = typer.Typer(help="Certificates: make, redact, show.", no_args_is_help=True)

Document = Annotated[Path, typer.Argument(help="A certificate: JSON or PDF.")]


@cli.command()
def make(
    number: Annotated[str, typer.Argument(help="Registration number.")],
    output: Annotated[
        list[Path], typer.Option("-o", "--output", help="File to write, .pdf or .json; can be repeated.")
    ],
    version: Annotated[int | None, typer.Option(help="An earlier version; the last one issued by default.")] = None,
    dossier: Annotated[Path | None, typer.Option(help="Its dossier; the center's own store by default.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Show the withheld fields too: for the holder alone.")] = False,
    with_bundle: Annotated[
        bool, typer.Option("--with-bundle", help="Put the proof of today into it, so that it is verified offline.")
    ] = False,
) -> None:
    """Make the certificate of a registration that was issued. Withheld fields are given by their hashes."""
    from ledger.certificate.issue import make_certificate
    from ledger.registration.dossiers import one_dossier

    app = App()
    head = app.registry.head(number)
    chosen = version or head.issued
    if not chosen:
        raise Rejected(f"registration {number} was not issued")
    drawn = app.registry.version(number, chosen)
    if drawn.stage is not Stage.ISSUED:
        raise Rejected(f"version {chosen} of {number} was not issued: it is {drawn.stage.name}")
    held = one_dossier(dossier) if dossier is not None else app.dossiers.with_root(drawn.certificate_root)
    if held is None:
        raise NotFound(
            f"the center's own store has no dossier of version {chosen} of {number}: give it with --dossier "
            "(MULU_DOSSIER_URL names the store)"
        )
    made = make_certificate(
        held,
        registration=number,
        version=chosen,
        origin=app.deployment.origin,
        certificate_root=drawn.certificate_root,
        field_count=drawn.field_count,
        full=full,
    )
    if with_bundle:
        app.synced_mirror()
        made = made.with_bundle(app.bundles.certificate(number, chosen).to_json())
    for path in output:
        _write(path, made, lambda: _facts(app, number, chosen), private=full, font=app.settings.font)


@cli.command()
def redact(
    document: Document,
    output: Annotated[Path, typer.Option("-o", "--output", help="JSON file to write.")],
    withhold: Annotated[list[str], typer.Option(help="Field to withhold, by name or label; can be repeated.")],
) -> None:
    """Write a copy that withholds fields. It verifies as the original does."""
    from ledger.certificate.redact import redact as redacted
    from ledger.model.registration_form import field_of

    if output.suffix.lower() != ".json":
        raise Malformed("a redacted copy is written as .json")
    certificate = _read(document)
    names = [one if one in certificate.shown else (known.name if (known := field_of(one)) else one) for one in withhold]
    write_bytes(output, redacted(certificate, names).encode())
    say(f"wrote {output}: {', '.join(names)} withheld", f"已写入 {output}：隐去 {'、'.join(map(label_of, names))}")


@cli.command()
def show(document: Document, as_json: AsJson = False) -> None:
    """Show what a certificate says. Nothing is checked: that is `mulu verify`."""
    certificate = _read(document)
    if as_json:
        print_json(
            {
                "registration": certificate.registration,
                "version": certificate.version,
                "origin": to_hex(certificate.origin),
                "fields": certificate.shown,
                "withheld": certificate.withheld,
                "sha256": to_hex(certificate.roots.sha256),
                "sm3": to_hex(certificate.roots.sm3),
            }
        )
        return
    say(
        f"registration {certificate.registration}, version {certificate.version}; not checked here: mulu verify",
        f"登记编号 {certificate.registration}，第 {certificate.version} 版；此处未核验，请用 mulu verify",
    )
    headers = ("字段", "内容") if chinese() else ("field", "value")
    table(headers, [(label_of(name), value.replace("\n", "；")) for name, value in certificate.shown.items()])
    say(f"{certificate.withheld} fields withheld", f"隐去字段 {certificate.withheld} 个")


def _facts(app: App, number: str, version: int) -> "IssueFacts":
    """What the ledger says of the version, for its page."""
    from ledger.certificate.page import LOCAL_TIME, IssueFacts

    drawn = app.registry.version(number, version)
    issuance = app.registry.issuance(number, version)
    names = app.synced_mirror().queries.organization_names([drawn.registrar])
    end = datetime.fromtimestamp(issuance.valid_until, UTC).astimezone(LOCAL_TIME)
    return IssueFacts(
        registrar=names.get(drawn.registrar, drawn.registrar),
        kind=KINDS[drawn.kind].zh,
        issued_at=datetime.fromtimestamp(drawn.issued_at, UTC),
        valid_until=(end - timedelta(seconds=1)).date(),
        status_url=f"{app.settings.public_url}/certificates/{number}?version={version}",
        chain_id=app.deployment.chain_id,
        act_index=issuance.act_index,
        contract=app.contracts.address("Registry"),
        national_code=app.registry.national_code(number),
        content_digest=drawn.content_digest,
    )


def _write(
    path: Path, made: Certificate, facts: Callable[[], "IssueFacts"], *, private: bool, font: Path | None
) -> None:
    kind = path.suffix.lower()
    if kind == ".json":
        data = made.encode()
    elif kind == ".pdf":
        from ledger.certificate.font import find_font
        from ledger.certificate.render import render

        data = render(made, facts(), find_font(font))
    else:
        raise Malformed(f"{path}: a certificate is written as .pdf or .json")
    # A copy that shows everything is never readable by others, not for a moment.
    before = os.umask(0o077) if private else None
    try:
        write_bytes(path, data)
    finally:
        if before is not None:
            os.umask(before)
    say(
        f"wrote {path} ({len(data)} bytes, {made.withheld} fields withheld)",
        f"已写入 {path}（{len(data)} 字节，隐去字段 {made.withheld} 个）",
    )


def _read(path: Path) -> Certificate:
    data = read_bytes(path, PDF_BYTES)
    try:
        return read_document(data).certificate
    except Malformed as error:
        raise Malformed(f"{path}: {error}") from error
