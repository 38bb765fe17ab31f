"""The journal: size and root, consistency proofs, and the C2SP tlog-tiles (https://c2sp.org/tlog-tiles) under
`/v1/journal/`, so that standard tile clients read it: checkpoint, tiles, entry bundles.

Tiles reach as far as the published checkpoint, never into acts that a reorganization can take away: so what stands
under an address never changes.
"""

import hashlib
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from ledger.errors import Malformed, NotFound, Suppressed, Unavailable
from ledger.indexer.checkpoints import check_servable
from ledger.merkle.checkpoint import Checkpoint, parse_signed
from ledger.merkle.proof import consistency_path, root
from ledger.merkle.tiles import WIDTH, Tile
from ledger.model.ids import to_hex
from ledger.store.writer import PublishedCheckpoint
from registry_api import journal_schemas as schemas
from registry_api import wire
from registry_api.parameters import ConsistencyQuery, NoQuery, TilePath
from registry_api.reading import Reader, Reading, has_any, is_known
from registry_api.routes.responses import answers, file_answers

PREFIX: Final = "/v1/journal"
"""Base address for tile clients."""
_ENTRIES = "entries/"
_LENGTH_BYTES = 2
_FOREVER = "public, max-age=31536000, immutable"
_FOR_A_DAY = "public, max-age=86400"
"""What an entry says can be suppressed: then it is served no longer, and should not be for long elsewhere."""
_FRESH = "no-cache"
BINARY: Final = "application/octet-stream"
TEXT: Final = "text/plain; charset=utf-8"


def make_router(reader: Reader) -> APIRouter:
    """The routes of the journal."""
    router = APIRouter(tags=["journal"])

    @router.get(PREFIX, operation_id="getJournal", responses=answers(schemas.JournalAnswer))
    async def get_journal(request: Request, _: NoQuery) -> Response:
        """Origin, size and root of the journal at the mirror's head, and what was signed of it."""

        def make(reading: Reading) -> dict[str, Any]:
            published = reading.view.checkpoint()
            signed = None if published is None else wire.checkpoint(published, f"{PREFIX}/checkpoint")
            return {"journal": wire.journal(reading.position) | {"checkpoint": signed}}

        return await reader.answer(request, None, make, state=lambda view: view.checkpoint())

    @router.get(
        f"{PREFIX}/consistency",
        operation_id="proveConsistency",
        responses=answers(schemas.ConsistencyAnswer, 404),
    )
    async def prove_consistency(request: Request, query: Annotated[ConsistencyQuery, Query()]) -> Response:
        """That the first `from` acts of the journal are those of the first `to`: RFC 9162, section 2.1.4."""

        def make(reading: Reading) -> dict[str, Any]:
            size = reading.position.journal_size
            to = size if query.to is None else query.to
            for asked in (query.from_, to):
                if asked > size:
                    raise NotFound(f"the journal has {size} acts, not {asked}")
            nodes = reading.view.nodes(size)
            return {
                "consistency": {
                    "from": query.from_,
                    "to": to,
                    "from_root": to_hex(root(nodes, query.from_)),
                    "to_root": to_hex(root(nodes, to)),
                    "path": [to_hex(node) for node in consistency_path(nodes, query.from_, to)],
                }
            }

        return await reader.answer(request, None, make)

    @router.get(
        f"{PREFIX}/suppressions", operation_id="listSuppressions", responses=answers(schemas.SuppressionsAnswer)
    )
    async def list_suppressions(request: Request, _: NoQuery) -> Response:
        """Every act whose words the operator of this mirror withholds, since when and why. The chain has them."""

        def make(reading: Reading) -> dict[str, Any]:
            return {"items": [wire.suppressed_act(one) for one in reading.suppressions.values()]}

        return await reader.answer(request, None, make)

    @router.get(
        f"{PREFIX}/checkpoint",
        operation_id="getCheckpoint",
        response_class=Response,
        responses=file_answers(TEXT, "Signed note (C2SP tlog-checkpoint)", 404),
    )
    async def get_checkpoint(request: Request, _: NoQuery) -> Response:
        """The journal's newest checkpoint: origin, size and root, signed by the log key. Final acts only."""

        def make(reading: Reading) -> bytes:
            published, checkpoint = _published(reading)
            position = reading.position
            nodes = reading.view.nodes(position.journal_size)
            # The reader has compared with what was signed last.
            check_servable([checkpoint], position.origin, position.journal_size, nodes)
            return published.note

        return _file(request, reader.read(None, make), TEXT, _FRESH)

    @router.get(
        f"{PREFIX}/tile/{{path:path}}",
        operation_id="getTile",
        response_class=Response,
        responses=file_answers(
            BINARY, "Hashes, 32 bytes each; or entries, each behind its length in two bytes", 404, 410
        ),
    )
    async def get_tile(request: Request, path: TilePath, _: NoQuery) -> Response:
        """A tile of hashes, or the bundle of entries beside a tile of level 0 (C2SP tlog-tiles).

        The hash of 0x00 and an entry is its leaf; an entry is emitter, number of topics, topics and data of a log.
        A bundle with a suppressed act in it is gone: the other acts are at `/v1/acts/{index}`, hashes stay.
        """
        tile, entries = _parse(path)

        def make(reading: Reading) -> bytes:
            _require(tile, path, _published(reading)[1].size)
            if entries:
                start = tile.number * WIDTH
                _require_said(reading, path, range(start, start + tile.width))
                return _bundle(reading.view.journal_entries(start, start + tile.width))
            return reading.view.tile(tile)

        def read() -> bytes:
            return reader.read(None, make)

        # A bundle holds up to 16 MB.
        return _file(
            request, await reader.in_thread(read) if entries else read(), BINARY, _FOR_A_DAY if entries else _FOREVER
        )

    return router


