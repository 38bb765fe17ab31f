"""What the chain says of registrations, asked of the contracts themselves."""

from dataclasses import dataclass

from ledger.chain.acts import acts_of
from ledger.chain.contracts import Contracts
from ledger.chain.events import DecodedEvent
from ledger.errors import Inconsistent, NotFound
from ledger.model.registration import Kind, Stage, Status
from ledger.model.registration_number import require_number


@dataclass(frozen=True, slots=True)
class Head:
    """A registration (`IRegistry.Head`). Times are Unix seconds."""

    versions: int
    issued: int
    status: Status
    valid_until: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """One version of a registration (`IRegistry.Version`). Times are Unix seconds, 0 where there is none."""

    number: str
    version: int
    kind: Kind
    stage: Stage
    subject: str
    registrar: str
    content_digest: bytes
    certificate_root: bytes
    field_count: int
    deadline: int
    notice_end: int
    issued_at: int
    objection: int
    interested_party: bool


@dataclass(frozen=True, slots=True)
class Issuance:
    """The act that issued a version."""

    act_index: int
    valid_until: int


class RegistryReader:
    """Asks one node."""

    def __init__(self, contracts: Contracts) -> None:
        self._contracts = contracts

    def head(self, number: str) -> Head:
        """The registration. Raises NotFound when the number was never given, Malformed when it is none."""
        require_number(number, "registration")
        raw = self._contracts.call("Registry", "head", number_bytes(number))
        if not raw["versions"]:
            raise NotFound(f"there is no registration {number}")
        return Head(raw["versions"], raw["issued"], Status(raw["status"]), raw["validUntil"])

    def version(self, number: str, version: int) -> Drawn:
        """One of its versions, from 1. Raises NotFound."""
        raw = self._contracts.call("Registry", "version", number_bytes(number), version)
        if not raw["stage"]:
            raise NotFound(f"registration {number} has no version {version}")
        return Drawn(
            number=number,
            version=version,
            kind=Kind(raw["kind"]),
            stage=Stage(raw["stage"]),
            subject=_code(raw["subject"]),
            registrar=_code(raw["registrar"]),
            content_digest=raw["contentDigest"],
            certificate_root=raw["certificateRoot"],
            field_count=raw["fieldCount"],
            deadline=raw["deadline"],
            notice_end=raw["noticeEnd"],
            issued_at=raw["issuedAt"],
            objection=raw["objection"],
            interested_party=raw["interestedParty"],
        )

    def status(self, number: str, version: int, time: int) -> Status:
        """What a version was worth at a time, Unix seconds."""
        return Status(self._contracts.call("Registry", "statusAt", number_bytes(number), version, time))

    def national_code(self, number: str) -> str | None:
        """The national code, once one was assigned."""
        raw: bytes = self._contracts.call("Registry", "nationalCode", number_bytes(number))
        return raw.decode("ascii", "replace") or None

    def sent_fields(self, number: str, version: int) -> tuple[bytes, ...]:
        """The fields as the last filing or supplement of a version sent them."""
        found = [
            act
            for event in ("ApplicationFiled", "ApplicationSupplemented")
            for act in self._acts("Applications", event, number)
            if act.fields["version"] == version
        ]
        if not found:
            raise Inconsistent(f"the node shows no act that filed version {version} of {number}")
        last = max(found, key=lambda act: act.index)
        return tuple(last.fields["fields"])

    def issuance(self, number: str, version: int) -> Issuance:
        """The act that issued a version. Raises NotFound when none did."""
        for act in self._acts("Registry", "RegistrationIssued", number):
            if act.fields["version"] == version:
                return Issuance(act.index, act.fields["validUntil"])
        raise NotFound(f"version {version} of registration {number} was not issued")

    def _acts(self, contract: str, event: str, number: str) -> list[DecodedEvent]:
        return acts_of(self._contracts, contract, event, number_bytes(number).ljust(32, b"\0"))


def number_bytes(number: str) -> bytes:
    """A registration number as on chain, 16 bytes."""
    return number.encode("ascii")


def _code(raw: bytes) -> str:
    return raw.rstrip(b"\0").decode("ascii")
