"""Roots of a certificate: the journal's kind of tree over its fields, once with SHA-256 and once with SM3."""

from collections.abc import Iterable

from ledger.merkle import hashing, sm3
from ledger.model.certificate import Field, Roots, WithheldField


def withhold(field: Field) -> WithheldField:
    """The two hashes of a field's leaf. Raises Unavailable where there is no SM3."""
    leaf = field.leaf
    return WithheldField(hashing.leaf_hash(leaf), sm3.leaf_hash(leaf))


def sha256_leaf(field: Field | WithheldField) -> bytes:
    """The leaf hash that the chain knows, 32 bytes."""
    return field.sha256 if isinstance(field, WithheldField) else hashing.leaf_hash(field.leaf)


def sha256_root(fields: Iterable[Field | WithheldField]) -> bytes:
    """The root that the chain keeps."""
    return hashing.root_of(map(sha256_leaf, fields))


def sm3_root(fields: Iterable[Field | WithheldField]) -> bytes:
    """The root beside it. Raises Unavailable where there is no SM3."""
    return sm3.root_of(field.sm3 if isinstance(field, WithheldField) else sm3.leaf_hash(field.leaf) for field in fields)


def roots(fields: Iterable[Field | WithheldField]) -> Roots:
    """Both roots."""
    kept = tuple(fields)
    return Roots(sha256_root(kept), sm3_root(kept))
