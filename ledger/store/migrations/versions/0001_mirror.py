"""The mirror of acts, organizations, accounts, proposals, parameters and entries."""

import sqlalchemy as sa
from alembic import op

from ledger.store.types import Uint256, UtcTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "act",
        sa.Column("index", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("contract", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("emitter", sa.LargeBinary(length=20), nullable=False),
        sa.Column("topics", sa.LargeBinary(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("block_number", sa.BigInteger(), nullable=False),
        sa.Column("block_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("block_time", UtcTime(), nullable=False),
        sa.Column("transaction_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("log_index", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.LargeBinary(length=20), nullable=False),
        sa.Column("organization", sa.String(length=18), nullable=True),
        sa.Column("malformed", sa.Boolean(), nullable=False),
        sa.CheckConstraint("length(account) = 20", name=op.f("ck_act_account")),
        sa.CheckConstraint("length(block_hash) = 32", name=op.f("ck_act_block_hash")),
        sa.CheckConstraint("length(emitter) = 20", name=op.f("ck_act_emitter")),
        sa.CheckConstraint("length(transaction_hash) = 32", name=op.f("ck_act_transaction_hash")),
        sa.PrimaryKeyConstraint("index", name=op.f("pk_act")),
    )
    op.create_index(op.f("ix_act_block_number"), "act", ["block_number"], unique=False)
    op.create_index(op.f("ix_act_organization_index"), "act", ["organization", "index"], unique=False)
    op.create_table(
        "block",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("parent_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("time", UtcTime(), nullable=False),
        sa.CheckConstraint("length(hash) = 32", name=op.f("ck_block_hash")),
        sa.CheckConstraint("length(parent_hash) = 32", name=op.f("ck_block_parent_hash")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_block")),
    )
    op.create_table(
        "cursor",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("chain_id", Uint256(), nullable=False),
        sa.Column("genesis_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("origin", sa.LargeBinary(length=32), nullable=False),
        sa.Column("next_block", sa.BigInteger(), nullable=False),
        sa.Column("head_number", sa.BigInteger(), nullable=True),
        sa.Column("head_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("head_time", UtcTime(), nullable=True),
        sa.Column("final_block", sa.BigInteger(), nullable=True),
        sa.Column("journal_size", sa.BigInteger(), nullable=False),
        sa.Column("journal_root", sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_cursor_single")),
        sa.CheckConstraint("length(genesis_hash) = 32", name=op.f("ck_cursor_genesis_hash")),
        sa.CheckConstraint("length(head_hash) = 32", name=op.f("ck_cursor_head_hash")),
        sa.CheckConstraint("length(journal_root) = 32", name=op.f("ck_cursor_journal_root")),
        sa.CheckConstraint("length(origin) = 32", name=op.f("ck_cursor_origin")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cursor")),
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seen", UtcTime(), nullable=False),
        sa.Column("block_number", sa.BigInteger(), nullable=True),
        sa.Column("stored_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("found_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    op.create_table(
        "tile",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(hashes) % 32 = 0", name=op.f("ck_tile_hashes")),
        sa.PrimaryKeyConstraint("level", "number", name=op.f("pk_tile")),
    )
    op.create_table(
        "account",
        sa.Column(
            "from_index", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("address", sa.LargeBinary(length=20), nullable=False),
        sa.Column("organization", sa.String(length=18), nullable=False),
        sa.Column("roles", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("compromised_since", Uint256(), nullable=False),
        sa.Column("successor", sa.LargeBinary(length=20), nullable=True),
        sa.Column("from_block", sa.BigInteger(), nullable=False),
        sa.Column("to_block", sa.BigInteger(), nullable=True),
        sa.Column("from_time", UtcTime(), nullable=False),
        sa.Column("to_time", UtcTime(), nullable=True),
        sa.CheckConstraint("length(address) = 20", name=op.f("ck_account_address")),
        sa.CheckConstraint("length(successor) = 20", name=op.f("ck_account_successor")),
        sa.ForeignKeyConstraint(["from_index"], ["act.index"], name=op.f("fk_account_from_index")),
        sa.PrimaryKeyConstraint("from_index", "address", name=op.f("pk_account")),
    )
    op.create_index(op.f("ix_account_address_from_index"), "account", ["address", "from_index"], unique=False)
    op.create_index(op.f("ix_account_organization"), "account", ["organization"], unique=False)
    op.create_index(
        "ix_account_to_block",
        "account",
        ["to_block"],
        unique=False,
        sqlite_where=sa.text("to_block IS NOT NULL"),
        postgresql_where=sa.text("to_block IS NOT NULL"),
    )
    op.create_table(
        "entry",
        sa.Column(
            "act_index", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("entry_id", sa.LargeBinary(length=32), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("provider", sa.String(length=18), nullable=False),
        sa.Column("submitter", sa.String(length=18), nullable=False),
        sa.Column("local_code", sa.String(), nullable=False),
        sa.Column("kind", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("open", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("content_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("abstract", sa.Text(), nullable=True),
        sa.Column("theme", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("update_cycle", sa.Text(), nullable=True),
        sa.Column("malformed", sa.Text(), nullable=True),
        sa.Column("reason", sa.LargeBinary(length=32), nullable=True),
        sa.Column("account", sa.LargeBinary(length=20), nullable=False),
        sa.Column("from_block", sa.BigInteger(), nullable=False),
        sa.Column("to_block", sa.BigInteger(), nullable=True),
        sa.Column("from_time", UtcTime(), nullable=False),
        sa.Column("to_time", UtcTime(), nullable=True),
        sa.CheckConstraint("status IN ('ACTIVE', 'RETIRED')", name=op.f("ck_entry_status")),
        sa.CheckConstraint("length(account) = 20", name=op.f("ck_entry_account")),
        sa.CheckConstraint("length(content_digest) = 32", name=op.f("ck_entry_content_digest")),
        sa.CheckConstraint("length(entry_id) = 32", name=op.f("ck_entry_entry_id")),
        sa.CheckConstraint("length(reason) = 32", name=op.f("ck_entry_reason")),
        sa.ForeignKeyConstraint(["act_index"], ["act.index"], name=op.f("fk_entry_act_index")),
        sa.PrimaryKeyConstraint("act_index", name=op.f("pk_entry")),
    )
    op.create_index(op.f("ix_entry_entry_id_version"), "entry", ["entry_id", "version"], unique=True)
    op.create_index(
        "ix_entry_open",
        "entry",
        ["source", "status", "theme", "provider", "share", "open", "level"],
        unique=False,
        sqlite_where=sa.text("to_block IS NULL"),
        postgresql_where=sa.text("to_block IS NULL"),
    )
    op.create_index(op.f("ix_entry_provider_act_index"), "entry", ["provider", "act_index"], unique=False)
    op.create_index(
        "ix_entry_to_block",
        "entry",
        ["to_block"],
        unique=False,
        sqlite_where=sa.text("to_block IS NOT NULL"),
        postgresql_where=sa.text("to_block IS NOT NULL"),
    )
    op.create_table(
        "organization",
        sa.Column(
            "from_index", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("code", sa.String(length=18), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("kind", sa.Integer(), nullable=False),
        sa.Column("area", sa.BigInteger(), nullable=False),
        sa.Column("parent", sa.String(length=18), nullable=True),
        sa.Column("sector_authority", sa.String(length=18), nullable=True),
        sa.Column("allowed_roles", sa.BigInteger(), nullable=False),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("malformed", sa.Text(), nullable=True),
        sa.Column("account", sa.LargeBinary(length=20), nullable=False),
        sa.Column("from_block", sa.BigInteger(), nullable=False),
        sa.Column("to_block", sa.BigInteger(), nullable=True),
        sa.Column("from_time", UtcTime(), nullable=False),
        sa.Column("to_time", UtcTime(), nullable=True),
        sa.CheckConstraint("length(account) = 20", name=op.f("ck_organization_account")),
        sa.ForeignKeyConstraint(["from_index"], ["act.index"], name=op.f("fk_organization_from_index")),
        sa.PrimaryKeyConstraint("from_index", name=op.f("pk_organization")),
    )
    op.create_index(op.f("ix_organization_code_from_index"), "organization", ["code", "from_index"], unique=False)
    op.create_index(
        "ix_organization_to_block",
        "organization",
        ["to_block"],
        unique=False,
        sqlite_where=sa.text("to_block IS NOT NULL"),
        postgresql_where=sa.text("to_block IS NOT NULL"),
    )
    op.create_table(
        "parameter",
        sa.Column(
            "from_index", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("value", Uint256(), nullable=False),
        sa.Column("effective_from", Uint256(), nullable=False),
        sa.Column("source", sa.LargeBinary(length=32), nullable=False),
        sa.Column("proposal", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.LargeBinary(length=20), nullable=False),
        sa.Column("from_block", sa.BigInteger(), nullable=False),
        sa.Column("from_time", UtcTime(), nullable=False),
        sa.CheckConstraint("length(account) = 20", name=op.f("ck_parameter_account")),
        sa.CheckConstraint("length(source) = 32", name=op.f("ck_parameter_source")),
        sa.ForeignKeyConstraint(["from_index"], ["act.index"], name=op.f("fk_parameter_from_index")),
        sa.PrimaryKeyConstraint("from_index", name=op.f("pk_parameter")),
    )
    op.create_index(op.f("ix_parameter_name_version"), "parameter", ["name", "version"], unique=False)
    op.create_table(
        "proposal",
        sa.Column(
            "from_index", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("target", sa.LargeBinary(length=20), nullable=False),
        sa.Column("action", sa.LargeBinary(), nullable=False),
        sa.Column("account", sa.LargeBinary(length=20), nullable=False),
        sa.Column("made_index", sa.BigInteger(), nullable=False),
        sa.Column("made_time", UtcTime(), nullable=False),
        sa.Column("settled_by", sa.LargeBinary(length=20), nullable=True),
        sa.Column("settled_index", sa.BigInteger(), nullable=True),
        sa.Column("from_block", sa.BigInteger(), nullable=False),
        sa.Column("to_block", sa.BigInteger(), nullable=True),
        sa.Column("from_time", UtcTime(), nullable=False),
        sa.Column("to_time", UtcTime(), nullable=True),
        sa.CheckConstraint("length(account) = 20", name=op.f("ck_proposal_account")),
        sa.CheckConstraint("length(settled_by) = 20", name=op.f("ck_proposal_settled_by")),
        sa.CheckConstraint("length(target) = 20", name=op.f("ck_proposal_target")),
        sa.ForeignKeyConstraint(["from_index"], ["act.index"], name=op.f("fk_proposal_from_index")),
        sa.PrimaryKeyConstraint("from_index", name=op.f("pk_proposal")),
    )
    op.create_index(op.f("ix_proposal_number_from_index"), "proposal", ["number", "from_index"], unique=False)
    op.create_index(
        "ix_proposal_to_block",
        "proposal",
        ["to_block"],
        unique=False,
        sqlite_where=sa.text("to_block IS NOT NULL"),
        postgresql_where=sa.text("to_block IS NOT NULL"),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE entry_search USING fts5"
            "(tokens, content='', detail=none, columnsize=0, tokenize='ascii')"
        )
    else:
        op.execute("CREATE TABLE entry_search (act_index bigint PRIMARY KEY, tokens text[] NOT NULL)")
        op.execute("CREATE INDEX ix_entry_search_tokens ON entry_search USING gin (tokens)")


def downgrade() -> None:
    """Drops the tables."""
    op.execute("DROP TABLE entry_search")
    op.drop_index(
        "ix_proposal_to_block",
        table_name="proposal",
        sqlite_where=sa.text("to_block IS NOT NULL"),
        postgresql_where=sa.text("to_block IS NOT NULL"),
    )
    op.drop_index(op.f("ix_proposal_number_from_index"), table_name="proposal")
    op.drop_table("proposal")
    op.drop_index(op.f("ix_parameter_name_version"), table_name="parameter")
    op.drop_table("parameter")
    op.drop_index(
        "ix_organization_to_block",
        table_name="organization",
        sqlite_where=sa.text("to_block IS NOT NULL"),
        postgresql_where=sa.text("to_block IS NOT NULL"),
    )
    op.drop_index(op.f("ix_organization_code_from_index"), table_name="organization")
    op.drop_table("organization")
    op.drop_index(
        "ix_entry_to_block",
        table_name="entry",
        sqlite_where=sa.text("to_block IS NOT NULL"),
        postgresql_where=sa.text("to_block IS NOT NULL"),
    )
    op.drop_index(op.f("ix_entry_provider_act_index"), table_name="entry")
    op.drop_index(
        "ix_entry_open",
        table_name="entry",
        sqlite_where=sa.text("to_block IS NULL"),
        postgresql_where=sa.text("to_block IS NULL"),
    )
    op.drop_index(op.f("ix_entry_entry_id_version"), table_name="entry")
    op.drop_table("entry")
    op.drop_index(
        "ix_account_to_block",
        table_name="account",
        sqlite_where=sa.text("to_block IS NOT NULL"),
        postgresql_where=sa.text("to_block IS NOT NULL"),
    )
    op.drop_index(op.f("ix_account_organization"), table_name="account")
    op.drop_index(op.f("ix_account_address_from_index"), table_name="account")
    op.drop_table("account")
    op.drop_table("tile")
    op.drop_table("evidence")
    op.drop_table("cursor")
    op.drop_table("block")
    op.drop_index(op.f("ix_act_organization_index"), table_name="act")
    op.drop_index(op.f("ix_act_block_number"), table_name="act")
    op.drop_table("act")
