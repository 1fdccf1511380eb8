"""What beat fires, and how often. Beat only rings: every worker sweeps by itself once a second, beat or not."""

from __future__ import annotations

from typing import Any

SCHEDULE: dict[str, dict[str, Any]] = {
    # Survives any outage: what is due is found by `due <= now`, never by a window.
    "sweep": {"task": "xunxian.sweep", "schedule": 1.0, "options": {"expires": 5, "queue": "clock"}},
    # Survives any outage: what was not read for a week is found by when it was read last.
    "verify_materials": {
        "task": "xunxian.verify_materials",
        "schedule": 6 * 3600.0,
        "options": {"expires": 3600, "queue": "messages"},
    },
    # Survives any outage: what is missing is found by the date of the day, what is old by when it was done.
    "watch_calendars": {
        "task": "xunxian.watch_calendars",
        "schedule": 6 * 3600.0,
        "options": {"expires": 3600, "queue": "messages"},
    },
    "prune": {
        "task": "xunxian.prune",
        "schedule": 24 * 3600.0,
        "options": {"expires": 3600, "queue": "messages"},
    },
    # Survives any outage: rows wait in the outbox until they are done.
    "relay": {"task": "xunxian.relay", "schedule": 3.0, "options": {"expires": 10, "queue": "messages"}},
}
