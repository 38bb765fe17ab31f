"""Proof routes: they ask the node, so they are few at a time and go to a thread each."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from starlette.responses import Response

from ledger.chain.rpc import NodeError
from ledger.errors import NotFound, Suppressed, Unavailable
from ledger.proof.bundle import Bundle
from registry_api.ports import Application
from registry_api.threads import Threads

AT_ONCE: Final = 4
"""Proofs under way; more are refused with 503, so that readers of the mirror always find a thread."""


class Prover:
    """Makes bundles of what the mirror has."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._threads = Threads(AT_ONCE, "proof")

    async def entry(self, id: bytes, version: int | None, file_name: str) -> Response:
        """The bundle of an entry's version; the newest when no version is given."""
        return await self._bundle(lambda: self._app.bundles.entry(id, version), file_name)

    async def certificate(self, number: str, version: int, file_name: str) -> Response:
        """The bundle of a certificate."""
        return await self._bundle(lambda: self._app.bundles.certificate(number, version), file_name)

    async def grant(
        self, number: int, organization: str, entry: bytes, operation: int, at: datetime | None, file_name: str
    ) -> Response:
        """The bundle of a grant at a time; at the newest block's when no time is given."""
        return await self._bundle(
            lambda: self._app.bundles.grant(number, organization, entry, operation, at), file_name
        )

    async def act(self, index: int, file_name: str) -> Response:
        """The bundle of an act."""
        return await self._bundle(lambda: self._app.bundles.act(index), file_name)

    async def absence(self, subject: bytes | str, file_name: str) -> Response:
        """The bundle of an absence."""
        return await self._bundle(lambda: self._app.bundles.absence(subject), file_name)

    async def _bundle(self, make: Callable[[], Bundle], file_name: str) -> Response:
        if self._threads.under_way >= AT_ONCE:
            raise Unavailable(f"{AT_ONCE} proofs are being made; ask again in a moment")
        try:
            body = await self._threads.run(lambda: make().encode())
        except Suppressed:
            raise
        except (NotFound, NodeError) as error:
            # The caller found it in the mirror, so what is missing lies with the node or the deployment.
            raise Unavailable("the node cannot prove this now; the operator's log says why") from error
        headers = {"content-disposition": f'attachment; filename="{file_name}"', "cache-control": "no-store"}
        return Response(body, media_type="application/json", headers=headers)
