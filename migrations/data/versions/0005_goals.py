"""Goals per leefgebied, their small steps, and the entries that show a step."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = ("step_evidence", "goal_step", "goal")


def upgrade() -> None:
    moments = ("made_at", "reached_at")
    _create(
        "goal",
        ["portfolio"],
        sa.Column("leefgebied", sa.String(length=20), nullable=False),
        sa.Column("said", sa.LargeBinary(), nullable=True),
        sa.Column("scale", sa.LargeBinary(), nullable=True),
        sa.Column("by_day", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in moments),
    )
    _create(
        "goal_step",
        ["portfolio", "goal"],
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("said", sa.LargeBinary(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
    )
    _create(
        "step_evidence",
        ["portfolio", "entry"],
        sa.Column("step_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["step_id"], ["goal_step.id"], name=op.f("fk_step_evidence_step_id_goal_step")
        ),
        sa.UniqueConstraint("step_id", "entry_id", name=op.f("uq_step_evidence_step_id_entry_id")),
    )
    op.create_index(op.f("ix_step_evidence_step_id"), "step_evidence", ["step_id"], unique=False)


def downgrade() -> None:
    if op.get_bind().execute(sa.text("SELECT count(*) FROM goal")).scalar():
        message = "the schema of before holds no goals: nothing was changed"
        raise RuntimeError(message)
    for table in TABLES:
        op.drop_table(table)


def _create(table: str, parents: list[str], *more: sa.Column[object] | sa.Constraint) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.String(length=32), nullable=False),
        *(sa.Column(f"{name}_id", sa.String(length=32), nullable=False) for name in parents),
        *more,
        *(
            sa.ForeignKeyConstraint(
                [f"{name}_id"], [f"{name}.id"], name=op.f(f"fk_{table}_{name}_id_{name}")
            )
            for name in parents
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    for name in parents:
        op.create_index(op.f(f"ix_{table}_{name}_id"), table, [f"{name}_id"], unique=False)
