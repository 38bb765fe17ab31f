"""What a mirror says of acts that its operator suppresses, stated a second time: which columns are empty, and which
things that concerns, for a row can stand on an older act than the one that began it.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any, Final

from ledger.audit.acts import Act
from ledger.audit.book import Book
from ledger.audit.findings import Finding
from ledger.audit.row import Hashed
from ledger.model.suppression import SUPPRESSED

_NOTHING: Final = Hashed(hashlib.sha256(b"").digest())
_BLANK: Final[dict[str, dict[str, Any]]] = {
    "organization": {"aliases": [], "content": _NOTHING, "malformed": SUPPRESSED},
    "proposal": {"action": _NOTHING},
    "entry": {
        "local_code": "",
        "content": _NOTHING,
        "title": None,
        "abstract": None,
        "theme": None,
        "source": None,
        "update_cycle": None,
        "malformed": SUPPRESSED,
    },
    "registration": {"title": None, "malformed": SUPPRESSED},
    "registration_content": {"content": _NOTHING, "fields": _NOTHING, "malformed": SUPPRESSED},
    "grant": {"title": None},
    "grant_version": {"title": None, "malformed": SUPPRESSED},
    "grant_content": {"content": _NOTHING, "malformed": SUPPRESSED},
    "product": {"name": None, "content": _NOTHING, "malformed": SUPPRESSED},
    "disclosure": {"title": None, "content": _NOTHING, "malformed": SUPPRESSED},
}
_SOURCES: Final = {
    "proposal": "made_index",
    "registration": "content_index",
    "registration_content": "act_index",
    "grant_version": "planned_index",
    "grant_content": "act_index",
    "product": "added_index",
    "disclosure": "act_index",
}
"""The column that names the act whose words a row has."""


@dataclass(slots=True)
class Withheld:
    """The acts that are suppressed, and which of those read so far a thing's words come from."""

    acts: Collection[int] = ()
    _said_by: dict[Any, int] = field(default_factory=dict)

    def note(self, act: Act) -> None:
        """Keeps in mind which act speaks of an entry, an organization, a national code from now on."""
        if act.event == "EntryPublished":
            self._said_by["entry", act["id"]] = act.index
        elif act.contract == "Organizations" and "content" in act.fields:
            self._said_by["organization", act["code"]] = act.index
        elif act.event == "NationalCodeAssigned":
            self._said_by["code", act["number"]] = act.index

    def malformed(self, act: Act, malformed: bool) -> bool:
        """Whether the mirror can read what an act says."""
        return malformed or (act.index in self.acts and "content" in act.fields)

    def row(self, book: Book, table: str, key: Any, values: dict[str, Any]) -> dict[str, Any]:
        """A row as the mirror must have it."""
        if not self.acts:
            return values
        if table == "registration" and self._said_by.get(("code", key[0])) in self.acts:
            values = values | {"national_code": None}
        if self._source(book, table, key, values) not in self.acts:
            return values
        named = {"name": values["code"]} if table == "organization" else {}
        return values | _BLANK[table] | named

    def is_withheld(self, table: str, key: Any) -> bool:
        """Whether what stands of an entry or an organization is withheld."""
        return self._said_by.get((table, key)) in self.acts

    def _source(self, book: Book, table: str, key: Any, values: dict[str, Any]) -> int | None:
        if table in ("entry", "organization"):
            return self._said_by.get((table, key))
        if table == "grant":
            grant = book.grants[key]
            # The title is that of the version in force, before that of the plan.
            return grant.versions[(grant.current or 1) - 1].planned_index
        column = _SOURCES.get(table)
        return values[column] if column else None


def without_words(book: Book, act: Act) -> Act:
    """The act without its words, and the state without those that it brought: for whoever tells of them to people.

    No rule may be judged by what is told.
    """
    fields = dict(act.fields)
    if act.event == "EntryPublished":
        fields["localCode"] = b""
        entry = book.entries[act["id"]]
        entry.reading = replace_reading(entry.reading)
    elif act.contract == "Organizations" and "content" in fields:
        book.organizations[act["code"]].content = b""
    elif act.event in ("ApplicationFiled", "ApplicationSupplemented"):
        drawn = book.registrations[act["number"]].versions[act["version"] - 1]
        drawn.title, drawn.malformed = None, SUPPRESSED
    elif act.event == "GrantPlanned":
        grant = book.grants[act["grant"]]
        version = grant.versions[act["version"] - 1]
        version.title, version.malformed = None, SUPPRESSED
        if act["version"] == 1:
            grant.title = None
    elif act.event == "ProductAdded":
        book.products[act["product"]].name = None
    elif act.event == "NationalCodeAssigned":
        fields["code"] = b""
        # Rules go on with the code itself.
        book.registrations[act["number"]].national_code_withheld = True
    return replace(act, fields=fields)


def replace_reading(reading: Any) -> Any:
    """What an entry says, without its words. The items stay: whether they moved is judged by them."""
    return reading._replace(
        local_code="", malformed=SUPPRESSED, title=None, abstract=None, theme=None, source=None, lines=()
    )


def quiet(finding: Finding) -> Finding:
    """A finding of a suppressed act: what is wrong with a content can quote it."""
    return replace(finding, detail=SUPPRESSED) if finding.code == "MALFORMED" else finding
