"""Alembic's entrance to the keyring store: the connection is given by portfolio/migrations.py."""

from alembic import context

from portfolio.keyring import keyring_metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=keyring_metadata,
    render_as_batch=True,
    compare_type=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
