"""Sound and papers beside photos, files that come in pieces, and what a kind asks besides."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

PARENTS = (("comment_id", "comment"), ("draft_id", "draft"), ("entry_id", "entry"))
ONE_PARENT = (
    "CASE WHEN entry_id IS NULL THEN 0 ELSE 1 END"
    " + CASE WHEN draft_id IS NULL THEN 0 ELSE 1 END"
    " + CASE WHEN comment_id IS NULL THEN 0 ELSE 1 END = 1"
)
# What stands in both forms of the table.
COMMON = (
    "id, portfolio_id, entry_id, draft_id, kind, key_id, number, width, height, small_width, "
    "small_height, created_at"
)


def upgrade() -> None:
    op.create_table(
        "upload",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("portfolio_id", sa.String(length=32), nullable=False),
        sa.Column("draft_id", sa.String(length=32), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("key_id", sa.String(length=32), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("received >= 0 AND received <= size", name=op.f("ck_upload_received")),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_upload_draft_id_draft")),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.id"], name=op.f("fk_upload_portfolio_id_portfolio")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        sa.UniqueConstraint("draft_id", "mark", name=op.f("uq_upload_draft_id_mark")),
    )
    op.create_index(op.f("ix_upload_changed_at"), "upload", ["changed_at"], unique=False)
    op.create_index(op.f("ix_upload_portfolio_id"), "upload", ["portfolio_id"], unique=False)
    op.add_column("comment", sa.Column("sound_code", sa.String(length=64), nullable=True))
    op.add_column("entry", sa.Column("details", sa.LargeBinary(), nullable=True))

    _set_aside()
    _create_attachment(
        [name for name, _table in PARENTS],
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("file_id", sa.String(length=32), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("lang", sa.String(length=8), nullable=True),
        sa.Column("description", sa.LargeBinary(), nullable=True),
        *_sides(nullable=True),
        sa.CheckConstraint(ONE_PARENT, name=op.f("ck_attachment_one_parent")),
        sa.CheckConstraint("kind IN ('photo', 'sound', 'paper')", name=op.f("ck_attachment_kind")),
        sa.CheckConstraint(
            "(kind = 'sound') = (seconds IS NOT NULL)", name=op.f("ck_attachment_seconds")
        ),
        sa.CheckConstraint(
            "(kind = 'paper') = (pages IS NOT NULL)", name=op.f("ck_attachment_pages")
        ),
        sa.CheckConstraint(
            "(kind = 'sound') = (small_width IS NULL)", name=op.f("ck_attachment_picture")
        ),
    )
    # How large the files are that were there already is not known here: they count for nothing.
    op.execute(
        f"INSERT INTO attachment ({COMMON}, file_id, size) "  # noqa: S608 -- names of columns
        f"SELECT {COMMON}, id, 0 FROM attachment_before"
    )
    op.execute("DROP TABLE attachment_before")


def downgrade() -> None:
    more = "SELECT count(*) FROM attachment WHERE kind <> 'photo' OR comment_id IS NOT NULL"
    if op.get_bind().execute(sa.text(more)).scalar():
        message = "the schema of before holds no sounds and papers: nothing was changed"
        raise RuntimeError(message)
    _set_aside()
    _create_attachment(
        ["draft_id", "entry_id"],
        sa.Column("kind", sa.String(length=10), nullable=False),
        *_sides(nullable=False),
        sa.CheckConstraint("kind IN ('photo')", name=op.f("ck_attachment_kind")),
        sa.CheckConstraint(
            "(entry_id IS NULL) <> (draft_id IS NULL)", name=op.f("ck_attachment_one_parent")
        ),
    )
    # Before, the files of a photo were named after the photo itself.
    old = COMMON.replace("id,", "file_id,", 1)
    op.execute(
        f"INSERT INTO attachment ({COMMON}) "  # noqa: S608 -- names of columns
        f"SELECT {old} FROM attachment_before"
    )
    op.execute("DROP TABLE attachment_before")
    op.drop_column("entry", "details")
    op.drop_column("comment", "sound_code")
    op.drop_index(op.f("ix_upload_portfolio_id"), table_name="upload")
    op.drop_index(op.f("ix_upload_changed_at"), table_name="upload")
    op.drop_table("upload")


def _set_aside() -> None:
    # SQLite changes no constraint in place, and on PostgreSQL the names of keys and indexes
    # are taken while the old table stands; so the rows wait in a table without any.
    op.execute("CREATE TABLE attachment_before AS SELECT * FROM attachment")
    op.drop_table("attachment")


def _sides(*, nullable: bool) -> list[sa.Column[int]]:
    names = ("width", "height", "small_width", "small_height")
    return [sa.Column(name, sa.Integer(), nullable=nullable) for name in names]


def _create_attachment(parents: list[str], *more: sa.Column[object] | sa.Constraint) -> None:
    tables = dict(PARENTS)
    op.create_table(
        "attachment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("portfolio_id", sa.String(length=32), nullable=False),
        *(sa.Column(name, sa.String(length=32), nullable=True) for name in parents),
        sa.Column("key_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *more,
        *(
            sa.ForeignKeyConstraint(
                [name],
                [f"{tables[name]}.id"],
                name=op.f(f"fk_attachment_{name}_{tables[name]}"),
            )
            for name in parents
        ),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.id"], name=op.f("fk_attachment_portfolio_id_portfolio")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    for name in (*parents, "portfolio_id"):
        op.create_index(op.f(f"ix_attachment_{name}"), "attachment", [name], unique=False)
