"""An application as it is sent: public fields and leaf hashes; and its dossier, which stays here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from ledger.certificate.dossier import Dossier
from ledger.certificate.fields import salted
from ledger.chain import abi
from ledger.chain.batches import WORD, cut, padded_bytes
from ledger.errors import Malformed
from ledger.model.ids import EntryId
from ledger.model.registration import Kind
from ledger.registration.forms import FilledRow
from ledger.registration.registry import number_bytes

_NO_NUMBER: Final = bytes(16)
_NO_DIGEST: Final = bytes(32)


@dataclass(frozen=True, slots=True)
class Filing:
    """One application for a version (`IApplications.Application`)."""

    row: FilledRow
    kind: Kind
    registrar: str
    dossier: Dossier
    number: str | None = None
    """The registration that is followed; None for a first application."""
    expected_version: int = 0
    """The last version drawn up."""
    objection: int = 0
    evidence: bytes = _NO_DIGEST

    @property
    def subject(self) -> str:
        """Code of the registered organization."""
        return self.row.form.values["subject_code"]

    @property
    def title(self) -> str:
        """What is registered."""
        return self.row.title

    @property
    def public(self) -> dict[str, str]:
        """Name → value of what is published, on chain and for good."""
        return {salted.field.name: salted.field.value for salted in self.dossier.fields if not salted.withheld}

    @property
    def withheld(self) -> tuple[str, ...]:
        """Names of the fields whose values stay here."""
        return tuple(salted.field.name for salted in self.dossier.fields if salted.withheld)

    def to_call(self) -> dict[str, Any]:
        """The contract's struct."""
        return {
            "number": number_bytes(self.number) if self.number else _NO_NUMBER,
            "expectedVersion": self.expected_version,
            "kind": int(self.kind),
            "subject": self.subject.encode("ascii"),
            "registrar": self.registrar.encode("ascii"),
            "objection": self.objection,
            "evidence": self.evidence,
            "entries": list(self.row.entries),
            "content": self.row.form.content,
            "fields": list(self.dossier.application_fields),
        }

    @property
    def call_bytes(self) -> int:
        """What it adds to the call data of its transaction."""
        fields = self.dossier.application_fields
        words = 11 + 1 + len(self.row.entries) + 1 + len(fields)
        return WORD * words + padded_bytes(self.row.form.content) + sum(map(padded_bytes, fields))


def draw_up(
    row: FilledRow,
    origin: bytes,
    registrar: str,
    *,
    entries: Sequence[EntryId] = (),
    known: Dossier | None = None,
) -> Filing:
    """A first application, with salts of its own.

    Args:
        entries: what is registered where the form names none, ascending.
        known: the dossier of an earlier run for the same form, whose salts are kept.

    Raises Malformed when nothing is to be registered.
    """
    if not row.entries and not entries:
        raise Malformed(
            f"row {row.row} names no entry of the catalog: fill in entries (登记目录条目), or name them with --entry"
        )
    chosen = row if row.entries else FilledRow(row.row, row.form, tuple(entries), row.registrar, row.number)
    dossier = known if known is not None else Dossier(origin, salted(row.form))
    return Filing(chosen, Kind.FIRST, registrar, dossier)


def same_form(dossier: Dossier, row: FilledRow) -> bool:
    """Whether a dossier is that of a form: the same values, the same withheld."""
    own = [(one.field.name, one.field.value, one.withheld) for one in dossier.fields]
    return own == [(name, value, name in row.form.withheld) for name, value in row.form.values.items()]


def file_calls(filings: Sequence[Filing]) -> list[tuple[list[Filing], bytes]]:
    """The transactions that file applications, with their call data."""
    return [
        (batch, abi.encode_call("Applications", "file", [filing.to_call() for filing in batch]))
        for batch in cut(filings, lambda filing: filing.call_bytes)
    ]


def supplement_call(number: str, version: int, row: FilledRow, dossier: Dossier) -> bytes:
    """Call data that replaces content and fields of an application (`IApplications.Supplement`)."""
    supplied = {
        "number": number_bytes(number),
        "version": version,
        "content": row.form.content,
        "fields": list(dossier.application_fields),
    }
    return abi.encode_call("Applications", "supplement", [supplied])
