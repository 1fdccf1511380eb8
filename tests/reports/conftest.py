"""Reports are tested as they are used: through the interface, on a real system."""

from __future__ import annotations

from tests.api.conftest import app, ask

__all__ = ["app", "ask"]
