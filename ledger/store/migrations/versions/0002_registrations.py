"""Calendars, registrations, objections, and which entries registrations hold."""

import sqlalchemy as sa
from alembic import op

from ledger.store.types import Uint256, UtcTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "calendar",
        sa.Column(
            "from_index", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("workdays_low", Uint256(), nullable=False),
        sa.Column("workdays_high", Uint256(), nullable=False),
        sa.Column("source", sa.LargeBinary(length=32), nullable=False),
        sa.Column("proposal", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.LargeBinary(length=20), nullable=False),
        sa.Column("from_block", sa.BigInteger(), nullable=False),
        sa.Column("from_time", UtcTime(), nullable=False),
        sa.CheckConstraint("length(account) = 20", name=op.f("ck_calendar_account")),
        sa.CheckConstraint("length(source) = 32", name=op.f("ck_calendar_source")),
        sa.ForeignKeyConstraint(["from_index"], ["act.index"], name=op.f("fk_calendar_from_index")),
        sa.PrimaryKeyConstraint("from_index", name=op.f("pk_calendar")),
    )
    op.create_index(op.f("ix_calendar_year_version"), "calendar", ["year", "version"], unique=False)
    op.create_table(
        "entry_hold",
        sa.Column(
            "from_index", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("entry_id", sa.LargeBinary(length=32), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("from_block", sa.BigInteger(), nullable=False),
        sa.Column("to_block", sa.BigInteger(), nullable=True),
        sa.Column("from_time", UtcTime(), nullable=False),
        sa.Column("to_time", UtcTime(), nullable=True),
        sa.CheckConstraint("length(entry_id) = 32", name=op.f("ck_entry_hold_entry_id")),
        sa.ForeignKeyConstraint(["from_index"], ["act.index"], name=op.f("fk_entry_hold_from_index")),
        sa.PrimaryKeyConstraint("from_index", "entry_id", name=op.f("pk_entry_hold")),
    )
    op.create_index(op.f("ix_entry_hold_entry_id_from_index"), "entry_hold", ["entry_id", "from_index"], unique=False)
    op.create_index(op.f("ix_entry_hold_number_version"), "entry_hold", ["number", "version"], unique=False)
    op.create_index(
        "ix_entry_hold_to_block",
        "entry_hold",
        ["to_block"],
        unique=False,
        sqlite_where=sa.text("to_block IS NOT NULL"),
        postgresql_where=sa.text("to_block IS NOT NULL"),
    )
    op.create_table(
        "objection",
        sa.Column(
            "from_index", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("objection", sa.BigInteger(), nullable=False),
        sa.Column("registration", sa.String(length=16), nullable=True),
        sa.Column("entry_id", sa.LargeBinary(length=32), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("person", sa.Boolean(), nullable=False),
        sa.Column("objector", sa.String(length=18), nullable=True),
        sa.Column("commitment", sa.LargeBinary(length=32), nullable=True),
        sa.Column("responsible", sa.String(length=18), nullable=False),
        sa.Column("deadline", UtcTime(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("evidence", sa.LargeBinary(length=32), nullable=True),
        sa.Column("ground", sa.LargeBinary(length=32), nullable=False),
        sa.Column("reason", sa.LargeBinary(length=32), nullable=True),
        sa.Column("raised_index", sa.BigInteger(), nullable=False),
        sa.Column("raised_time", UtcTime(), nullable=False),
        sa.Column("organization", sa.String(length=18), nullable=True),
        sa.Column("account", sa.LargeBinary(length=20), nullable=False),
        sa.Column("from_block", sa.BigInteger(), nullable=False),
        sa.Column("to_block", sa.BigInteger(), nullable=True),
        sa.Column("from_time", UtcTime(), nullable=False),
        sa.Column("to_time", UtcTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('RAISED', 'ACCEPTED', 'REJECTED', 'UPHELD', 'DISMISSED', 'CORRECTED')",
            name=op.f("ck_objection_state"),
        ),
        sa.CheckConstraint("(registration IS NULL) != (entry_id IS NULL)", name=op.f("ck_objection_target")),
        sa.CheckConstraint("length(account) = 20", name=op.f("ck_objection_account")),
        sa.CheckConstraint("length(commitment) = 32", name=op.f("ck_objection_commitment")),
        sa.CheckConstraint("length(entry_id) = 32", name=op.f("ck_objection_entry_id")),
        sa.CheckConstraint("length(evidence) = 32", name=op.f("ck_objection_evidence")),
        sa.CheckConstraint("length(ground) = 32", name=op.f("ck_objection_ground")),
        sa.CheckConstraint("length(reason) = 32", name=op.f("ck_objection_reason")),
        sa.ForeignKeyConstraint(["from_index"], ["act.index"], name=op.f("fk_objection_from_index")),
        sa.PrimaryKeyConstraint("from_index", name=op.f("pk_objection")),
    )
    op.create_index(op.f("ix_objection_entry_id"), "objection", ["entry_id"], unique=False)
    op.create_index(op.f("ix_objection_objection_from_index"), "objection", ["objection", "from_index"], unique=False)
    op.create_index(
        "ix_objection_open_state",
        "objection",
        ["state", "responsible", "deadline"],
        unique=False,
        sqlite_where=sa.text("to_block IS NULL"),
        postgresql_where=sa.text("to_block IS NULL"),
    )
    op.create_index(op.f("ix_objection_registration_version"), "objection", ["registration", "version"], unique=False)
    op.create_index(
        "ix_objection_to_block",
        "objection",
        ["to_block"],
        unique=False,
        sqlite_where=sa.text("to_block IS NOT NULL"),
        postgresql_where=sa.text("to_block IS NOT NULL"),
    )
    op.create_table(
        "registration",
        sa.Column(
            "from_index", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("filed_index", sa.BigInteger(), nullable=False),
        sa.Column("content_index", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("subject", sa.String(length=18), nullable=False),
        sa.Column("applicant", sa.String(length=18), nullable=False),
        sa.Column("registrar", sa.String(length=18), nullable=False),
        sa.Column("interested_party", sa.Boolean(), nullable=False),
        sa.Column("evidence", sa.LargeBinary(length=32), nullable=True),
        sa.Column("objection", sa.BigInteger(), nullable=True),
        sa.Column("entries", sa.JSON(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("malformed", sa.Text(), nullable=True),
        sa.Column("content_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("certificate_root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("field_count", sa.BigInteger(), nullable=False),
        sa.Column("supplemented", sa.Boolean(), nullable=False),
        sa.Column("open_objections", sa.BigInteger(), nullable=False),
        sa.Column("deadline", UtcTime(), nullable=True),
        sa.Column("notice_end", UtcTime(), nullable=True),
        sa.Column("issued_time", UtcTime(), nullable=True),
        sa.Column("valid_until", UtcTime(), nullable=True),
        sa.Column("supersedes", sa.BigInteger(), nullable=True),
        sa.Column("superseded_by", sa.BigInteger(), nullable=True),
        sa.Column("status_since", UtcTime(), nullable=True),
        sa.Column("suspended_for", sa.BigInteger(), nullable=True),
        sa.Column("suspended_by_authority", sa.Boolean(), nullable=False),
        sa.Column("national_code", sa.String(), nullable=True),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("filer", sa.LargeBinary(length=20), nullable=False),
        sa.Column("reviewer", sa.LargeBinary(length=20), nullable=True),
        sa.Column("issuer", sa.LargeBinary(length=20), nullable=True),
        sa.Column("reason", sa.LargeBinary(length=32), nullable=True),
        sa.Column("account", sa.LargeBinary(length=20), nullable=False),
        sa.Column("filed_time", UtcTime(), nullable=False),
        sa.Column("stage_since", UtcTime(), nullable=False),
        sa.Column("from_block", sa.BigInteger(), nullable=False),
        sa.Column("to_block", sa.BigInteger(), nullable=True),
        sa.Column("from_time", UtcTime(), nullable=False),
        sa.Column("to_time", UtcTime(), nullable=True),
        sa.CheckConstraint("kind IN ('FIRST', 'CHANGE', 'CORRECTION', 'RENEWAL')", name=op.f("ck_registration_kind")),
        sa.CheckConstraint(
            "stage IN ('DISTRICT_REVIEW', 'APPLIED', 'SUPPLEMENT', 'ACCEPTED', 'REVIEWED', 'NOTICE', 'ISSUED', "
            "'RETURNED', 'REFUSED', 'LAPSED', 'REVIEW_FAILED', 'NOTICE_FAILED', 'WITHDRAWN')",
            name=op.f("ck_registration_stage"),
        ),
        sa.CheckConstraint(
            "status IN ('ACTIVE', 'SUSPENDED', 'CANCELLED', 'REVOKED', 'EXPIRED', 'SUPERSEDED')",
            name=op.f("ck_registration_status"),
        ),
        sa.CheckConstraint("length(account) = 20", name=op.f("ck_registration_account")),
        sa.CheckConstraint("length(certificate_root) = 32", name=op.f("ck_registration_certificate_root")),
        sa.CheckConstraint("length(content_digest) = 32", name=op.f("ck_registration_content_digest")),
        sa.CheckConstraint("length(evidence) = 32", name=op.f("ck_registration_evidence")),
        sa.CheckConstraint("length(filer) = 20", name=op.f("ck_registration_filer")),
        sa.CheckConstraint("length(issuer) = 20", name=op.f("ck_registration_issuer")),
        sa.CheckConstraint("length(reason) = 32", name=op.f("ck_registration_reason")),
        sa.CheckConstraint("length(reviewer) = 20", name=op.f("ck_registration_reviewer")),
        sa.ForeignKeyConstraint(["from_index"], ["act.index"], name=op.f("fk_registration_from_index")),
        sa.PrimaryKeyConstraint("from_index", "version", name=op.f("pk_registration")),
    )
    op.create_index(op.f("ix_registration_filed_index"), "registration", ["filed_index"], unique=False)
    op.create_index(
        op.f("ix_registration_number_version_from_index"),
        "registration",
        ["number", "version", "from_index"],
        unique=False,
    )
    op.create_index(
        "ix_registration_open_national_code",
        "registration",
        ["national_code"],
        unique=False,
        sqlite_where=sa.text("to_block IS NULL"),
        postgresql_where=sa.text("to_block IS NULL"),
    )
    op.create_index(
        "ix_registration_open_stage",
        "registration",
        ["stage", "registrar", "deadline"],
        unique=False,
        sqlite_where=sa.text("to_block IS NULL"),
        postgresql_where=sa.text("to_block IS NULL"),
    )
    op.create_index(
        "ix_registration_open_subject",
        "registration",
        ["subject"],
        unique=False,
        sqlite_where=sa.text("to_block IS NULL"),
        postgresql_where=sa.text("to_block IS NULL"),
    )
    op.create_index(
        "ix_registration_to_block",
        "registration",
        ["to_block"],
        unique=False,
        sqlite_where=sa.text("to_block IS NOT NULL"),
        postgresql_where=sa.text("to_block IS NOT NULL"),
    )
    op.create_table(
        "registration_content",
        sa.Column(
            "act_index", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("content_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("malformed", sa.Text(), nullable=True),
        sa.CheckConstraint("length(content_digest) = 32", name=op.f("ck_registration_content_content_digest")),
        sa.ForeignKeyConstraint(["act_index"], ["act.index"], name=op.f("fk_registration_content_act_index")),
        sa.PrimaryKeyConstraint("act_index", name=op.f("pk_registration_content")),
    )
    op.create_index(
        op.f("ix_registration_content_number_version_act_index"),
        "registration_content",
        ["number", "version", "act_index"],
        unique=False,
    )
    op.create_table(
        "registration_step",
        sa.Column(
            "act_index", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("objection", sa.BigInteger(), nullable=True),
        sa.Column("organization", sa.String(length=18), nullable=True),
        sa.Column("account", sa.LargeBinary(length=20), nullable=False),
        sa.Column("time", UtcTime(), nullable=False),
        sa.Column("reason", sa.LargeBinary(length=32), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("deadline", UtcTime(), nullable=True),
        sa.Column("block_number", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(account) = 20", name=op.f("ck_registration_step_account")),
        sa.CheckConstraint("length(reason) = 32", name=op.f("ck_registration_step_reason")),
        sa.ForeignKeyConstraint(["act_index"], ["act.index"], name=op.f("fk_registration_step_act_index")),
        sa.PrimaryKeyConstraint("act_index", "version", name=op.f("pk_registration_step")),
    )
    op.create_index(
        op.f("ix_registration_step_number_act_index"), "registration_step", ["number", "act_index"], unique=False
    )


def downgrade() -> None:
    """Drops the tables, and with them their indexes."""
    op.drop_table("registration_step")
    op.drop_table("registration_content")
    op.drop_table("registration")
    op.drop_table("objection")
    op.drop_table("entry_hold")
    op.drop_table("calendar")
