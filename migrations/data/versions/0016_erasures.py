"""Who goes: the mark of the erasure list, the days to come back, and notices of long rest."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0013"
branch_labels = None
depends_on = None

# Table and the moments that it gets.
ADDED = (
    ("person", ("leaving_at", "rest_told_at", "rest_told_again_at")),
    ("portfolio", ("withheld_at",)),
)


def upgrade() -> None:
    op.create_table(
        "erasure_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_erasure_mark_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_mark")),
    )
    for table, columns in ADDED:
        for column in columns:
            op.add_column(table, sa.Column(column, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    rows = "SELECT count(*) FROM person WHERE leaving_at IS NOT NULL"
    if op.get_bind().execute(sa.text(rows)).scalar():
        # What is withheld would be seen again, and nobody would be erased.
        message = "somebody is about to go, and the schema of before forgets it: nothing was changed"
        raise RuntimeError(message)
    for table, columns in ADDED:
        for column in columns:
            op.drop_column(table, column)
    op.drop_table("erasure_mark")
