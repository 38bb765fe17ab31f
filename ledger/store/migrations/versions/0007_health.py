"""How indexer and sentinel fare."""

import sqlalchemy as sa
from alembic import op

from ledger.store.types import UtcTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "health",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seen", UtcTime(), nullable=True),
        sa.Column("level", UtcTime(), nullable=True),
        sa.Column("node_block", sa.BigInteger(), nullable=True),
        sa.Column("reorganizations", sa.BigInteger(), nullable=False),
        sa.Column("deepest_blocks", sa.BigInteger(), nullable=False),
        sa.Column("node_errors", sa.BigInteger(), nullable=False),
        sa.Column("checked", UtcTime(), nullable=True),
        sa.Column("checked_rows", sa.BigInteger(), nullable=False),
        sa.Column("differences", sa.BigInteger(), nullable=False),
        sa.Column("suspects", sa.JSON(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_health_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_health")),
    )


def downgrade() -> None:
    """Drops the table."""
    op.drop_table("health")
