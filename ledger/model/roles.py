"""Roles of accounts and kinds of organizations, numbered as in the contracts."""

from enum import IntEnum, IntFlag


class Role(IntFlag):
    """Bits of a role set (`contracts/types/Roles.sol`)."""

    ADMIN = 1 << 0
    PUBLISHER = 1 << 1
    APPLICANT = 1 << 2
    ACCEPTOR = 1 << 3
    REVIEWER = 1 << 4
    ISSUER = 1 << 5
    GRANTOR = 1 << 6
    APPROVER = 1 << 7
    SUPERVISOR = 1 << 8


class OrganizationKind(IntEnum):
    """Kinds of organizations (`IOrganizations.Organization`)."""

    DATA_AUTHORITY = 1
    DISTRICT_AUTHORITY = 2
    SECTOR_AUTHORITY = 3
    GOVERNMENT_DEPARTMENT = 4
    PUBLIC_INSTITUTION = 5
    REGISTRAR = 6
    IMPLEMENTER = 7
    OPERATOR = 8
    ENTERPRISE = 9
    AUDITOR = 10


def role_names(roles: int) -> list[str]:
    """Names of the roles in a set, in the order of their bits."""
    return [role.name or "" for role in Role if roles & role]


def parse_roles(text: str) -> Role:
    """The role set of a list like `publisher,admin`.

    Raises ValueError naming what is no role.
    """
    roles = Role(0)
    for name in filter(None, (part.strip().upper() for part in text.replace("|", ",").split(","))):
        if name not in Role.__members__:
            raise ValueError(f"{name.lower()!r} is no role; roles are {', '.join(Role.__members__).lower()}")
        roles |= Role[name]
    return roles
