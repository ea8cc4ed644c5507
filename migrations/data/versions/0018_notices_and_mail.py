"""Notices without content, an e-mail address, and the queue of e-mails."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

NOTICES = (
    "comment",
    "looked",
    "share_ends",
    "talk",
    "agreement",
    "version",
    "help",
    "sign_in_changed",
    "new_device",
    "recovery",
    "rest",
    "erasure",
)
MAILS = ("news", "sign_in", "recovery", "rest", "erasure", "code", "address")


def upgrade() -> None:
    op.create_table(
        "notice",
        *_row("notice"),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("about", sa.String(length=32), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"kind IN {NOTICES}", name=op.f("ck_notice_kind")),
    )
    op.create_index("ix_notice_time", "notice", ["person_id", "at"], unique=False)
    op.create_table(
        "email",
        *_row("email"),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("proven_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wanted", sa.LargeBinary(), nullable=True),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("code_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("person_id", name=op.f("uq_email_person_id")),
    )
    op.create_table(
        "mail",
        *_row("mail"),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("once", sa.String(length=16), nullable=True),
        sa.Column("said", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("lease", sa.String(length=32), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.String(length=8), nullable=True),
        sa.CheckConstraint(f"kind IN {MAILS}", name=op.f("ck_mail_kind")),
        sa.UniqueConstraint("person_id", "once", name=op.f("uq_mail_person_id_once")),
    )
    op.create_index(op.f("ix_mail_due_at"), "mail", ["due_at"], unique=False)


def downgrade() -> None:
    if op.get_bind().execute(sa.text("SELECT count(*) FROM email")).scalar():
        message = "the schema of before holds no e-mail addresses: nothing was changed"
        raise RuntimeError(message)
    for table in ("mail", "email", "notice"):
        op.drop_table(table)


def _row(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f(f"fk_{table}_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]
