"""The checkpoint of the journal that is published."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "checkpoint",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("vkey", sa.String(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_checkpoint_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkpoint")),
    )


def downgrade() -> None:
    """Drops the table."""
    op.drop_table("checkpoint")
