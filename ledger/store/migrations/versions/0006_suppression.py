"""The acts whose words are withheld."""

import sqlalchemy as sa
from alembic import op

from ledger.store.types import DIGEST, KEY, UtcTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "suppression",
        sa.Column("index", KEY, autoincrement=False, nullable=False),
        sa.Column("leaf", DIGEST, nullable=False),
        sa.Column("time", UtcTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("document", DIGEST, nullable=False),
        sa.CheckConstraint("length(document) = 32", name=op.f("ck_suppression_document")),
        sa.CheckConstraint("length(leaf) = 32", name=op.f("ck_suppression_leaf")),
        sa.ForeignKeyConstraint(["index"], ["act.index"], name=op.f("fk_suppression_index")),
        sa.PrimaryKeyConstraint("index", name=op.f("pk_suppression")),
    )


def downgrade() -> None:
    """Drops the table."""
    op.drop_table("suppression")