def _published(reading: Reading) -> tuple[PublishedCheckpoint, Checkpoint]:
    published = reading.view.checkpoint()
    if published is None:
        raise NotFound("no checkpoint has been signed yet: `mulu index` signs what is final")
    try:
        return published, parse_signed(published.note)[0]
    except Malformed as error:
        raise Unavailable(f"the mirror's checkpoint is damaged: {error}. `mulu index` signs it again") from error


def _parse(path: str) -> tuple[Tile, bool]:
    """The tile, and whether its entries are asked for. Raises NotFound: an address that is none has nothing."""
    entries = path.startswith(_ENTRIES)
    try:
        return Tile.parse(f"tile/{'0/' + path.removeprefix(_ENTRIES) if entries else path}"), entries
    except Malformed as error:
        raise NotFound(str(error)) from None


def _require(tile: Tile, path: str, size: int) -> None:
    """Raises NotFound unless a journal of `size` acts has a tile."""
    if tile.number * WIDTH + tile.width > size >> 8 * tile.level:
        raise NotFound(f"there is no tile {path}: the checkpoint covers {size} acts")


def _require_said(reading: Reading, path: str, indices: range) -> None:
    """Raises Suppressed when one of a bundle's acts is suppressed: without its log the bundle is none."""
    found = [index for index in reading.suppressions if index in indices]
    if found:
        listed = ", ".join(map(str, found))
        raise Suppressed(
            f"tile {path} would hold acts that are suppressed: {listed}. Their leaves are in the tiles of hashes, the "
            f"other acts at /v1/acts/{{index}}, the reasons at {PREFIX}/suppressions"
        )


def _bundle(entries: list[bytes]) -> bytes:
    return b"".join(len(entry).to_bytes(_LENGTH_BYTES) + entry for entry in entries)


def _file(request: Request, body: bytes, media_type: str, cache: str) -> Response:
    """Bytes as they are, named by their own digest."""
    headers = {"etag": f'"{hashlib.sha256(body).hexdigest()[:32]}"', "cache-control": cache}
    if is_known(request, headers["etag"]) or has_any(request):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)
