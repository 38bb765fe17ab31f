"""`prove`, `verify`, `trust`: evidence for third parties, and their verdict."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.cells import cell_len

from ledger.app import App
from ledger.cli.moment import local_moment
from ledger.cli.output import AsJson, chinese, note, pick, print_json, say, table
from ledger.errors import Malformed, NotFound, Unavailable
from ledger.files import write_bytes
from ledger.model.ids import entry_named
from ledger.proof.attachment import PDF_BYTES
from ledger.proof.bundle import BUNDLE_BYTES, parse_bundle
from ledger.proof.certificate import is_certificate, read_document, verify_certificate
from ledger.proof.node import NodeEvidence
from ledger.proof.registration import RegistrationEvidence
from ledger.proof.trust import Trust, parse_trust
from ledger.proof.verdict import Outcome, Report, Verdict
from ledger.proof.verify import verify as verify_bundle

trust_cli = typer.Typer(help="The trust file: what a verifier takes as given.", no_args_is_help=True)
prove_cli = typer.Typer(help="Make a bundle that a third party can check.", no_args_is_help=True)

Output = Annotated[Path, typer.Option("-o", "--output", help="File to write.")]

_MARKS = {Outcome.PASSED: "✓", Outcome.FAILED: "✗", Outcome.NOT_CHECKED: "-"}
_OUTCOMES_ZH = {Outcome.PASSED: "通过", Outcome.FAILED: "未通过", Outcome.NOT_CHECKED: "未检查"}
_VERDICTS_ZH = {
    Verdict.VALID: "有效",
    Verdict.NOT_IN_FORCE: "已不在有效状态",
    Verdict.CONTRADICTED: "证据自相矛盾（伪造或篡改）",
    Verdict.UNDECIDED: "无法判定",
}


def add_to(cli: typer.Typer) -> None:
    """Adds these commands."""
    cli.add_typer(prove_cli, name="prove")
    cli.command()(verify)


@prove_cli.command()
def entry(
    entry: Annotated[str, typer.Argument(help="Entry id (0x…), or PROVIDER/LOCAL-CODE.")],
    output: Output,
    version: Annotated[int | None, typer.Option(help="An earlier version.")] = None,
) -> None:
    """Prove that an entry's version was published: its last one, unless --version says otherwise."""
    app = App()
    app.synced_mirror()
    _write(output, app.prove_entry(entry_named(entry), version).encode())


@prove_cli.command()
def act(index: Annotated[int, typer.Argument(help="Index in the journal, from 0.")], output: Output) -> None:
    """Prove that an act stands in the journal."""
    app = App()
    app.synced_mirror()
    _write(output, app.prove_act(index).encode())


