"""The interface and its checks, for tests of what must be guarded."""

from __future__ import annotations

from tests.api.conftest import app, ask, lead  # noqa: F401 - fixtures
