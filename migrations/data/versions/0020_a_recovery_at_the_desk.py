"""A recovery that an organisation's desk starts, for whoever chose it beforehand."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

OPEN = sa.text("ended_at IS NULL")
ID = sa.String(length=32)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "desk_choice",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("own_word", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_desk_choice_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_desk_choice_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_choice")),
    )
    op.create_index("ix_desk_choice_person_id", "desk_choice", ["person_id"])
    op.create_index(
        "one_desk_choice",
        "desk_choice",
        ["person_id", "organisation_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_table(
        "desk_recovery",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("choice_id", ID, nullable=True),
        sa.Column("membership_id", ID, nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("opens_at", MOMENT, nullable=False),
        sa.Column("closes_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_why", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_desk_recovery_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["choice_id"], ["desk_choice.id"], name=op.f("fk_desk_recovery_choice_id_desk_choice")
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["membership.id"],
            name=op.f("fk_desk_recovery_membership_id_membership"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_recovery")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_desk_recovery_code_hash")),
    )
    op.create_index("ix_desk_recovery_person_id", "desk_recovery", ["person_id"])
    op.create_index(
        "one_desk_recovery",
        "desk_recovery",
        ["person_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def downgrade() -> None:
    op.drop_table("desk_recovery")
    op.drop_table("desk_choice")
