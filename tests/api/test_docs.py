"""The commands of docs/api.md run as they stand."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.api.conftest import STAFF
from tests.serving import served

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "api.md"


@pytest.fixture
def address(app: Flask, worker: None) -> Iterator[str]:
    """Where the interface answers over a real socket."""
    with served(app) as found:
        yield found


@pytest.mark.skipif(shutil.which("curl") is None, reason="the guide speaks curl, and this machine has none")
def test_every_command_of_the_guide_runs_and_is_answered(address: str) -> None:
    script = "\n".join(re.findall(r"^```bash\n(.*?)^```", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL))
    assert script.count("curl ") >= 12
    environment = {**os.environ, "BASE": address, "T": STAFF, "no_proxy": "*"}
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "/problems/" not in done.stdout, done.stdout
    assert "HTTP/1.1 201" in done.stdout
