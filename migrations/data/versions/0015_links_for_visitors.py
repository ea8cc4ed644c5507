"""Links for visitors, who looked through one, and consents that cannot be rewritten."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# Every column of a consent but the moment of withdrawal. Who rebuilds the table on SQLite makes
# the triggers anew.
KEPT = (
    "id",
    "portfolio_id",
    "membership_id",
    "scope",
    "leefgebied",
    "entry_id",
    "part",
    "verdict",
    "purpose",
    "may_comment",
    "grantee",
    "starts_at",
    "expires_at",
)
RELEASED = "EXISTS (SELECT 1 FROM consent_release WHERE portfolio_id = OLD.portfolio_id)"
REFUSAL = "a consent is never changed"


def keep_consents() -> None:
    """Let a consent be withdrawn once, and refuse all else."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    same = "IS" if sqlite else "IS NOT DISTINCT FROM"
    kept = " AND ".join(f"NEW.{name} {same} OLD.{name}" for name in KEPT)
    withdrawn = f"OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL AND {kept}"
    if sqlite:
        for deed, refused in (
            ("UPDATE", f"NOT {RELEASED} AND NOT ({withdrawn})"),
            ("DELETE", f"NOT {RELEASED}"),
        ):
            op.execute(
                f"CREATE TRIGGER consent_kept_{deed.lower()} BEFORE {deed} ON consent"
                f" WHEN {refused} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION consent_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF {RELEASED} THEN IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END IF;"
        f" IF TG_OP = 'UPDATE' THEN IF {withdrawn} THEN RETURN NEW; END IF; END IF;"
        f" RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'check_violation'; END $$"
    )
    op.execute(
        "CREATE TRIGGER consent_kept BEFORE UPDATE OR DELETE ON consent"
        " FOR EACH ROW EXECUTE FUNCTION consent_kept()"
    )


def let_consents_go() -> None:
    """Take the triggers away."""
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("update", "delete"):
            op.execute(f"DROP TRIGGER consent_kept_{deed}")
        return
    op.execute("DROP TRIGGER consent_kept ON consent")
    op.execute("DROP FUNCTION consent_kept()")


def upgrade() -> None:
    op.create_table(
        "visitor_link",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("portfolio_id", sa.String(length=32), nullable=False),
        sa.Column("scope", sa.String(length=60), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("expires_at > starts_at", name=op.f("ck_visitor_link_period")),
        sa.ForeignKeyConstraint(
            ["portfolio_id"],
            ["portfolio.id"],
            name=op.f("fk_visitor_link_portfolio_id_portfolio"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visitor_link")),
    )
    op.create_index(op.f("ix_visitor_link_portfolio_id"), "visitor_link", ["portfolio_id"])
    op.create_table(
        "visitor_code",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("link_id", sa.String(length=32), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["link_id"], ["visitor_link.id"], name=op.f("fk_visitor_code_link_id_visitor_link")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visitor_code")),
    )
    op.create_index(op.f("ix_visitor_code_link_id"), "visitor_code", ["link_id"])
    op.create_table(
        "visit",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("link_id", sa.String(length=32), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["link_id"], ["visitor_link.id"], name=op.f("fk_visit_link_id_visitor_link")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_visit_token_hash")),
    )
    op.create_index(op.f("ix_visit_link_id"), "visit", ["link_id"])
    # Who looked: a member, or a visitor by a link.
    with op.batch_alter_table("access_log") as table:
        table.alter_column("membership_id", existing_type=sa.String(length=32), nullable=True)
        table.add_column(sa.Column("link_id", sa.String(length=32), nullable=True))
        table.create_foreign_key(
            op.f("fk_access_log_link_id_visitor_link"), "visitor_link", ["link_id"], ["id"]
        )
        table.create_check_constraint(
            op.f("ck_access_log_one_reader"), "(membership_id IS NULL) != (link_id IS NULL)"
        )
        table.create_unique_constraint(
            op.f("uq_access_log_portfolio_id_link_id_about_minute"),
            ["portfolio_id", "link_id", "about", "minute"],
        )
    op.create_table(
        "consent_release",
        sa.Column("portfolio_id", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("portfolio_id", name=op.f("pk_consent_release")),
    )
    keep_consents()


def downgrade() -> None:
    rows = sa.text("SELECT count(*) FROM visitor_link")
    if op.get_bind().execute(rows).scalar():
        message = "the schema of before has no place for links of visitors: nothing was changed"
        raise RuntimeError(message)
    let_consents_go()
    with op.batch_alter_table("access_log") as table:
        table.drop_constraint(
            op.f("uq_access_log_portfolio_id_link_id_about_minute"), type_="unique"
        )
        table.drop_constraint(op.f("ck_access_log_one_reader"), type_="check")
        table.drop_constraint(op.f("fk_access_log_link_id_visitor_link"), type_="foreignkey")
        table.drop_column("link_id")
        table.alter_column("membership_id", existing_type=sa.String(length=32), nullable=False)
    for name in ("consent_release", "visit", "visitor_code", "visitor_link"):
        op.drop_table(name)
