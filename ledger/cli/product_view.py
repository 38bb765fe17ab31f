"""`product list`, `show`: products and their prices as people look at them, from the mirror."""

from typing import Annotated

import typer

from ledger.app import App
from ledger.cli.lookup import AsOf, member, moment_of, row_json, w
from ledger.cli.moment import shown_local
from ledger.cli.output import AsJson, chinese, pick, print_json, say, table
from ledger.errors import Malformed, NotFound
from ledger.model.grant_words import FORMS, PRODUCT_STATUSES, PURPOSES, named_set, priced
from ledger.model.ids import to_hex
from ledger.model.product import Form, ProductContent, Status


def add_to(cli: typer.Typer) -> None:
    """Adds these commands."""
    cli.command("list")(list_)
    cli.command()(show)


def list_(
    q: Annotated[str | None, typer.Argument(help="Words of the name.")] = None,
    grant: Annotated[int | None, typer.Option(help="Number of the grant under which it is offered.")] = None,
    operator: Annotated[str | None, typer.Option(help="Code of the organization that offers it.")] = None,
    form: Annotated[str | None, typer.Option(help="Form, like interface or model.")] = None,
    status: Annotated[str | None, typer.Option(help="listed, suspended or delisted.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1)] = 100,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """List products and services, with their prices."""
    from ledger.store.product_queries import ProductFilter

    app = App()
    wanted = ProductFilter(
        q=q,
        grant=grant,
        operator=operator,
        form=member(Form, form, "--form").name if form else None,
        status=member(Status, status, "--status").name if status else None,
    )
    with app.synced_mirror().snapshot() as view:
        clock, at = moment_of(app, view, as_of)
        rows = view.products(wanted, at, limit=limit)
        prices = view.current_prices([row.product for row in rows], at)
        names = view.organization_names(sorted({row.operator for row in rows}), at)
        effective = {row.grant: view.is_grant_effective(row.grant, clock, at) for row in rows}
        offered = {row.product: view.is_offered(row, clock, at) for row in rows}
    if as_json:
        print_json(
            [
                row_json(row)
                | {
                    "offered": offered[row.product],
                    "price": row_json(prices[row.product]) if row.product in prices else None,
                }
                for row in rows
            ]
        )
        return
    headers = (
        ("编号", "名称", "形态", "用途", "运营机构", "授权", "状态", "收费标准", "上限")
        if chinese()
        else ("number", "name", "form", "purpose", "operator", "grant", "status", "price", "ceiling")
    )
    lines = []
    for row in rows:
        price = prices.get(row.product)
        lines.append(
            (
                row.product,
                row.name or "",
                pick(FORMS[Form[row.form]]),
                pick(named_set(PURPOSES, row.purpose)),
                names.get(row.operator, row.operator),
                row.grant,
                pick(PRODUCT_STATUSES[Status[row.status]])
                + ("" if effective[row.grant] else w(" (grant is not)", "（授权无效）")),
                pick(priced(price.price, price.unit)) if price else "",
                pick(priced(price.ceiling, price.unit)) if price else "",
            )
        )
    table(headers, lines)


def show(
    number: Annotated[int, typer.Argument(help="Number of the product.")],
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Show a product: what is said of it, what it uses, its prices and what became of it."""
    app = App()
    with app.synced_mirror().snapshot() as view:
        clock, at = moment_of(app, view, as_of)
        row = view.product(number, at)
        if row is None:
            raise NotFound(f"there is no product {number}")
        history, prices = view.product_history(number, at), view.product_prices(number, at)
        titles = view.entry_titles([bytes.fromhex(entry[2:]) for entry in row.inputs], at)
        names = view.organization_names([row.operator], at)
        offered = view.is_offered(row, clock, at)
    try:
        stated = ProductContent.parse(row.content).stated()
    except Malformed:
        stated = None
    if as_json:
        told = row_json(row) | {"content": stated, "offered": offered}
        print_json(
            {
                "product": told,
                "history": [row_json(one) | {"content": None} for one in history],
                "prices": [row_json(one) for one in prices],
            }
        )
        return
    say(f"product {number}: {row.name or ''}", f"产品 {number}：{row.name or ''}")
    facts = [
        (w("operator", "运营机构"), f"{names.get(row.operator, '')} {row.operator}".strip()),
        (w("grant", "授权"), str(row.grant)),
        (w("developed from", "再开发自"), str(row.source or "")),
        (w("form", "形态"), pick(FORMS[Form[row.form]])),
        (w("purpose", "用途"), pick(named_set(PURPOSES, row.purpose))),
        (w("status", "状态"), pick(PRODUCT_STATUSES[Status[row.status]])),
        (w("on offer", "在售"), w("yes", "是") if offered else w("no", "否")),
        (w("its entry", "产品目录"), to_hex(row.entry_id)),
    ]
    facts += [(w("uses", "使用资源"), titles.get(bytes.fromhex(entry[2:])) or entry) for entry in row.inputs]
    labels = ProductContent.wordings()
    facts += [(pick(labels[name].label), value) for name, value in (stated or {}).items()]
    table(("", ""), [fact for fact in facts if fact[1]])
    headers = (
        ("自", "收费标准", "上限收费标准", "试行", "记录")
        if chinese()
        else ("since", "price", "ceiling", "trial", "act")
    )
    table(
        headers,
        [
            (
                shown_local(price.time),
                pick(priced(price.price, price.unit)),
                pick(priced(price.ceiling, price.unit)),
                w("trial", "试行") if price.trial else "",
                price.act_index,
            )
            for price in prices
        ],
    )


def _status(status: str, effective: bool) -> str:
    told = pick(PRODUCT_STATUSES[Status[status]])
    return told if effective else told + w(" (grant not in force)", "（授权无效）")
