"""Alembic's entry: runs on the connection that the catalog hands over (the key is never in a URL)."""

from alembic import context

from storage.records import Record

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Record.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
