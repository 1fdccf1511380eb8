"""The interface on a system of the tests, in this process or behind a real socket."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from werkzeug.serving import make_server

from services.api.app import create_app
from shared.bootstrap import System

_MADE: dict[str, Flask] = {}


def application(system: System, stage: str) -> Flask:
    """The interface on `system`, whose settings are those of all tests.

    To make one takes longer than most tests: each `stage` has one, which stands on the system it was last asked for.
    """
    if stage not in _MADE:
        _MADE[stage] = create_app(system)
    _MADE[stage].extensions["xunxian"] = system
    return _MADE[stage]


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address at which `app` answers, on a free port of the loopback, while the block runs."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
