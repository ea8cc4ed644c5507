"""How an organisation does it, and versions that go along to a new contact person."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "practice",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("fact", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        _to("practice", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice")),
        sa.UniqueConstraint(
            "organisation_id", "fact", name=op.f("uq_practice_organisation_id_fact")
        ),
    )
    op.create_index(
        op.f("ix_practice_organisation_id"), "practice", ["organisation_id"], unique=False
    )
    op.create_table(
        "passed_version",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("portfolio_id", sa.String(length=32), nullable=False),
        sa.Column("version_id", sa.String(length=32), nullable=False),
        sa.Column("membership_id", sa.String(length=32), nullable=False),
        sa.Column("passed_at", sa.DateTime(timezone=True), nullable=False),
        _to("passed_version", "portfolio_id", "portfolio"),
        _to("passed_version", "version_id", "plan_version"),
        _to("passed_version", "membership_id", "membership"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passed_version")),
        sa.UniqueConstraint("version_id", name=op.f("uq_passed_version_version_id")),
    )
    for name in ("membership_id", "portfolio_id"):
        op.create_index(op.f(f"ix_passed_version_{name}"), "passed_version", [name], unique=False)


def downgrade() -> None:
    for table, what in (
        ("passed_version", "versions that were passed on"),
        ("practice", "numbers of organisations"),
    ):
        if op.get_bind().execute(sa.text(f"SELECT count(*) FROM {table}")).scalar():  # noqa: S608 -- fixed names
            message = f"the schema of before holds no {what}: nothing was changed"
            raise RuntimeError(message)
    op.drop_table("passed_version")
    op.drop_table("practice")


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
    )
