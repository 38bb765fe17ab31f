"""`prove`, `verify`, `trust`: evidence for third parties, and their verdict."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.cells import cell_len

from ledger.app import App, load_trust
from ledger.cli.moment import local_moment
from ledger.cli.output import AsJson, chinese, note, pick, print_json, say, table
from ledger.errors import Malformed, NotFound, Unavailable
from ledger.files import read_bytes, write_bytes
from ledger.model.ids import entry_named
from ledger.model.registration_number import is_registration_number
from ledger.proof.archive import read_archive
from ledger.proof.attachment import PDF_BYTES
from ledger.proof.bundle import parse_bundle
from ledger.proof.certificate import bundle_of, is_certificate, read_document, statement_of, verify_certificate
from ledger.proof.node import NodeEvidence
from ledger.proof.statement import Statement
from ledger.proof.trust import Trust
from ledger.proof.verdict import Outcome, Report, Verdict
from ledger.proof.verify import verify as verify_bundle

if TYPE_CHECKING:
    from ledger.bundles import Bundles

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
_WORST = (3, 4, 2, 1, 0)
"""Exit codes, the worst first (DESIGN §4)."""


def add_to(cli: typer.Typer) -> None:
    """Adds these commands."""
    cli.add_typer(prove_cli, name="prove")
    add_verifier_to(cli)


def add_verifier_to(cli: typer.Typer) -> None:
    """Adds those that need no node and no mirror."""
    cli.command()(verify)
    cli.add_typer(trust_cli, name="trust")


@prove_cli.command()
def entry(
    entry: Annotated[str, typer.Argument(help="Entry id (0x…), or PROVIDER/LOCAL-CODE.")],
    output: Output,
    version: Annotated[int | None, typer.Option(help="An earlier version.")] = None,
) -> None:
    """Prove that an entry's version was published: its last one, unless --version says otherwise."""
    _write(output, _bundles().entry(entry_named(entry), version).encode())


@prove_cli.command()
def certificate(
    number: Annotated[str, typer.Argument(help="Registration number.")],
    output: Output,
    version: Annotated[int | None, typer.Option(help="An earlier version; the last one issued by default.")] = None,
    into: Annotated[
        Path | None, typer.Option(help="A certificate, JSON: written with the bundle in it, instead of the bundle.")
    ] = None,
) -> None:
    """Prove that a certificate was issued, and what it is worth."""
    document = read_document(read_bytes(into, PDF_BYTES)).certificate if into is not None else None
    if document is not None and document.registration != number:
        raise Malformed(f"{into}: the certificate is of registration {document.registration}, not {number}")
    chosen = document.version if document is not None and version is None else version
    made = _bundles().certificate(number, chosen)
    _write(output, made.encode() if document is None else document.with_bundle(made.to_json()).encode())


@prove_cli.command()
def grant(
    entry: Annotated[str, typer.Option(help="Entry: its id, or PROVIDER/LOCAL-CODE.")],
    organization: Annotated[str, typer.Option(help="Code of the organization that would do it.")],
    output: Output,
    number: Annotated[
        int | None, typer.Argument(metavar="[GRANT]", help="Number; the grant that covers it when absent.", min=1)
    ] = None,
    operation: Annotated[str, typer.Option(help="query, verify, compute or export.")] = "query",
    at: Annotated[str | None, typer.Option("--at", help="Past time that is asked about; now by default.")] = None,
) -> None:
    """Prove whether a grant covers what an organization would do with an entry, or covered it at a time.

    What is proven can be that it does not: `verify` then says why.
    """
    from ledger.cli.lookup import member
    from ledger.model.grant import Operation

    id, asked = entry_named(entry), member(Operation, operation, "--operation")
    past = local_moment(at, "--at") if at is not None else None
    if number is None:
        app = App()
        with app.synced_mirror().snapshot() as view:
            derived = view.check_grant(organization, id, asked, past or app.chain_time()).derivation
        if derived is None:
            raise NotFound(f"no grant to {organization} lists the entry or its provider: name the grant that is meant")
        number = derived.grant
    _write(output, _bundles().grant(number, organization, id, asked, past).encode())


@prove_cli.command()
def act(index: Annotated[int, typer.Argument(help="Index in the journal, from 0.")], output: Output) -> None:
    """Prove that an act stands in the journal."""
    _write(output, _bundles().act(index).encode())


@prove_cli.command()
def absence(
    subject: Annotated[str, typer.Argument(help="Entry id (0x…), PROVIDER/LOCAL-CODE, or a registration number.")],
    output: Output,
) -> None:
    """Prove that the ledger has no such entry or registration."""
    named = subject if is_registration_number(subject) else entry_named(subject)
    _write(output, _bundles().absence(named).encode())


def _bundles() -> "Bundles":
    app = App()
    app.synced_mirror()
    return app.bundles


