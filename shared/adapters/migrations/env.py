"""What alembic runs: the connection is handed in, so that a migration is one transaction under one lock."""

from __future__ import annotations

from alembic import context

from shared.adapters.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
