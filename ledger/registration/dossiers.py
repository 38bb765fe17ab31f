"""Dossiers in a folder of the applicant, and finding again those of an earlier run.

A dossier is written before its application is sent, since losing its salts would lose the withheld values. A run that
was stopped is run again: a form whose dossier lies there keeps its salts, so that the ledger shows by the root whether
it was filed already.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ledger.certificate.dossier import Dossier, read_dossier, write_dossier
from ledger.errors import Malformed
from ledger.model.registration import Stage
from ledger.registration.application import Filing, same_form
from ledger.registration.forms import FilledRow

SUFFIX: Final = ".dossier.json"


@dataclass(frozen=True, slots=True)
class OnLedger:
    """An application that the ledger has."""

    number: str
    version: int
    stage: Stage
    entries: tuple[bytes, ...]


class DossierFolder:
    """One folder of dossiers. It is made, for its owner alone, when the first is written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._paths: dict[bytes, Path] = {}
        self._dossiers: list[Dossier] = []
        for file in sorted(path.glob(f"*{SUFFIX}")) if path.is_dir() else ():
            try:
                dossier = read_dossier(file)
            except Malformed as error:
                raise Malformed(f"{file}: {error}") from None
            self._paths[dossier.root] = file
            self._dossiers.append(dossier)
        self._by_title: dict[str | None, list[Dossier]] = {}
        for dossier in self._dossiers:
            self._by_title.setdefault(_title(dossier), []).append(dossier)

    def of_form(self, row: FilledRow, origin: bytes) -> list[Dossier]:
        """The dossiers that earlier runs made for a form on this ledger."""
        found = self._by_title.get(row.title, ())
        return [dossier for dossier in found if dossier.origin == origin and same_form(dossier, row)]

    def with_root(self, root: bytes) -> Dossier | None:
        """The dossier with a root, 32 bytes."""
        path = self._paths.get(root)
        return read_dossier(path) if path else None

    def write(self, filings: Iterable[Filing]) -> None:
        """Writes what is not there yet. Durable on return."""
        for filing in filings:
            root = filing.dossier.root
            if root in self._paths:
                continue
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            path = self.path / f"{root.hex()[:16]}{SUFFIX}"
            write_dossier(path, filing.dossier)
            self._paths[root] = path

    def name(self, root: bytes, number: str, version: int) -> Path:
        """Gives a dossier the name of its registration, and returns where it lies."""
        path = self._paths[root]
        named = self.path / f"{number}-v{version}{SUFFIX}"
        if path != named:
            if named.exists():
                # A supplement replaced what an earlier dossier says; both are kept.
                named = self.path / f"{number}-v{version}-{root.hex()[:16]}{SUFFIX}"
            path.rename(named)
            self._paths[root] = named
        return named


def filed_before(
    candidates: Sequence[Dossier],
    ledger: Mapping[bytes, OnLedger],
    entries: Sequence[bytes],
    follows: tuple[str, int] | None,
    *,
    again: bool = False,
) -> tuple[Dossier, OnLedger] | None:
    """Which of a form's dossiers an earlier run filed for the same purpose.

    Args:
        ledger: by root.
        follows: the registration that is followed and its last version; None for a first application.
        again: whether a first application that was closed without being issued does not count.
    """
    for dossier in candidates:
        known = ledger.get(dossier.root)
        if known is None or known.entries != tuple(entries):
            continue
        if follows is None:
            if known.version == 1 and not (again and known.stage > Stage.ISSUED):
                return dossier, known
        elif (known.number, known.version) == follows and known.version > 1 and known.stage.is_open:
            return dossier, known
    return None


def unused(candidates: Sequence[Dossier], ledger: Container[bytes], taken: Container[bytes]) -> Dossier | None:
    """A form's dossier that no application has yet: that of a run that was stopped before it was sent.

    Salts are fresh for every version, so one that was used is never used again.
    """
    return next((one for one in candidates if one.root not in ledger and one.root not in taken), None)


def one_dossier(path: Path) -> Dossier:
    """The dossier in a file that somebody handed over. Raises NotFound, Malformed."""
    if path.is_dir():
        raise Malformed(f"{path} is a folder: name it with --dossiers")
    return read_dossier(path)


def _title(dossier: Dossier) -> str | None:
    return next((salted.field.value for salted in dossier.fields if salted.field.name == "title"), None)
