"""`product add`, `ceiling`, `price`, `suspend`, `resume`, `delist`: what operators offer, at what price."""

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.app import App
from ledger.cli.grant_parts import (
    SHOWN,
    Account,
    Document,
    Reason,
    Sheet,
    Yes,
    confirm,
    digest_of,
    refused_rows_shown,
    say_sent,
)
from ledger.cli.output import AsJson, chinese, note, pick, print_json, progress, say, table
from ledger.errors import Malformed, Rejected
from ledger.model.message import Message
from ledger.model.roles import Role

if TYPE_CHECKING:
    from ledger.grant.offering import SortedOffers
    from ledger.grant.product_file import OfferedProduct

Number = Annotated[int, typer.Argument(help="Number of the product.")]
Products = Annotated[list[int], typer.Argument(help="Numbers of products.")]
Yuan = Annotated[str, typer.Option("--yuan", help="Yuan for a unit, like 0.50; kept in fen.")]
Unit = Annotated[str, typer.Option("--unit", help="What is charged for, in ASCII: call, year.")]

_FEN_MOST = 2**64 - 1


def add_to(cli: typer.Typer) -> None:
    """Adds these commands."""
    for command in (add, ceiling, price):
        cli.command()(command)
    _status(cli, "suspend", Role.SUPERVISOR, "Suspend products.", Message("suspended", "中止产品"))
    _status(cli, "resume", Role.SUPERVISOR, "Lift suspensions of products.", Message("resumed", "恢复产品"))
    _status(
        cli,
        "delist",
        Role.APPLICANT,
        "Take products off the list for good, as the operator or, named by --account, as the grantor.",
        Message("delisted", "下架产品"),
    )


def add(
    file: Annotated[Path, typer.Argument(help="Products: CSV or XLSX with a row for each, or JSON.")],
    publisher: Annotated[
        str | None, typer.Option(help="Key that publishes the catalog entries; the signing one if it may.")
    ] = None,
    yes: Yes = False,
    sheet: Sheet = None,
    account: Account = None,
    as_json: AsJson = False,
) -> None:
    """Add products: publishes their catalog entries where that is still to be done, then lists them."""
    from ledger.grant.offering import add_products, publish_entries, sort_offers
    from ledger.grant.product_file import read_products
    from ledger.grant.sending import Sent

    app = App()
    chosen = app.choose(account, Role.APPLICANT)
    operator, roles = app.roles_of(app.address_of(chosen))
    with refused_rows_shown():
        name, products = read_products(file, operator, sheet)
        sender = app.sender(chosen)
        found = sort_offers(name, products, app.contracts)
    added: list[tuple[OfferedProduct, int]] = []
    sent, entries = Sent(), Sent()
    if found.fresh:
        if not as_json or not yes:
            _show(found)
        question = Message(f"add {len(found.fresh)} products?", f"将公开上述内容并登记 {len(found.fresh)} 项产品。")
        confirm(str(len(found.fresh)), question, yes=yes)
        if found.unpublished:
            signing = publisher or (chosen if roles & Role.PUBLISHER else app.choose(None, Role.PUBLISHER))
            publishing = sender if signing == chosen else app.sender(signing)
            entries = publish_entries(found.unpublished, app.contracts, publishing)
        with progress(len(found.fresh), "adding products", "正在登记产品") as advance:

            def included(one: "OfferedProduct", number: int) -> None:
                added.append((one, number))
                advance(1)

            sent = add_products([one.product for one in found.fresh], app.contracts, sender, included)
    if as_json:
        print_json(
            {
                "added": [{"row": one.row, "product": number, "name": one.content.name} for one, number in added],
                "added_before": [{"row": one.row, "product": number} for one, number in found.before],
                "entries_published": entries.count,
                "transactions": entries.transaction_count + sent.transaction_count,
                "gas": entries.gas_used + sent.gas_used,
            }
        )
        return
    headers = ("行", "产品编号", "产品名称") if chinese() else ("row", "product", "name")
    table(headers, sorted((one.row, number, one.content.name) for one, number in [*added, *found.before]))
    say_sent(sent, Message("products added", "登记产品"), len(found.before))


def ceiling(
    number: Number,
    yuan: Yuan,
    unit: Unit,
    document: Annotated[Path, typer.Option(help="The document that sets it: its SHA-256 goes on chain.")],
    yes: Yes = False,
    account: Account = None,
    as_json: AsJson = False,
) -> None:
    """Set the highest price of a product, as the grantor. A price above it, or for another unit, ends with it."""
    element = {"product": number, "ceiling": fen_of(yuan), "unit": _unit(unit), "document": digest_of(document)}
    question = Message(f"a ceiling of {yuan} yuan per {unit}?", f"上限收费标准 {yuan} 元/{unit}。")
    _set("setCeilings", Role.GRANTOR, element, question, yes, account, as_json)


def price(
    number: Number,
    yuan: Yuan,
    unit: Unit,
    trial: Annotated[bool, typer.Option("--trial", help="A trial price (试行收费标准).")] = False,
    document: Document = None,
    yes: Yes = False,
    account: Account = None,
    as_json: AsJson = False,
) -> None:
    """Set the price of a product, as its operator, within its ceiling."""
    element = {"product": number, "price": fen_of(yuan), "unit": _unit(unit), "trial": trial}
    element["document"] = digest_of(document)
    question = Message(f"a price of {yuan} yuan per {unit}?", f"收费标准 {yuan} 元/{unit}。")
    _set("setPrices", Role.APPLICANT, element, question, yes, account, as_json)


