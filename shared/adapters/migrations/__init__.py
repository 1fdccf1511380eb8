"""Schema versions: forward only, one migrating process at a time, with a short lock time-out."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from shared.adapters.database import make_engine

_ONE_AT_A_TIME = 0x78756E78


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config


def upgrade(database_url: str) -> str:
    """This will bring a database to the newest schema and give its revision; a second process waits for the first."""
    engine = make_engine(database_url, pool_size=1)
    try:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        return head()
    finally:
        engine.dispose()


def head() -> str:
    """This will name the newest revision there is."""
    found = ScriptDirectory.from_config(_config()).get_current_head()
    assert found is not None
    return found


def at_head(engine: Engine) -> bool:
    """This will say whether a database has the newest schema."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head()
