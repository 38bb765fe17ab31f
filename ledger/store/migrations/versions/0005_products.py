"""Products, prices and disclosures, and which registration speaks for an entry.

Registrations that were indexed before speak for their entries after `mulu index --reproject`.
"""

import sqlalchemy as sa
from alembic import op

from ledger.store.types import Uint256, UtcTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _key(name: str) -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, autoincrement=False, nullable=False)


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "disclosure",
        _key("act_index"),
        sa.Column("grant", sa.BigInteger(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("deadline", UtcTime(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("content_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("malformed", sa.Text(), nullable=True),
        sa.Column("organization", sa.String(length=18), nullable=True),
        sa.Column("account", sa.LargeBinary(length=20), nullable=False),
        sa.Column("time", UtcTime(), nullable=False),
        sa.Column("block_number", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('AUTHORIZATION', 'OPERATION')", name=op.f("ck_disclosure_kind")),
        sa.CheckConstraint("length(account) = 20", name=op.f("ck_disclosure_account")),
        sa.CheckConstraint("length(content_digest) = 32", name=op.f("ck_disclosure_content_digest")),
        sa.ForeignKeyConstraint(["act_index"], ["act.index"], name=op.f("fk_disclosure_act_index")),
        sa.PrimaryKeyConstraint("act_index", name=op.f("pk_disclosure")),
    )
    op.create_index(
        op.f("ix_disclosure_grant_year_kind_version"), "disclosure", ["grant", "year", "kind", "version"], unique=False
    )
    op.create_table(
        "product",
        _key("from_index"),
        sa.Column("product", sa.BigInteger(), nullable=False),
        sa.Column("added_index", sa.BigInteger(), nullable=False),
        sa.Column("operator", sa.String(length=18), nullable=False),
        sa.Column("grant", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.BigInteger(), nullable=True),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.LargeBinary(length=32), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("purpose", sa.Integer(), nullable=False),
        sa.Column("redevelopable", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("suspended_by_authority", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("content_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("malformed", sa.Text(), nullable=True),
        sa.Column("reason", sa.LargeBinary(length=32), nullable=True),
        sa.Column("organization", sa.String(length=18), nullable=True),
        sa.Column("account", sa.LargeBinary(length=20), nullable=False),
        sa.Column("from_block", sa.BigInteger(), nullable=False),
        sa.Column("to_block", sa.BigInteger(), nullable=True),
        sa.Column("from_time", UtcTime(), nullable=False),
        sa.Column("to_time", UtcTime(), nullable=True),
        sa.CheckConstraint(
            "form IN ('DATASET', 'INTERFACE', 'MODEL', 'VERIFICATION', 'INDEX', 'REPORT')", name=op.f("ck_product_form")
        ),
        sa.CheckConstraint("status IN ('LISTED', 'SUSPENDED', 'DELISTED')", name=op.f("ck_product_status")),
        sa.CheckConstraint("length(account) = 20", name=op.f("ck_product_account")),
        sa.CheckConstraint("length(content_digest) = 32", name=op.f("ck_product_content_digest")),
        sa.CheckConstraint("length(entry_id) = 32", name=op.f("ck_product_entry_id")),
        sa.CheckConstraint("length(reason) = 32", name=op.f("ck_product_reason")),
        sa.ForeignKeyConstraint(["from_index"], ["act.index"], name=op.f("fk_product_from_index")),
        sa.PrimaryKeyConstraint("from_index", name=op.f("pk_product")),
    )
    op.create_index(
        "ix_product_open_entry_id",
        "product",
        ["entry_id"],
        unique=False,
        sqlite_where=sa.text("to_block IS NULL"),
        postgresql_where=sa.text("to_block IS NULL"),
    )
    op.create_index(
        "ix_product_open_grant",
        "product",
        ["grant"],
        unique=False,
        sqlite_where=sa.text("to_block IS NULL"),
        postgresql_where=sa.text("to_block IS NULL"),
    )
    op.create_index(
        "ix_product_open_operator",
        "product",
        ["operator"],
        unique=False,
        sqlite_where=sa.text("to_block IS NULL"),
        postgresql_where=sa.text("to_block IS NULL"),
    )
    op.create_index(op.f("ix_product_product_from_index"), "product", ["product", "from_index"], unique=False)
    op.create_index(
        "ix_product_to_block",
        "product",
        ["to_block"],
        unique=False,
        sqlite_where=sa.text("to_block IS NOT NULL"),
        postgresql_where=sa.text("to_block IS NOT NULL"),
    )
    op.create_table(
        "product_price",
        _key("act_index"),
        sa.Column("product", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("ceiling", Uint256(), nullable=True),
        sa.Column("price", Uint256(), nullable=True),
        sa.Column("trial", sa.Boolean(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("document", sa.LargeBinary(length=32), nullable=True),
        sa.Column("organization", sa.String(length=18), nullable=True),
        sa.Column("account", sa.LargeBinary(length=20), nullable=False),
        sa.Column("time", UtcTime(), nullable=False),
        sa.Column("block_number", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(account) = 20", name=op.f("ck_product_price_account")),
        sa.CheckConstraint("length(document) = 32", name=op.f("ck_product_price_document")),
        sa.ForeignKeyConstraint(["act_index"], ["act.index"], name=op.f("fk_product_price_act_index")),
        sa.PrimaryKeyConstraint("act_index", name=op.f("pk_product_price")),
    )
    op.create_index(op.f("ix_product_price_product_position"), "product_price", ["product", "position"], unique=False)
    op.create_table(
        "registration_speaker",
        _key("act_index"),
        sa.Column("entry_id", sa.LargeBinary(length=32), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("time", UtcTime(), nullable=False),
        sa.Column("block_number", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(entry_id) = 32", name=op.f("ck_registration_speaker_entry_id")),
        sa.ForeignKeyConstraint(["act_index"], ["act.index"], name=op.f("fk_registration_speaker_act_index")),
        sa.PrimaryKeyConstraint("act_index", "entry_id", name=op.f("pk_registration_speaker")),
    )
    op.create_index(
        op.f("ix_registration_speaker_entry_id_act_index"),
        "registration_speaker",
        ["entry_id", "act_index"],
        unique=False,
    )
    # ### end Alembic commands ###


def downgrade() -> None:
    """Drops the tables, and with them their indexes."""
    op.drop_table("registration_speaker")
    op.drop_table("product_price")
    op.drop_table("product")
    op.drop_table("disclosure")