def verify(
    file: Annotated[Path, typer.Argument(help="A bundle, or a certificate: its JSON, or its PDF.")],
    rpc: Annotated[str | None, typer.Option(help="A node to ask what holds today.")] = None,
    at: Annotated[str | None, typer.Option(help="For a certificate: a past time, Asia/Shanghai.")] = None,
    trust: Annotated[Path | None, typer.Option(help="Trust file; MULU_TRUST by default.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say whether a bundle or certificate is genuine and in force.

    Exit: 0 valid, 1 not in force, 3 contradicted, 4 undecided.
    """
    data = _read(file, PDF_BYTES)
    taken = load_trust(trust or App().settings.trust)
    try:
        report, unreachable = (
            _verify_certificate(data, taken, rpc, at) if is_certificate(data) else _verify_bundle(data, taken, rpc, at)
        )
    except Malformed as error:
        raise Malformed(f"{file}: {error}") from error
    if as_json:
        print_json(_report_json(report))
    else:
        if unreachable:
            note(unreachable)
        _print(report)
    raise typer.Exit(report.verdict.exit_code)


def _verify_bundle(data: bytes, trust: Trust, rpc: str | None, at: str | None) -> tuple[Report, str | None]:
    """The verdict, and why the node could not be asked."""
    if at is not None:
        raise Malformed("--at asks about a certificate's past; a bundle says what its block holds")
    if len(data) > BUNDLE_BYTES:
        raise Malformed(f"larger than {BUNDLE_BYTES} bytes")
    bundle = parse_bundle(data)
    node: NodeEvidence | None = None
    unreachable: str | None = None
    if rpc is not None:
        from ledger.evidence import gather_evidence

        try:
            node = gather_evidence(rpc, trust, bundle)
        except Unavailable as error:
            unreachable = str(error)
    return verify_bundle(data, trust, node, datetime.now(UTC)), unreachable


def _verify_certificate(data: bytes, trust: Trust, rpc: str | None, at: str | None) -> tuple[Report, str | None]:
    """As `_verify_bundle`."""
    document = read_document(data)
    past = local_moment(at, "--at") if at is not None else None
    node: RegistrationEvidence | None = None
    unreachable: str | None = None
    if rpc is not None:
        from ledger.evidence import gather_registration

        certificate = document.certificate
        try:
            node = gather_registration(rpc, trust, certificate.registration, certificate.version)
        except Unavailable as error:
            unreachable = str(error)
    return verify_certificate(document, trust, node, datetime.now(UTC), past), unreachable


@trust_cli.command("show")
def show(
    trust: Annotated[Path | None, typer.Option(help="Trust file; MULU_TRUST by default.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show what the trust file takes as given, and its fingerprint."""
    path = trust or App().settings.trust
    taken = load_trust(path)
    if as_json:
        print_json({**taken.to_json(), "fingerprint": taken.fingerprint})
        return
    raw = taken.to_json()
    rows: list[tuple[str, Any]] = [(name, raw[name]) for name in raw if name not in ("contracts", "format")]
    for name, at in raw["contracts"].items():
        rows += [(f"{name} address", at["address"]), (f"{name} code hash", at["code_hash"])]
    table(("", str(path)), [("fingerprint", taken.fingerprint), *rows])


def load_trust(path: Path) -> Trust:
    """The trust file at a path. Raises NotFound, Malformed."""
    try:
        raw = json.loads(_read(path, BUNDLE_BYTES))
    except NotFound:
        raise NotFound(
            f"no trust file at {path}: get it from somebody you trust and name it with --trust or MULU_TRUST"
        ) from None
    except (ValueError, RecursionError) as error:
        raise Malformed(f"{path}: not JSON: {error}") from None
    return parse_trust(raw)


def _read(path: Path, limit: int) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except FileNotFoundError:
        raise NotFound(f"there is no file {path}") from None
    except OSError as error:
        raise Malformed(f"{path} cannot be read: {error.strerror}") from error
    if len(data) > limit:
        raise Malformed(f"{path} is larger than {limit} bytes")
    return data


def _write(output: Path, data: bytes) -> None:
    write_bytes(output, data)
    say(f"wrote {output} ({len(data)} bytes)", f"已写入 {output}（{len(data)} 字节）")


def _print(report: Report) -> None:
    width = max([12, *map(cell_len, report.statement)])
    for name, value in report.statement.items():
        print(f"  {name}{' ' * (width - cell_len(name))} {value}")
    print()
    for check in report.checks:
        word = _OUTCOMES_ZH[check.outcome] if chinese() else check.outcome
        print(f"  {_MARKS[check.outcome]} {check.name:<10} {word}: {pick(check.detail)}")
    print()
    say(f"  trust file   {report.trust_fingerprint}", f"  信任文件     {report.trust_fingerprint}")
    zh = _VERDICTS_ZH[report.verdict] + (f"：{report.reason}" if report.reason else "")
    print(report.headline if not chinese() else f"{report.headline}（{zh}）")


def _report_json(report: Report) -> dict[str, Any]:
    return {
        "verdict": str(report.verdict),
        "reason": report.reason,
        "statement": report.statement,
        "checks": [{"name": c.name, "outcome": str(c.outcome), "detail": c.detail.en} for c in report.checks],
        "trust_fingerprint": report.trust_fingerprint,
    }
