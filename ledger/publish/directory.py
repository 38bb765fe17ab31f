"""From the name that a file gives to the organization that it means: exact spellings only.

A name resolves by an organization's name, one of its aliases, or its code, after normalization. Resemblance is only
ever offered in a message; a person adds the alias.
"""

from collections import defaultdict
from collections.abc import Iterable

from ledger.errors import NotFound
from ledger.model.message import Message
from ledger.model.roles import OrganizationKind
from ledger.model.text import single_line
from ledger.publish import names
from ledger.publish.ports import KnownOrganization
from ledger.publish.refusal import shown

_DEEPEST = 32
_OFFERED = 3


class ProviderUnknown(NotFound):
    """No organization, or more than one, is spelled like this."""

    def __init__(self, code: str, why: Message, what_to_do: Message) -> None:
        super().__init__(why.en)
        self.code = code
        self.why = why
        self.what_to_do = what_to_do


class Directory:
    """The organizations by spelling."""

    def __init__(self, organizations: Iterable[KnownOrganization]) -> None:
        self.by_code: dict[str, KnownOrganization] = {}
        spellings: defaultdict[str, list[KnownOrganization]] = defaultdict(list)
        for organization in organizations:
            self.by_code[organization.code] = organization
            every = (organization.name, *organization.aliases, organization.code)
            for spelling in dict.fromkeys(map(single_line, every)):
                spellings[spelling].append(organization)
        self._spellings = dict(spellings)
        self._unknown: dict[str, ProviderUnknown] = {}

    def resolve(self, name: str) -> KnownOrganization:
        """The organization that a spelling means.

        Raises ProviderUnknown, with the nearest names, when it is nobody's or several organizations'.
        """
        found = self._spellings.get(name, [])
        if len(found) == 1:
            return found[0]
        if name not in self._unknown:
            self._unknown[name] = self._ambiguous(name, found) if found else self._nobody(name)
        raise self._unknown[name]

    def may_sign(self, submitter: str, provider: str) -> bool:
        """Whether a PUBLISHER of one organization may act for entries of another (`Organizations.publisherFor`)."""
        signer, holder = self.by_code.get(submitter), self.by_code.get(provider)
        if signer is None or holder is None or signer.suspended:
            return False
        if holder.suspended:
            return signer.kind == OrganizationKind.DATA_AUTHORITY
        if submitter in (provider, holder.sector_authority):
            return True
        above = holder.parent
        for _ in range(_DEEPEST):
            if above is None:
                return False
            if above == submitter:
                return True
            parent = self.by_code.get(above)
            above = parent.parent if parent else None
        return False

    def _nobody(self, name: str) -> ProviderUnknown:
        spellings = [spelling for spelling in self._spellings if spelling not in self.by_code]
        # One spelling of each organization is enough.
        said = shown(name)
        near = {self._spellings[s][0].code: s for s in reversed(names.nearest(name, spellings, 6))}
        if names.names_no_one(name):
            return ProviderUnknown(
                "provider_unknown",
                Message(f"{said} does not say which district it belongs to", f"“{said}”未写明属于哪个区"),
                Message("write the provider's full name", "请填写提供方全称"),
            )
        if not near:
            return ProviderUnknown(
                "provider_unknown",
                Message(f"no organization is called {said}", f"没有名为“{said}”的机构"),
                Message("import the organization, or correct the name", "请先导入该机构，或更正名称"),
            )
        meant = [f"{spelling} ({code})" for code, spelling in reversed(near.items())][:_OFFERED]
        return ProviderUnknown(
            "provider_unknown",
            Message(
                f"no organization is called {said}; nearest: {', '.join(meant)}",
                f"没有名为“{said}”的机构；最接近：{'、'.join(meant)}",
            ),
            Message(
                "correct the name, or add it as an alias of the organization", "请更正名称，或将其登记为该机构的别名"
            ),
        )

    def _ambiguous(self, name: str, found: list[KnownOrganization]) -> ProviderUnknown:
        codes = [organization.code for organization in found]
        return ProviderUnknown(
            "provider_ambiguous",
            Message(f"{name} is a spelling of {', '.join(codes)}", f"“{name}”对应多个机构：{'、'.join(codes)}"),
            Message(
                "write the provider's code, or take the alias from all but one",
                "请填写机构代码，或仅保留一个机构的该别名",
            ),
        )
