"""Settings of an organisation's own sign-in, who is linked, and flows under way."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

ORGANISATION = ["organisation.id"]


def _to_organisation(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_organisation_id_organisation")
    return sa.ForeignKeyConstraint(["organisation_id"], ORGANISATION, name=name)


def upgrade() -> None:
    op.create_table(
        "work_login",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("issuer", sa.String(length=400), nullable=False),
        sa.Column("client_id", sa.String(length=200), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("second_there", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        _to_organisation("work_login"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_login")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_work_login_organisation_id")),
    )
    op.create_table(
        "work_link",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("subject_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _to_organisation("work_link"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_work_link_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_link")),
        sa.UniqueConstraint(
            "organisation_id", "person_id", name=op.f("uq_work_link_organisation_id_person_id")
        ),
        sa.UniqueConstraint("subject_hash", name=op.f("uq_work_link_subject_hash")),
    )
    for column in ("organisation_id", "person_id"):
        op.create_index(op.f(f"ix_work_link_{column}"), "work_link", [column], unique=False)
    op.create_table(
        "work_flow",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("sign_in_id", sa.String(length=32), nullable=True),
        sa.Column("kept", sa.LargeBinary(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        _to_organisation("work_flow"),
        sa.ForeignKeyConstraint(
            ["sign_in_id"], ["sign_in.id"], name=op.f("fk_work_flow_sign_in_id_sign_in")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_flow")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_work_flow_token_hash")),
    )
    for column in ("organisation_id", "sign_in_id", "ends_at"):
        op.create_index(op.f(f"ix_work_flow_{column}"), "work_flow", [column], unique=False)
    op.execute(
        "ALTER TABLE sign_in ADD COLUMN organisation_id VARCHAR(32) "
        "CONSTRAINT fk_sign_in_organisation_id_organisation REFERENCES organisation (id)"
    )
    op.create_index(
        op.f("ix_sign_in_organisation_id"), "sign_in", ["organisation_id"], unique=False
    )


def downgrade() -> None:
    # A session that opens one organisation only would open all there.
    op.execute("DELETE FROM work_flow")
    op.execute("DELETE FROM sign_in WHERE organisation_id IS NOT NULL")
    op.drop_table("work_flow")
    op.drop_table("work_link")
    op.drop_table("work_login")
    op.drop_index(op.f("ix_sign_in_organisation_id"), table_name="sign_in")
    op.drop_column("sign_in", "organisation_id")
