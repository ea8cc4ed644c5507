"""Parts of a plan that are shared by name, and what an owner answers about them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BEFORE = (
    "id, portfolio_id, membership_id, scope, leefgebied, entry_id, verdict, purpose, may_comment, "
    "grantee, starts_at, expires_at, withdrawn_at"
)
HUNG = (
    "id, portfolio_id, entry_id, draft_id, comment_id, kind, file_id, key_id, size, number, width, "
    "height, small_width, small_height, seconds, pages, lang, description, created_at"
)
PARENTS = (
    ("answer_id", "answer"),
    ("comment_id", "comment"),
    ("draft_id", "draft"),
    ("entry_id", "entry"),
)


def upgrade() -> None:
    _create_answer()
    _rebuild_consent(
        [sa.Column("part", sa.String(length=40), nullable=True)],
        _one_of("leefgebied", "entry_id", "part"),
    )
    _rebuild_attachment([name for name, _table in PARENTS])


def downgrade() -> None:
    rows = ("consent WHERE part IS NOT NULL", "answer")
    ask = "SELECT count(*) FROM "
    if any(op.get_bind().execute(sa.text(ask + each)).scalar() for each in rows):
        message = "the schema of before holds no plans: nothing was changed"
        raise RuntimeError(message)
    _rebuild_attachment([name for name, _table in PARENTS[1:]])
    _rebuild_consent([], "(leefgebied IS NULL) <> (entry_id IS NULL)")
    op.drop_index(op.f("ix_answer_about_id"), table_name="answer")
    op.drop_index(op.f("ix_answer_portfolio_id"), table_name="answer")
    op.drop_table("answer")


def _one_of(*names: str) -> str:
    return " + ".join(f"CASE WHEN {name} IS NULL THEN 0 ELSE 1 END" for name in names) + " = 1"


def _create_answer() -> None:
    op.create_table(
        "answer",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("portfolio_id", sa.String(length=32), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("about_id", sa.String(length=32), nullable=False),
        sa.Column("said", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.id"], name=op.f("fk_answer_portfolio_id_portfolio")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint(
            "portfolio_id",
            "part",
            "question",
            "about_id",
            name=op.f("uq_answer_portfolio_id_part_question_about_id"),
        ),
    )
    op.create_index(op.f("ix_answer_portfolio_id"), "answer", ["portfolio_id"], unique=False)
    op.create_index(op.f("ix_answer_about_id"), "answer", ["about_id"], unique=False)


def _set_aside(table: str) -> None:
    # SQLite changes no constraint in place, and on PostgreSQL the names of keys and indexes
    # are taken while the old table stands; so the rows wait in a table without any.
    op.execute(f"CREATE TABLE {table}_before AS SELECT * FROM {table}")  # noqa: S608 -- names of ours
    op.drop_table(table)


def _put_back(table: str, columns: str) -> None:
    rows = f"SELECT {columns} FROM {table}_before"  # noqa: S608 -- names of ours
    op.execute(f"INSERT INTO {table} ({columns}) {rows}")
    op.execute(f"DROP TABLE {table}_before")


def _rebuild_consent(more: list[sa.Column[str]], one_scope: str) -> None:
    _set_aside("consent")
    op.create_table(
        "consent",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("portfolio_id", sa.String(length=32), nullable=False),
        sa.Column("membership_id", sa.String(length=32), nullable=False),
        sa.Column("scope", sa.String(length=60), nullable=False),
        sa.Column("leefgebied", sa.String(length=20), nullable=True),
        sa.Column("entry_id", sa.String(length=32), nullable=True),
        *more,
        sa.Column("verdict", sa.String(length=6), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=True),
        sa.Column("may_comment", sa.Boolean(), nullable=False),
        sa.Column("grantee", sa.LargeBinary(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "verdict = 'allow' OR expires_at IS NULL", name=op.f("ck_consent_refusal_stays")
        ),
        sa.CheckConstraint(
            "verdict = 'refuse' OR (purpose IS NOT NULL AND expires_at IS NOT NULL)",
            name=op.f("ck_consent_purpose_and_end"),
        ),
        sa.CheckConstraint("verdict IN ('allow', 'refuse')", name=op.f("ck_consent_verdict")),
        sa.CheckConstraint(one_scope, name=op.f("ck_consent_one_scope")),
        sa.CheckConstraint(
            "expires_at IS NULL OR expires_at > starts_at", name=op.f("ck_consent_period")
        ),
        *_to("consent", "entry", "membership", "portfolio"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    _indexes("consent", ["entry_id", "membership_id", "portfolio_id"])
    op.create_index(
        "one_consent_in_force",
        "consent",
        ["portfolio_id", "membership_id", "scope"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    _put_back("consent", BEFORE)


def _to(table: str, *others: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [f"{other}_id"], [f"{other}.id"], name=op.f(f"fk_{table}_{other}_id_{other}")
        )
        for other in others
    ]


def _indexes(table: str, names: list[str]) -> None:
    for name in names:
        op.create_index(op.f(f"ix_{table}_{name}"), table, [name], unique=False)


def _rebuild_attachment(parents: list[str]) -> None:
    _set_aside("attachment")
    tables = dict(PARENTS)
    numbers = ("width", "height", "small_width", "small_height", "seconds", "pages")
    op.create_table(
        "attachment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("portfolio_id", sa.String(length=32), nullable=False),
        *(sa.Column(name, sa.String(length=32), nullable=True) for name in parents),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("file_id", sa.String(length=32), nullable=False),
        sa.Column("key_id", sa.String(length=32), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in numbers),
        sa.Column("lang", sa.String(length=8), nullable=True),
        sa.Column("description", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(_one_of(*parents), name=op.f("ck_attachment_one_parent")),
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
        *_to("attachment", *(tables[name] for name in parents), "portfolio"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    _indexes("attachment", [*parents, "portfolio_id"])
    _put_back("attachment", HUNG)
