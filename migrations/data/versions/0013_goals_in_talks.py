"""What is said about a goal, and the agreements of a talk that become its steps."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# Table, column, and where it points.
ADDED = (("comment", "goal_id", "goal"), ("goal_step", "agreement_id", "agreement"))


def upgrade() -> None:
    for table, column, other in ADDED:
        # In one word on both databases: other rows point here, so SQLite cannot rebuild the
        # table, and Alembic would add the key apart, which SQLite does not know.
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN {column} VARCHAR(32)"
            f" CONSTRAINT fk_{table}_{column}_{other} REFERENCES {other} (id)"
        )
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def downgrade() -> None:
    for table, column, _other in ADDED:
        rows = f"SELECT count(*) FROM {table} WHERE {column} IS NOT NULL"  # noqa: S608 -- names of ours
        if op.get_bind().execute(sa.text(rows)).scalar():
            message = "the schema of before has no place for talks about goals: nothing was changed"
            raise RuntimeError(message)
    for table, column, _other in ADDED:
        op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)
        op.drop_column(table, column)
