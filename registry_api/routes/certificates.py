"""What certificates are worth."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from ledger.errors import NotFound
from ledger.indexer.registration_rows import RegistrationRow
from registry_api import registration_schemas as schemas
from registry_api import registration_wire as wire
from registry_api.bundle_schemas import Bundle
from registry_api.proving import Prover
from registry_api.reading import Reader, Reading
from registry_api.registration_parameters import CertificateProofQuery, CertificateQuery, NumberPath
from registry_api.routes.responses import answers

GIVING: Final = ("ISSUED", "SUPERSEDED", "SUSPENDED", "RESUMED", "CANCELLED", "REVOKED", "OBJECTION_UPHELD")
"""Steps that give a status."""


def make_router(reader: Reader, prover: Prover) -> APIRouter:
    """The routes of certificates."""
    router = APIRouter(tags=["certificates"])

    @router.get(
        "/v1/certificates/{number}/status",
        operation_id="getCertificateStatus",
        responses=answers(schemas.CertificateAnswer, 404),
    )
    async def get_status(request: Request, number: NumberPath, query: Annotated[CertificateQuery, Query()]) -> Response:
        """What a certificate is worth now, or was worth at the time `as_of`.

        Without `version` it is the one issued last. This is the mirror's word; `mulu verify` needs nobody's.
        """

        def make(reading: Reading) -> dict[str, Any]:
            row = find_issued(reading, number, query.version)
            by = wire.judged(reading, [row])
            return {"certificate": wire.certificate(row, status_act(reading, row), by)}

        return await reader.answer(request, query.moment, make, clock=query.asked)

    @router.get(
        "/v1/certificates/{number}/proof",
        operation_id="proveCertificate",
        responses=answers(Bundle, 404, tagged=False),
    )
    async def prove_certificate(number: NumberPath, query: Annotated[CertificateProofQuery, Query()]) -> Response:
        """A bundle that proves a certificate and what it is worth, made and checked at the node's head.

        Without `version` it is the one issued last. It goes into a certificate as its `bundle`, or stands beside it.
        """

        def make(reading: Reading) -> int:
            return find_issued(reading, number, query.version).version

        version = reader.read(None, make)
        return await prover.certificate(number, version, f"certificate-{number}-v{version}.json")

    return router


def find_issued(reading: Reading, number: str, version: int | None) -> RegistrationRow:
    """An issued version, the last when none is given. Raises NotFound."""
    view, at = reading.view, reading.at
    row = view.registration_issued(number, at) if version is None else view.registration(number, version, at)
    if row is None or row.issued_time is None:
        which = "certificate" if version is None else f"certificate of version {version}"
        known = view.registration(number, None, at) is not None
        why = "; the registration is there, and not issued" if known else ""
        raise NotFound(f"there is no {which} {number} at block {reading.moment.point.number}{why}")
    return row


def status_act(reading: Reading, row: RegistrationRow) -> int:
    """The act that gave a version the status that is stored; an expiry has none of its own."""
    steps = reading.view.registration_steps(row.number, row.version, reading.at)
    giving = [step.act_index for step in steps if step.step in GIVING and step.time == row.status_since]
    return giving[-1] if giving else row.from_index
