"""Making the certificate of a registration version from its dossier."""

from ledger.certificate.dossier import Dossier, check_root
from ledger.errors import Contradicted
from ledger.merkle.fields import roots, withhold
from ledger.model.certificate import Certificate
from ledger.model.ids import to_hex


def make_certificate(
    dossier: Dossier,
    *,
    registration: str,
    version: int,
    origin: bytes,
    certificate_root: bytes,
    field_count: int,
    full: bool = False,
) -> Certificate:
    """The certificate of a version.

    Args:
        origin: the journal's, 32 bytes; `certificate_root` and `field_count` are what the chain keeps of the version.
        full: show the withheld fields too; such a copy is for the holder and is not to be published.

    Raises Contradicted when the dossier is not that of the version, Unavailable where there is no SM3.
    """
    if dossier.origin != origin:
        raise Contradicted(
            "origin", f"the dossier is of journal {to_hex(dossier.origin)}, the registration of {to_hex(origin)}"
        )
    check_root(dossier, certificate_root, field_count)
    fields = tuple(
        withhold(salted.field) if salted.withheld and not full else salted.field for salted in dossier.fields
    )
    return Certificate(registration, version, origin, fields, roots(fields))
