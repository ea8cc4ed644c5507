"""When a member can be called, beside their number."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("membership", sa.Column("hours", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    kept = sa.text("SELECT count(*) FROM membership WHERE hours IS NOT NULL")
    if op.get_bind().execute(kept).scalar():
        message = "the schema of before holds no hours: nothing was changed"
        raise RuntimeError(message)
    op.drop_column("membership", "hours")
