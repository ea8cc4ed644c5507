"""The log of security events of the installation, and the end of its chain."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "security_event",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("facts", sa.String(length=400), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_security_event")),
    )
    head = op.create_table(
        "security_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_security_head_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_security_head")),
    )
    op.bulk_insert(head, [{"id": 1, "number": 0, "code": ""}])


def downgrade() -> None:
    op.drop_table("security_head")
    op.drop_table("security_event")
