"""`mulu sentinel`, and the same within `mulu index --follow`: samples of the mirror against the chain."""

import logging
import time
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.app import App
from ledger.cli.output import AsJson, print_json, say
from ledger.cli.service import Service
from ledger.errors import Inconsistent, LedgerError
from ledger.model.message import Message

if TYPE_CHECKING:
    from ledger.audit.sentinel import Sentinel

Rows = Annotated[int, typer.Option(help="Rows to choose.", min=1, max=100_000)]


def sentinel(
    rows: Rows = 64,
    seed: Annotated[int | None, typer.Option(help="Choose the same rows again.")] = None,
    as_json: AsJson = False,
) -> None:
    """Compare rows of the mirror, chosen at random, with the contracts; exit 3 names what differs."""
    from ledger.cli.audit_view import described

    app = App()
    found = _sentinel(app, rows, seed).look()
    if as_json:
        differences = [difference.to_json() for difference in found.differences]
        print_json({"block": found.block, "rows": found.rows, "differences": differences})
    else:
        for difference in found.differences:
            print(described(difference))
        count = len(found.differences)
        say(
            f"{found.rows} rows compared at block {found.block}, {count} differences",
            f"区块 {found.block} 处比对 {found.rows} 行，{count} 处不同",
        )
    if found.differences:
        raise Inconsistent("the mirror differs from the chain: mulu audit replay finds everything that differs")


def _sentinel(app: App, rows: int, seed: int | None = None) -> "Sentinel":
    from ledger.audit.sentinel import Sentinel

    return Sentinel(app.contracts.node, app.deployment, app.mirror, rows, seed)


class Watch:
    """Looks every so often, keeps in the mirror what it finds, and logs it."""

    def __init__(self, app: App, service: Service, seconds: float, rows: int = 64) -> None:
        from ledger.store.health import MirrorHealth

        self._app = app
        self._health = MirrorHealth(app.mirror.writer)
        self._service = service
        self._seconds, self._rows = seconds, rows
        self._due = 0.0
        known = app.mirror.queries.health()
        self._suspects = known.suspects if known else []

    def look(self) -> None:
        """Looks, if it is time. The indexer goes on whatever is found: what it reads of the chain stays true."""
        if time.monotonic() < self._due:
            return
        self._due = time.monotonic() + self._seconds
        try:
            found = _sentinel(self._app, self._rows).look(self._suspects)
            new = [suspect for suspect in found.suspects if suspect not in self._suspects]
            self._health.checked(found.rows, len(new), found.suspects)
        except LedgerError as error:
            said = Message(f"the sentinel could not look: {error}", f"哨兵未能比对：{error}")
            self._service.tell(logging.WARNING, "sentinel", said)
            return
        for suspect in new:
            said = Message(f"the mirror differs from the chain: {suspect.said}", f"镜像库与链上不一致：{suspect.said}")
            self._service.tell(logging.ERROR, "divergence", said, table=suspect.table, act=suspect.act)
        if self._suspects and not found.suspects:
            said = Message("the mirror differs no more", "镜像库已恢复一致")
            self._service.tell(logging.WARNING, "agrees", said)
        self._suspects = found.suspects
        self._service.tell(
            logging.INFO, "sentinel", block=found.block, rows=found.rows, differences=len(found.differences)
        )
