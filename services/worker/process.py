"""The system of this process, built once: after the fork, so that no connection is shared between processes."""

from __future__ import annotations

from functools import lru_cache

from shared.bootstrap import System, build_system


@lru_cache(maxsize=1)
def system() -> System:
    """This will give the process its system."""
    return build_system()
