"""Since when an owner's words stand in each language."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

DATED = ("answer", "goal")


def upgrade() -> None:
    op.add_column("entry_text", sa.Column("said_at", sa.DateTime(timezone=True), nullable=True))
    for table in DATED:
        op.add_column(table, sa.Column("since", sa.String(length=1000), nullable=True))


def downgrade() -> None:
    for table in DATED:
        op.drop_column(table, "since")
    op.drop_column("entry_text", "said_at")