def verify(
    file: Annotated[Path, typer.Argument(help="A bundle, a certificate (JSON or PDF), or a .zip of many.")],
    rpc: Annotated[str | None, typer.Option(help="A node to ask what holds today.")] = None,
    at: Annotated[str | None, typer.Option(help="For a certificate or a grant: a past time, Asia/Shanghai.")] = None,
    trust: Annotated[Path | None, typer.Option(help="Trust file; MULU_TRUST by default.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say whether a bundle or certificate is genuine and in force.

    Exit: 0 valid, 1 not in force, 2 malformed, 3 contradicted, 4 undecided; of many the worst of 3, 4, 2, 1, 0.
    """
    past = local_moment(at, "--at") if at is not None else None
    asked = _Asked(load_trust(trust or App().settings.trust), rpc, past)
    if _is_archive(file):
        raise typer.Exit(_verify_many(file, asked, as_json))
    try:
        report = _verify(read_bytes(file, PDF_BYTES), asked)
    except Malformed as error:
        raise Malformed(f"{file}: {error}") from error
    if as_json:
        print_json(_report_json(report))
    else:
        _print(report)
    raise typer.Exit(report.verdict.exit_code)


def _is_archive(path: Path) -> bool:
    """Whether a file begins as a .zip does; one that only ends as a .zip is a document."""
    try:
        with path.open("rb") as file:
            return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")
    except OSError:
        return False


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a document is verified against."""

    trust: Trust
    rpc: str | None
    at: datetime | None


def _verify(data: bytes, asked: _Asked) -> Report:
    """The verdict on one document. Raises Malformed."""
    now = datetime.now(UTC)
    if not is_certificate(data):
        node = _ask_of_bundle(asked, data) if asked.rpc is not None else None
        return verify_bundle(data, asked.trust, node, now, asked.at)
    document = read_document(data)
    carried = bundle_of(document.certificate)
    header = carried.evidence.header if carried is not None else None
    node = _ask(asked, statement_of(document.certificate), header)
    return verify_certificate(document, asked.trust, node, now, asked.at)


def _ask_of_bundle(asked: _Asked, data: bytes) -> NodeEvidence | None:
    bundle = parse_bundle(data)
    return _ask(asked, bundle.statement, bundle.evidence.header)


def _ask(asked: _Asked, statement: Statement, header: bytes | None) -> NodeEvidence | None:
    """What the node says; None where none is named, or it cannot be reached, which is said on standard error."""
    if asked.rpc is None:
        return None
    from ledger.chain.rpc import open_node
    from ledger.evidence import gather_today

    try:
        return gather_today(open_node(asked.rpc, "--rpc"), asked.trust, statement, header, asked.at)
    except Unavailable as error:
        note(str(error))
        return None


def _verify_many(file: Path, asked: _Asked, as_json: bool) -> int:
    """Prints the verdict on each document of a .zip; the worst exit code."""
    codes, rows = [0], list[dict[str, Any]]()
    for name, data in read_archive(file):
        try:
            report = _verify(data, asked)
        except Malformed as error:
            codes.append(error.exit_code)
            rows.append({"file": name, "verdict": "MALFORMED", "reason": str(error)})
        else:
            codes.append(report.verdict.exit_code)
            rows.append({"file": name, **_report_json(report)})
    if as_json:
        print_json(rows)
    else:
        headers = ("文件", "结论", "说明") if chinese() else ("file", "verdict", "why")
        table(headers, [(row["file"], row["verdict"], row["reason"]) for row in rows])
        say(f"trust file {asked.trust.fingerprint}", f"信任文件 {asked.trust.fingerprint}")
    return min(codes, key=_WORST.index)


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
    shown = [name for name in raw if name not in ("contracts", "format", "validators")]
    rows: list[tuple[str, Any]] = [(name, raw[name]) for name in shown]
    for window in raw["validators"]:
        until = "" if window["until_block"] is None else f" until {window['until_block']}"
        rows += [(f"validator, blocks from {window['from_block']}{until}", one) for one in window["addresses"]]
    for name, at in raw["contracts"].items():
        rows += [(f"{name} address", at["address"]), (f"{name} code hash", at["code_hash"])]
        rows.append((f"{name} layout", at["layout"]))
    table(("", str(path)), [("fingerprint", taken.fingerprint), *rows])


@trust_cli.command("update")
def update_trust(
    rpc: Annotated[str | None, typer.Option(help="A node of the chain; MULU_RPC_URL by default.")] = None,
    trust: Annotated[Path | None, typer.Option(help="Trust file; MULU_TRUST by default.")] = None,
) -> None:
    """Follow the validators' votes to the newest block, header by header, and write the trust file anew.

    The node is not believed: a header that the validators known so far did not seal ends it, and nothing is written.
    """
    from ledger.chain.rpc import open_node
    from ledger.files import write_json
    from ledger.validators import update

    app = App()
    path = trust or app.settings.trust
    known = load_trust(path)
    node = open_node(rpc, "--rpc") if rpc is not None else app.node
    fresh = update(node, known)
    if fresh != known:
        write_json(path, fresh.to_json())
    current = fresh.windows[-1]
    say(
        f"{path}: {len(current.addresses)} validators since block {current.from_block}, followed to block "
        f"{fresh.known_block}; {len(fresh.windows) - len(known.windows)} changes; fingerprint {fresh.fingerprint}",
        f"{path}：自区块 {current.from_block} 起有 {len(current.addresses)} 个验证者，已核对至区块 "
        f"{fresh.known_block}；变更 {len(fresh.windows) - len(known.windows)} 次；指纹 {fresh.fingerprint}",
    )


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
