"""Alembic's entrance to the data store: the connection is given by portfolio/migrations.py."""

from alembic import context

from portfolio.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
