"""The contact person of each owner, and the telephone number of who can be one."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("membership", sa.Column("phone", sa.LargeBinary(), nullable=True))
    op.create_table(
        "contact",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("portfolio_id", sa.String(length=32), nullable=False),
        sa.Column("membership_id", sa.String(length=32), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_contact_membership_id_membership")
        ),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.id"], name=op.f("fk_contact_portfolio_id_portfolio")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_index(op.f("ix_contact_membership_id"), "contact", ["membership_id"], unique=False)
    op.create_index(op.f("ix_contact_portfolio_id"), "contact", ["portfolio_id"], unique=False)
    op.create_index(
        "one_contact_at_a_time",
        "contact",
        ["portfolio_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def downgrade() -> None:
    if op.get_bind().execute(sa.text("SELECT count(*) FROM contact")).scalar():
        message = "the schema of before holds no contact persons: nothing was changed"
        raise RuntimeError(message)
    op.drop_index("one_contact_at_a_time", table_name="contact")
    op.drop_index(op.f("ix_contact_portfolio_id"), table_name="contact")
    op.drop_index(op.f("ix_contact_membership_id"), table_name="contact")
    op.drop_table("contact")
    op.drop_column("membership", "phone")
