"""Questions that a passkey answers, and sessions that wait for a second step."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "challenge",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=True),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_challenge_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenge")),
    )
    op.create_index(op.f("ix_challenge_person_id"), "challenge", ["person_id"], unique=False)
    op.create_index(op.f("ix_challenge_ends_at"), "challenge", ["ends_at"], unique=False)
    op.add_column(
        "sign_in", sa.Column("half", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    # A session that waits for its second step would be a whole one there.
    op.execute("DELETE FROM sign_in WHERE half")
    op.drop_column("sign_in", "half")
    op.drop_table("challenge")
