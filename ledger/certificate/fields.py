"""An application's fields as leaves: every one with a salt of its own, fresh for every version."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ledger.merkle.fields import sha256_leaf
from ledger.model.certificate import SALT_BYTES, Field
from ledger.model.registration_form import FilledForm

Random = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class SaltedField:
    """A field with its salt, and whether the application withholds it."""

    field: Field
    withheld: bool


def salted(form: FilledForm, random: Random = secrets.token_bytes) -> tuple[SaltedField, ...]:
    """The fields of a form in its order. `random` gives that many unpredictable bytes."""
    return tuple(
        SaltedField(Field(name, value, random(SALT_BYTES)), name in form.withheld)
        for name, value in form.values.items()
    )


def application_fields(fields: Iterable[SaltedField]) -> tuple[bytes, ...]:
    """What an application sends of each field, in order (`IRegistry.Application.fields`).

    The leaf's data where it is public, the 32 bytes of its hash where it is withheld.
    """
    return tuple(sha256_leaf(salted.field) if salted.withheld else salted.field.leaf for salted in fields)
