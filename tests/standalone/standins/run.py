"""`python -m tests.standalone.standins.run [options of ./run]`: the supervisor over stand-in processes.

The servers, the data folder and the supervisor are the real ones; only what the plan names is small.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from services.standalone.options import parse_options
from services.standalone.plan import Plan
from services.standalone.start import ROOT, run

HERE = "tests.standalone.standins"


def plan(port: int, data: Path) -> Plan:
    python = (sys.executable, "-m")
    web = ("-k", "gthread", "-w", "2", "-b", f"127.0.0.1:{port}", "--no-control-socket", f"{HERE}.web:app")
    return Plan(
        migrate=(*python, f"{HERE}.steps", "migrate"),
        seed=(*python, f"{HERE}.steps", "seed"),
        services=(
            ("api", (*python, "gunicorn", *web)),
            ("worker", (*python, f"{HERE}.family", str(data / "family"))),
        ),
    )


if __name__ == "__main__":
    sys.exit(run(parse_options(sys.argv[1:], os.environ, ROOT), os.environ, plan))
