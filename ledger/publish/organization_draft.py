"""A first file of organizations from catalog files: their providers, for a clerk to complete.

Providers that a file names are organizations. Spellings that are only derivable become aliases of the one
organization that they can abbreviate, and rows of their own where there is no single one. All of that is a proposal:
the `note` column says what to look at.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from ledger.model.organization_code import is_valid
from ledger.model.roles import OrganizationKind
from ledger.publish import names
from ledger.publish.draft import Drafts
from ledger.publish.organization_file import COLUMNS

_ENTERPRISE: Final = ("集团", "公司")
_INSTITUTION: Final = ("中心", "协会", "学会", "联合会")
# What is found in a text may be cut off or run on (市教委的, 北京市交通委员); a body's name ends like one.
_BODY: Final = (*"局委办会联区县院所署厅部站团处", "中心", "公司", "集团", "总队", "大学")


@dataclass(slots=True)
class ProposedOrganization:
    """A row of the file. `count` is how many catalog rows it stands for, `derived` the spellings to look at."""

    name: str
    count: int
    is_derived: bool
    aliases: list[str] = field(default_factory=list)

    @property
    def kind(self) -> OrganizationKind:
        """A guess by the name's ending, which the clerk corrects."""
        if any(ending in self.name for ending in _ENTERPRISE):
            return OrganizationKind.ENTERPRISE
        if self.name.endswith(_INSTITUTION):
            return OrganizationKind.PUBLIC_INSTITUTION
        if self.name.endswith("区") and len(self.name) <= 5:
            return OrganizationKind.DISTRICT_AUTHORITY
        return OrganizationKind.GOVERNMENT_DEPARTMENT

    @property
    def note(self) -> str:
        """What the clerk has to look at."""
        notes = [f"{self.count} rows"]
        if self.is_derived:
            notes.append("found in texts only: an organization, or a spelling of another?")
        if self.aliases:
            notes.append("check that each alias is this organization")
        return "; ".join(notes)


@dataclass(frozen=True, slots=True)
class OrganizationsDraft:
    """The proposals, most rows first, and spellings that are nobody's."""

    organizations: tuple[ProposedOrganization, ...]
    unusable: tuple[str, ...]

    def to_csv(self, sector_authority: str = "") -> str:
        """The file as CSV: without codes, every row below the same sector authority where given.

        Args:
            sector_authority: the code of an organization that the ledger has, or a name, which has a row of its own.
        """
        target = io.StringIO(newline="")
        writer = csv.writer(target)
        writer.writerow([*COLUMNS, "note"])
        is_new = not is_valid(sector_authority) and all(row.name != sector_authority for row in self.organizations)
        if sector_authority and is_new:
            kind = OrganizationKind.SECTOR_AUTHORITY.name.lower()
            writer.writerow([sector_authority, "", "", kind, "", "", "", "publisher", "signs for all below"])
        for row in self.organizations:
            kind = row.kind.name.lower()
            sector = "" if row.name == sector_authority else sector_authority
            writer.writerow([row.name, ";".join(row.aliases), "", kind, "", "", sector, "", row.note])
        return target.getvalue()


def draft_organizations(files: Iterable[Drafts]) -> OrganizationsDraft:
    """The providers of catalog files, with derivable spellings as proposed aliases."""
    stated: Counter[str] = Counter()
    derived: Counter[str] = Counter()
    for drafts in files:
        for draft in drafts.drafts:
            (derived if draft.provider_derived else stated)[draft.provider_name] += 1
    found = {name: ProposedOrganization(name, count, False) for name, count in stated.items()}
    stated_names = list(found)
    unusable = []
    for name, count in derived.most_common():
        if name in found:
            found[name].count += count
        elif not _place(name, count, found, stated_names):
            unusable.append(name)
    rows = sorted(found.values(), key=lambda row: (-row.count, row.name))
    return OrganizationsDraft(tuple(rows), tuple(unusable))


def _place(name: str, count: int, found: dict[str, ProposedOrganization], stated: Sequence[str]) -> bool:
    """Adds a derivable spelling to the organization it abbreviates, stated ones first, or as one of its own."""
    target = names.unique_match(name, stated) or names.unique_match(name, [n for n in found if n not in stated])
    if target is not None:
        found[target].aliases.append(name)
        found[target].count += count
    elif name.endswith(_BODY) and not names.names_no_one(name):
        found[name] = ProposedOrganization(name, count, True)
    else:
        return False
    return True
