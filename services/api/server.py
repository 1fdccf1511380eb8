"""How gunicorn serves the API, in a container and under `./run` alike: `--config python:services.api.server`.

Promises: the application is loaded once and then forked, so its processes share its memory; what beats and counts many
times a second stands in memory, never on the disk of the data, so a full disk stops neither. To be read by gunicorn
alone: reading it empties the folder of figures.
"""

from __future__ import annotations

import gc
import os
import shutil

from services.api.process_figures import SHARED_FIGURES, figures_folder, memory_folder
from services.api.unreadable import LONGEST_HEADER, LONGEST_LINE, MOST_HEADERS

worker_class = "services.api.unreadable.Worker"
limit_request_line = LONGEST_LINE
limit_request_fields = MOST_HEADERS
limit_request_field_size = LONGEST_HEADER
workers = 2
threads = 8
# Ended by the supervisor after 20 s (`./run`) or 45 s (docker-compose.yml): what was asked is answered by then.
graceful_timeout = 15
preload_app = True
control_socket_disable = True
worker_tmp_dir = str(memory_folder())

_is_named = SHARED_FIGURES in os.environ
_figures = figures_folder()
# Every line of the API is one JSON object, as the worker's are.
_handlers = ["stderr"]
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "shared.observability.JsonLines", "process": "api"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stderr"}
    },
    "root": {"level": "WARNING", "handlers": _handlers},
    "loggers": {"gunicorn.error": {"level": "INFO", "handlers": _handlers, "propagate": False}},
}
# Set before the application is loaded: its first counter looks whether figures are shared.
raw_env = [f"{SHARED_FIGURES}={_figures}"]


def on_exit(_server: object) -> None:
    """This will remove the folder of figures, unless the operator named it."""
    if not _is_named:
        shutil.rmtree(_figures, ignore_errors=True)


def post_worker_init(_worker: object) -> None:
    """This will leave what was loaded out of the search for garbage, and search less often: a fifth of a request's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