def _status(cli: typer.Typer, function: str, role: Role, described: str, done: Message) -> None:
    def run(
        products: Products,
        reason: Reason = None,
        document: Document = None,
        yes: Yes = False,
        account: Account = None,
        as_json: AsJson = False,
    ) -> None:
        from ledger.grant.offering import require_products, send_each

        hashed = digest_of(document, None, reason)
        if hashed == bytes(32):
            raise Malformed("say why, with --reason or --document")
        app = App()
        numbers = list(dict.fromkeys(products))
        require_products(numbers, app.contracts)
        sender = app.sender(account or app.choose(account, role))
        typed = str(numbers[0] if len(numbers) == 1 else len(numbers))
        confirm(typed, Message(f"{function} {len(numbers)} products?", f"{done.zh}。"), yes=yes)
        elements = [{"product": one, "reason": hashed} for one in numbers]
        sent = send_each(function, elements, app.contracts, sender)
        if as_json:
            print_json({"taken": numbers, "transactions": sent.transaction_count, "gas": sent.gas_used})
            return
        say_sent(sent, done, 0)

    cli.command(function, help=described)(run)


def fen_of(yuan: str) -> int:
    """Fen of an amount in yuan with at most two decimals. Raises Malformed."""
    try:
        fen = Decimal(yuan.strip()) * 100
        if not fen.is_finite() or fen != fen.to_integral_value() or not 0 <= fen <= _FEN_MOST:
            raise InvalidOperation
    except InvalidOperation:
        raise Malformed(f"--yuan {yuan!r}: want an amount like 0.50, with at most two decimals") from None
    return int(fen)


def _set(
    function: str,
    role: Role,
    element: dict[str, Any],
    question: Message,
    yes: bool,
    account: str | None,
    as_json: bool,
) -> None:
    from ledger.grant.offering import require_products, send_each
    from ledger.model.grant_words import yuan as yuan_of
    from ledger.model.product import ProductContent

    app = App()
    number = element["product"]
    (known,) = require_products([number], app.contracts)
    content = _content(app, number)
    chosen = app.choose(account, role)
    sender = app.sender(chosen)
    if not as_json or not yes:
        name = content.name if isinstance(content, ProductContent) else ""
        say(
            f"product {number}: {name}; grant {known['grant'] or '-'}",
            f"产品 {number}：{name}；授权 {known['grant'] or '-'}",
        )
    confirm(str(number), question, yes=yes)
    sent = send_each(function, [element], app.contracts, sender)
    now = app.contracts.call("Products", "price", number)
    if as_json:
        print_json(
            {
                "product": number,
                "ceiling_fen": now["ceiling"] if now["hasCeiling"] else None,
                "price_fen": now["price"] if now["hasPrice"] else None,
                "trial": now["trial"],
                "transactions": sent.transaction_count,
                "gas": sent.gas_used,
            }
        )
        return
    limit = yuan_of(now["ceiling"]) if now["hasCeiling"] else "-"
    own = yuan_of(now["price"]) if now["hasPrice"] else "-"
    say(
        f"product {number}: price {own} yuan, ceiling {limit} yuan (block {sent.last_block})",
        f"产品 {number}：收费标准 {own} 元，上限 {limit} 元（区块 {sent.last_block}）",
    )


def _content(app: App, number: int) -> Any:
    """What the product's act says of it; None where that is malformed. Raises Rejected for another digest."""
    import hashlib

    from ledger.chain.acts import acts_of
    from ledger.model.product import ProductContent

    (act,) = acts_of(app.contracts, "Products", "ProductAdded", number.to_bytes(32))
    content: bytes = act.fields["content"]
    if hashlib.sha256(content).digest() != app.contracts.call("Products", "product", number)["contentDigest"]:
        raise Rejected(f"the node's act of product {number} has other content than its head")
    try:
        return ProductContent.parse(content)
    except Malformed:
        return None


def _unit(unit: str) -> bytes:
    from ledger.model.product import unit_bytes

    return unit_bytes(unit)


def _show(found: "SortedOffers") -> None:
    from ledger.model.grant_words import FORMS, PURPOSES

    note("the following will be public for good:", "以下内容将上链公开，不可撤回：")
    headers = (
        ("行", "产品名称", "产品形态", "用途", "授权或源产品", "输入条目数", "目录条目") if chinese()
        else ("row", "name", "form", "purpose", "grant or source", "inputs", "entry")
    )  # fmt: skip
    there, fresh = Message("published", "已发布"), Message("to be published", "待发布")
    table(
        headers,
        [
            (
                one.product.row,
                one.product.content.name,
                pick(FORMS[one.product.form]),
                pick(PURPOSES[one.product.purpose]),
                one.product.grant or f"({one.product.source})",
                len(one.product.inputs),
                pick(there if one.entry_version is None else fresh),
            )
            for one in found.fresh[:SHOWN]
        ],
    )
    if len(found.fresh) > SHOWN:
        note(f"… and {len(found.fresh) - SHOWN} more", f"……其余 {len(found.fresh) - SHOWN} 项")
