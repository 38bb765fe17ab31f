"""`disclosure publish`: yearly disclosures about grants."""

from pathlib import Path
from typing import Annotated

import typer

from ledger.app import App
from ledger.cli.grant_parts import Account, Sheet, Yes, confirm, refused_rows_shown, say_sent
from ledger.cli.output import AsJson, chinese, note, pick, print_json, table
from ledger.errors import Malformed
from ledger.model.disclosure import Kind
from ledger.model.message import Message
from ledger.model.roles import Role


def add_to(cli: typer.Typer) -> None:
    """Adds this command."""
    cli.command()(publish)


def publish(
    file: Annotated[Path, typer.Argument(help="Disclosures: CSV or XLSX with a row for each, or JSON.")],
    yes: Yes = False,
    sheet: Sheet = None,
    account: Account = None,
    as_json: AsJson = False,
) -> None:
    """Publish yearly disclosures, or corrected versions: as grantor or implementing body, or as operator."""
    from ledger.grant.disclosure_file import read_disclosures, sort_disclosures
    from ledger.grant.offering import send_each
    from ledger.grant.sending import Sent
    from ledger.model.grant_words import DISCLOSURES

    app = App()
    with refused_rows_shown():
        name, found = read_disclosures(file, sheet)
    kinds = {one.kind for one in found}
    if len(kinds) > 1:
        raise Malformed(f"{name} holds disclosures of both kinds: different bodies sign them, so make it two files")
    sender = app.sender(app.choose(account, Role.GRANTOR if Kind.AUTHORIZATION in kinds else Role.APPLICANT))
    fresh, before = sort_disclosures(found, app.contracts)
    sent = Sent()
    if fresh:
        if not as_json or not yes:
            note("the following will be public for good:", "以下内容将上链公开，不可撤回：")
            headers = (
                ("行", "授权编号", "年度", "类型", "版本", "标题") if chinese()
                else ("row", "grant", "year", "kind", "version", "title")
            )  # fmt: skip
            table(
                headers,
                [
                    (one.row, one.grant, one.year, pick(DISCLOSURES[one.kind]), version + 1, one.content.title)
                    for one, version in fresh
                ],
            )
        question = Message(f"publish {len(fresh)} disclosures?", f"将披露 {len(fresh)} 项。")
        confirm(str(len(fresh)), question, yes=yes)
        sent = send_each("disclose", [one.to_call(version) for one, version in fresh], app.contracts, sender)
    if as_json:
        print_json(
            {
                "published": [
                    {"row": one.row, "grant": one.grant, "year": one.year, "version": version + 1}
                    for one, version in fresh
                ],
                "published_before": [{"row": one.row, "grant": one.grant, "year": one.year} for one in before],
                "transactions": sent.transaction_count,
                "gas": sent.gas_used,
            }
        )
        return
    say_sent(sent, Message("disclosures published", "披露"), len(before))
