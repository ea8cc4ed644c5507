"""A step of a goal may have a day of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("goal_step", sa.Column("by_day", sa.Date(), nullable=True))


def downgrade() -> None:
    held = "SELECT count(*) FROM goal_step WHERE by_day IS NOT NULL"
    if op.get_bind().execute(sa.text(held)).scalar():
        message = "the schema of before holds no days of steps: nothing was changed"
        raise RuntimeError(message)
    op.drop_column("goal_step", "by_day")
