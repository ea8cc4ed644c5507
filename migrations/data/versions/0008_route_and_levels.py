"""The leerroute, what counts for it, what somebody can do in Dutch, and how they are."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = ("wellbeing", "can_do", "counted", "route")


def upgrade() -> None:
    _create(
        "route",
        sa.Column("said", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("portfolio_id", name=op.f("uq_route_portfolio_id")),
    )
    _create(
        "counted",
        sa.Column("entry_id", sa.String(length=32), nullable=False),
        sa.Column("block", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_counted_entry_id_entry")),
        sa.UniqueConstraint("entry_id", "block", name=op.f("uq_counted_entry_id_block")),
    )
    _create(
        "can_do",
        sa.Column("statement", sa.String(length=40), nullable=False),
        sa.Column("scale", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    _create(
        "wellbeing",
        sa.Column("said", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    for table in ("counted", "can_do", "wellbeing"):
        op.create_index(op.f(f"ix_{table}_portfolio_id"), table, ["portfolio_id"], unique=False)


def downgrade() -> None:
    for table in TABLES:
        if op.get_bind().execute(sa.text(f"SELECT count(*) FROM {table}")).scalar():  # noqa: S608 -- names of ours
            message = "the schema of before holds no leerroute or levels: nothing was changed"
            raise RuntimeError(message)
    for table in TABLES:
        if table != "route":
            op.drop_index(op.f(f"ix_{table}_portfolio_id"), table_name=table)
        op.drop_table(table)


def _create(table: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("portfolio_id", sa.String(length=32), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.id"], name=op.f(f"fk_{table}_portfolio_id_portfolio")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
