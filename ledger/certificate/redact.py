"""Redacted copies: the holder of a certificate withholds fields, and what is left verifies as before."""

from collections.abc import Collection
from dataclasses import replace

from ledger.errors import NotFound
from ledger.merkle.fields import withhold
from ledger.model.certificate import Certificate, Field


def redact(certificate: Certificate, names: Collection[str]) -> Certificate:
    """A copy that withholds the named fields; its roots are those of the original.

    Raises NotFound for a name that the certificate does not show, Unavailable where there is no SM3.
    """
    odd = sorted(set(names) - certificate.shown.keys())
    if odd:
        raise NotFound(f"the certificate shows no field {', '.join(odd)}; it shows {', '.join(certificate.shown)}")
    fields = tuple(
        withhold(field) if isinstance(field, Field) and field.name in names else field for field in certificate.fields
    )
    return replace(certificate, fields=fields)
