"""Grants: their versions, scopes, approvals, records of statuses, and which entries they hold."""

import sqlalchemy as sa
from alembic import op

from ledger.store.types import Uint256, UtcTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _key(name: str) -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, autoincrement=False, nullable=False)


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "grant",
        _key("from_index"),
        sa.Column("grant", sa.BigInteger(), nullable=False),
        sa.Column("planned_index", sa.BigInteger(), nullable=False),
        sa.Column("grantor", sa.String(length=18), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=True),
        sa.Column("parent", sa.BigInteger(), nullable=True),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("implementer", sa.String(length=18), nullable=True),
        sa.Column("grantee", sa.String(length=18), nullable=False),
        sa.Column("versions", sa.BigInteger(), nullable=False),
        sa.Column("current", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("status_since", UtcTime(), nullable=True),
        sa.Column("suspended_by_authority", sa.Boolean(), nullable=False),
        sa.Column("valid_from", UtcTime(), nullable=True),
        sa.Column("valid_until", UtcTime(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("reason", sa.LargeBinary(length=32), nullable=True),
        sa.Column("organization", sa.String(length=18), nullable=True),
        sa.Column("account", sa.LargeBinary(length=20), nullable=False),
        sa.Column("from_block", sa.BigInteger(), nullable=False),
        sa.Column("to_block", sa.BigInteger(), nullable=True),
        sa.Column("from_time", UtcTime(), nullable=False),
        sa.Column("to_time", UtcTime(), nullable=True),
        sa.CheckConstraint("kind IN ('OPERATE', 'SHARE')", name=op.f("ck_grant_kind")),
        sa.CheckConstraint("mode IN ('OVERALL', 'SECTOR', 'SCENARIO')", name=op.f("ck_grant_mode")),
        sa.CheckConstraint(
            "status IN ('ACTIVE', 'SUSPENDED', 'TERMINATED', 'REVOKED', 'EXITED', 'CLOSED')",
            name=op.f("ck_grant_status"),
        ),
        sa.CheckConstraint("length(account) = 20", name=op.f("ck_grant_account")),
        sa.CheckConstraint("length(reason) = 32", name=op.f("ck_grant_reason")),
        sa.ForeignKeyConstraint(["from_index"], ["act.index"], name=op.f("fk_grant_from_index")),
        sa.PrimaryKeyConstraint("from_index", name=op.f("pk_grant")),
    )
    op.create_index(op.f("ix_grant_grant_from_index"), "grant", ["grant", "from_index"], unique=False)
    op.create_index(
        "ix_grant_open_grantee",
        "grant",
        ["grantee"],
        unique=False,
        sqlite_where=sa.text("to_block IS NULL"),
        postgresql_where=sa.text("to_block IS NULL"),
    )
    op.create_index(
        "ix_grant_open_grantor",
        "grant",
        ["grantor"],
        unique=False,
        sqlite_where=sa.text("to_block IS NULL"),
        postgresql_where=sa.text("to_block IS NULL"),
    )
    op.create_index(
        "ix_grant_open_parent",
        "grant",
        ["parent"],
        unique=False,
        sqlite_where=sa.text("to_block IS NULL"),
        postgresql_where=sa.text("to_block IS NULL"),
    )
    op.create_index(op.f("ix_grant_planned_index"), "grant", ["planned_index"], unique=False)
    op.create_index(
        "ix_grant_to_block",
        "grant",
        ["to_block"],
        unique=False,
        sqlite_where=sa.text("to_block IS NOT NULL"),
        postgresql_where=sa.text("to_block IS NOT NULL"),
    )
    op.create_table(
        "grant_approval",
        _key("act_index"),
        sa.Column("grant", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("approval", sa.String(), nullable=False),
        sa.Column("provider", sa.String(length=18), nullable=True),
        sa.Column("document", sa.LargeBinary(length=32), nullable=True),
        sa.Column("date", sa.BigInteger(), nullable=True),
        sa.Column("scope_count", sa.BigInteger(), nullable=False),
        sa.Column("scope_digest", sa.LargeBinary(length=32), nullable=True),
        sa.Column("entered", sa.Boolean(), nullable=False),
        sa.Column("valid_from", UtcTime(), nullable=True),
        sa.Column("organization", sa.String(length=18), nullable=True),
        sa.Column("account", sa.LargeBinary(length=20), nullable=False),
        sa.Column("time", UtcTime(), nullable=False),
        sa.Column("block_number", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "approval IN ('IMPLEMENTATION', 'AUTHORITY', 'DECISION', 'CONSENT', 'SIGNATURE', 'COUNTERSIGNATURE')",
            name=op.f("ck_grant_approval_approval"),
        ),
        sa.CheckConstraint("length(account) = 20", name=op.f("ck_grant_approval_account")),
        sa.CheckConstraint("length(document) = 32", name=op.f("ck_grant_approval_document")),
        sa.CheckConstraint("length(scope_digest) = 32", name=op.f("ck_grant_approval_scope_digest")),
        sa.ForeignKeyConstraint(["act_index"], ["act.index"], name=op.f("fk_grant_approval_act_index")),
        sa.PrimaryKeyConstraint("act_index", name=op.f("pk_grant_approval")),
    )
    op.create_index(
        op.f("ix_grant_approval_grant_version_act_index"),
        "grant_approval",
        ["grant", "version", "act_index"],
        unique=False,
    )
    op.create_table(
        "grant_content",
        _key("act_index"),
        sa.Column("grant", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("content_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("malformed", sa.Text(), nullable=True),
        sa.CheckConstraint("length(content_digest) = 32", name=op.f("ck_grant_content_content_digest")),
        sa.ForeignKeyConstraint(["act_index"], ["act.index"], name=op.f("fk_grant_content_act_index")),
        sa.PrimaryKeyConstraint("act_index", name=op.f("pk_grant_content")),
    )
    op.create_index(op.f("ix_grant_content_grant_version"), "grant_content", ["grant", "version"], unique=False)
    op.create_table(
        "grant_hold",
        _key("from_index"),
        sa.Column("entry_id", sa.LargeBinary(length=32), nullable=False),
        sa.Column("grant", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("from_block", sa.BigInteger(), nullable=False),
        sa.Column("to_block", sa.BigInteger(), nullable=True),
        sa.Column("from_time", UtcTime(), nullable=False),
        sa.Column("to_time", UtcTime(), nullable=True),
        sa.CheckConstraint("length(entry_id) = 32", name=op.f("ck_grant_hold_entry_id")),
        sa.ForeignKeyConstraint(["from_index"], ["act.index"], name=op.f("fk_grant_hold_from_index")),
        sa.PrimaryKeyConstraint("from_index", "entry_id", name=op.f("pk_grant_hold")),
    )
    op.create_index(op.f("ix_grant_hold_entry_id_from_index"), "grant_hold", ["entry_id", "from_index"], unique=False)
    op.create_index(op.f("ix_grant_hold_grant_version"), "grant_hold", ["grant", "version"], unique=False)
    op.create_index(
        "ix_grant_hold_to_block",
        "grant_hold",
        ["to_block"],
        unique=False,
        sqlite_where=sa.text("to_block IS NOT NULL"),
        postgresql_where=sa.text("to_block IS NOT NULL"),
    )
    op.create_table(
        "grant_record",
        _key("act_index"),
        sa.Column("grant", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("time", UtcTime(), nullable=False),
        sa.Column("valid_from", UtcTime(), nullable=False),
        sa.Column("valid_until", UtcTime(), nullable=False),
        sa.Column("block_number", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "status IN ('ACTIVE', 'SUSPENDED', 'TERMINATED', 'REVOKED', 'EXITED', 'CLOSED')",
            name=op.f("ck_grant_record_status"),
        ),
        sa.ForeignKeyConstraint(["act_index"], ["act.index"], name=op.f("fk_grant_record_act_index")),
        sa.PrimaryKeyConstraint("act_index", name=op.f("pk_grant_record")),
    )
    op.create_index(
        op.f("ix_grant_record_grant_time_act_index"), "grant_record", ["grant", "time", "act_index"], unique=False
    )
    op.create_table(
        "grant_scope",
        _key("act_index"),
        _key("position"),
        sa.Column("grant", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("provider", sa.String(length=18), nullable=False),
        sa.Column("entry_id", sa.LargeBinary(length=32), nullable=True),
        sa.Column("entry_version", sa.BigInteger(), nullable=True),
        sa.Column("operations", sa.Integer(), nullable=False),
        sa.Column("items", Uint256(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("time", UtcTime(), nullable=False),
        sa.Column("block_number", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(entry_id IS NULL) != (level IS NULL)", name=op.f("ck_grant_scope_target")),
        sa.CheckConstraint("length(entry_id) = 32", name=op.f("ck_grant_scope_entry_id")),
        sa.ForeignKeyConstraint(["act_index"], ["act.index"], name=op.f("fk_grant_scope_act_index")),
        sa.PrimaryKeyConstraint("act_index", "position", name=op.f("pk_grant_scope")),
    )
    op.create_index(op.f("ix_grant_scope_entry_id_grant"), "grant_scope", ["entry_id", "grant"], unique=False)
    op.create_index(
        op.f("ix_grant_scope_grant_version_position"), "grant_scope", ["grant", "version", "position"], unique=False
    )
    op.create_index(op.f("ix_grant_scope_provider_grant"), "grant_scope", ["provider", "grant"], unique=False)
    op.create_table(
        "grant_step",
        _key("act_index"),
        sa.Column("grant", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=True),
        sa.Column("organization", sa.String(length=18), nullable=True),
        sa.Column("account", sa.LargeBinary(length=20), nullable=False),
        sa.Column("time", UtcTime(), nullable=False),
        sa.Column("reason", sa.LargeBinary(length=32), nullable=True),
        sa.Column("block_number", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(account) = 20", name=op.f("ck_grant_step_account")),
        sa.CheckConstraint("length(reason) = 32", name=op.f("ck_grant_step_reason")),
        sa.ForeignKeyConstraint(["act_index"], ["act.index"], name=op.f("fk_grant_step_act_index")),
        sa.PrimaryKeyConstraint("act_index", name=op.f("pk_grant_step")),
    )
    op.create_index(op.f("ix_grant_step_grant_act_index"), "grant_step", ["grant", "act_index"], unique=False)
    op.create_table(
        "grant_version",
        _key("from_index"),
        _key("version"),
        sa.Column("grant", sa.BigInteger(), nullable=False),
        sa.Column("planned_index", sa.BigInteger(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("required", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("consents_missing", sa.BigInteger(), nullable=False),
        sa.Column("agreement", sa.LargeBinary(length=32), nullable=True),
        sa.Column("scope_of", sa.BigInteger(), nullable=False),
        sa.Column("scope_count", sa.BigInteger(), nullable=False),
        sa.Column("scope_digest", sa.LargeBinary(length=32), nullable=True),
        sa.Column("held_count", sa.BigInteger(), nullable=False),
        sa.Column("start", UtcTime(), nullable=False),
        sa.Column("end", UtcTime(), nullable=False),
        sa.Column("area", sa.BigInteger(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("export_level", sa.Integer(), nullable=False),
        sa.Column("purposes", sa.Integer(), nullable=False),
        sa.Column("delegations", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("content_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("malformed", sa.Text(), nullable=True),
        sa.Column("account", sa.LargeBinary(length=20), nullable=False),
        sa.Column("from_block", sa.BigInteger(), nullable=False),
        sa.Column("to_block", sa.BigInteger(), nullable=True),
        sa.Column("from_time", UtcTime(), nullable=False),
        sa.Column("to_time", UtcTime(), nullable=True),
        sa.CheckConstraint("basis IN ('FIRST', 'AMENDMENT', 'RENEWAL')", name=op.f("ck_grant_version_basis")),
        sa.CheckConstraint(
            "stage IN ('PLAN', 'REVIEW', 'ENTERED', 'REFUSED', 'WITHDRAWN')", name=op.f("ck_grant_version_stage")
        ),
        sa.CheckConstraint("length(account) = 20", name=op.f("ck_grant_version_account")),
        sa.CheckConstraint("length(agreement) = 32", name=op.f("ck_grant_version_agreement")),
        sa.CheckConstraint("length(content_digest) = 32", name=op.f("ck_grant_version_content_digest")),
        sa.CheckConstraint("length(scope_digest) = 32", name=op.f("ck_grant_version_scope_digest")),
        sa.ForeignKeyConstraint(["from_index"], ["act.index"], name=op.f("fk_grant_version_from_index")),
        sa.PrimaryKeyConstraint("from_index", "version", name=op.f("pk_grant_version")),
    )
    op.create_index(
        op.f("ix_grant_version_grant_version_from_index"),
        "grant_version",
        ["grant", "version", "from_index"],
        unique=False,
    )
    op.create_index(
        "ix_grant_version_open_stage",
        "grant_version",
        ["stage"],
        unique=False,
        sqlite_where=sa.text("to_block IS NULL"),
        postgresql_where=sa.text("to_block IS NULL"),
    )
    op.create_index(
        "ix_grant_version_to_block",
        "grant_version",
        ["to_block"],
        unique=False,
        sqlite_where=sa.text("to_block IS NOT NULL"),
        postgresql_where=sa.text("to_block IS NOT NULL"),
    )
    # ### end Alembic commands ###


def downgrade() -> None:
    """Drops the tables, and with them their indexes."""
    op.drop_table("grant_version")
    op.drop_table("grant_step")
    op.drop_table("grant_scope")
    op.drop_table("grant_record")
    op.drop_table("grant_hold")
    op.drop_table("grant_content")
    op.drop_table("grant_approval")
    op.drop_table("grant")
