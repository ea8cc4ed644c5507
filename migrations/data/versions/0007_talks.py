"""Talks, and the agreements that come out of them."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "talk",
        *_ids("id", "portfolio_id", "membership_id"),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("starts_at", moment, nullable=False),
        sa.Column("said", sa.LargeBinary(), nullable=True),
        sa.Column("grantee", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_by", sa.String(length=6), nullable=False),
        sa.Column("accepted_at", moment, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.Column("summary", sa.LargeBinary(), nullable=True),
        sa.Column("summary_version", sa.Integer(), nullable=False),
        sa.Column("owner_yes", sa.Integer(), nullable=True),
        sa.Column("owner_yes_at", moment, nullable=True),
        sa.Column("coach_yes", sa.Integer(), nullable=True),
        sa.Column("coach_yes_at", moment, nullable=True),
        sa.Column("own_view", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "state IN ('planned', 'held', 'agreed', 'cancelled')", name=op.f("ck_talk_state")
        ),
        sa.CheckConstraint("asked_by IN ('owner', 'coach')", name=op.f("ck_talk_asked_by")),
        sa.CheckConstraint(
            "state <> 'agreed' OR (coalesce(owner_yes, -1) = summary_version"
            " AND coalesce(coach_yes, -1) = summary_version)",
            name=op.f("ck_talk_both_said_yes"),
        ),
        *_to("talk", "portfolio", "membership"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk")),
    )
    op.create_index(
        "ix_talk_place", "talk", ["portfolio_id", "membership_id", "starts_at"], unique=False
    )
    op.create_table(
        "agreement",
        *_ids("id", "portfolio_id", "talk_id"),
        sa.Column("said", sa.LargeBinary(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_at", moment, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        *_to("agreement", "portfolio", "talk"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
    )
    for column in ("portfolio_id", "talk_id"):
        op.create_index(op.f(f"ix_agreement_{column}"), "agreement", [column], unique=False)


def downgrade() -> None:
    if op.get_bind().execute(sa.text("SELECT count(*) FROM talk")).scalar():
        message = "the schema of before holds no talks: nothing was changed"
        raise RuntimeError(message)
    for column in ("portfolio_id", "talk_id"):
        op.drop_index(op.f(f"ix_agreement_{column}"), table_name="agreement")
    op.drop_table("agreement")
    op.drop_index("ix_talk_place", table_name="talk")
    op.drop_table("talk")


def _ids(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(length=32), nullable=False) for name in names]


def _to(table: str, *others: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [f"{other}_id"], [f"{other}.id"], name=op.f(f"fk_{table}_{other}_id_{other}")
        )
        for other in others
    ]
