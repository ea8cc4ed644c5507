"""Who goes: the mark of the erasure list, the days to come back, and notices of long rest."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
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
    op.create_table(
        "takeaway",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("portfolio_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("turn", "done", "total", "pieces", "size")
        ),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'making', 'ready', 'failed')", name=op.f("ck_takeaway_state")
        ),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.id"], name=op.f("fk_takeaway_portfolio_id_portfolio")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_takeaway")),
        sa.UniqueConstraint("portfolio_id", name=op.f("uq_takeaway_portfolio_id")),
    )
    op.create_index(op.f("ix_takeaway_changed_at"), "takeaway", ["changed_at"])


def downgrade() -> None:
    rows = "SELECT count(*) FROM person WHERE leaving_at IS NOT NULL"
    if op.get_bind().execute(sa.text(rows)).scalar():
        # What is withheld would be seen again, and nobody would be erased.
        message = (
            "somebody is about to go, and the schema of before forgets it: nothing was changed"
        )
        raise RuntimeError(message)
    for table, columns in ADDED:
        for column in columns:
            op.drop_column(table, column)
    op.drop_table("takeaway")
    op.drop_table("erasure_mark")
