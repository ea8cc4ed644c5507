"""Joint versions of a plan, each part sealed apart, and their chain."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plan_version",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("portfolio_id", sa.String(length=32), nullable=False),
        sa.Column("membership_id", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("who", sa.LargeBinary(), nullable=False),
        sa.Column("owner_yes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("other_yes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(length=64), nullable=True),
        *_to("plan_version", "membership", "portfolio"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_version")),
        sa.UniqueConstraint(
            "portfolio_id", "number", name=op.f("uq_plan_version_portfolio_id_number")
        ),
    )
    op.create_table(
        "plan_version_part",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("portfolio_id", sa.String(length=32), nullable=False),
        sa.Column("version_id", sa.String(length=32), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("said", sa.LargeBinary(), nullable=False),
        *_to("plan_version_part", "portfolio"),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["plan_version.id"],
            name=op.f("fk_plan_version_part_version_id_plan_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_version_part")),
        sa.UniqueConstraint(
            "version_id", "part", name=op.f("uq_plan_version_part_version_id_part")
        ),
    )
    for table, names in (
        ("plan_version", ("membership_id", "portfolio_id")),
        ("plan_version_part", ("portfolio_id", "version_id")),
    ):
        for name in names:
            op.create_index(op.f(f"ix_{table}_{name}"), table, [name], unique=False)


def downgrade() -> None:
    if op.get_bind().execute(sa.text("SELECT count(*) FROM plan_version")).scalar():
        message = "the schema of before holds no versions: nothing was changed"
        raise RuntimeError(message)
    op.drop_table("plan_version_part")
    op.drop_table("plan_version")


def _to(table: str, *others: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [f"{other}_id"], [f"{other}.id"], name=op.f(f"fk_{table}_{other}_id_{other}")
        )
        for other in others
    ]
