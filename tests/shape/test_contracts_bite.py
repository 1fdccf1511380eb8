"""The import contracts catch what they are there for: each violation, written into a copy of the house, is found."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

VIOLATIONS = (
    (
        "services/api/leads.py",
        "from shared.adapters.unit_of_work import SqlAlchemyUnitOfWork",
        "adapters-are-private",
    ),
    ("services/worker/tasks.py", "from shared.adapters import tables", "adapters-are-private"),
    ("services/api/handoffs.py", "import services.worker.app", "rings"),
    ("shared/application/leads.py", "from shared.adapters import tables", "rings"),
    ("shared/application/orders.py", "import shared.clock", "time-is-an-argument"),
    ("shared/adapters/vault.py", "import shared.clock", "time-is-an-argument"),
    ("workflows/lead.py", "import time", "pure-core"),
    ("workflows/order.py", "import shared.settings", "pure-core"),
    ("workflows/transfer.py", "import celery", "pure-core"),
    ("shared/application/transfers.py", "import sqlalchemy", "door-database"),
    ("shared/application/coordination.py", "import celery", "door-queue"),
    ("services/worker/chores.py", "import marshmallow", "door-http"),
    ("shared/bootstrap.py", "import transitions", "door-machine"),
    ("workflows/campaign.py", "import workflows.lifecycle", "no-knots"),
    ("shared/utils.py", "", "shared-is-not-a-drawer"),
)


def checked(house: Path, only: str | None = None) -> str:
    """What the contracts say of a house."""
    tool = Path(sys.executable).with_name("lint-imports")
    wanted = ("--contract", only) if only else ()
    found = subprocess.run(
        [tool, "--no-cache", *wanted], cwd=house, capture_output=True, text=True, check=False
    )
    return found.stdout + found.stderr


def built(house: Path, *violations: tuple[str, str, str]) -> Path:
    skip = shutil.ignore_patterns("__pycache__", "static", "templates", "campaigns", "*.toml.bak")
    for ring in ("services", "shared", "workflows"):
        shutil.copytree(ROOT / ring, house / ring, ignore=skip)
    shutil.copy(ROOT / "pyproject.toml", house)
    for path, line, _ in violations:
        place = house / path
        before = place.read_text("utf-8") if place.exists() else ""
        place.write_text(f"{before}\n{line}\n", "utf-8")
    return house


@pytest.mark.parametrize("contract", sorted({contract for *_, contract in VIOLATIONS}))
def test_each_violation_breaks_its_contract(tmp_path: Path, contract: str) -> None:
    mine = [violation for violation in VIOLATIONS if violation[2] == contract]
    said = checked(built(tmp_path / "house", *mine), contract)
    assert "BROKEN" in said
    for path, line, _ in mine:
        assert Path(path).stem in said, f"nobody minds `{line}` in {path}\n{said}"


def test_the_house_as_it_stands_breaks_none(tmp_path: Path) -> None:
    said = checked(built(tmp_path / "house"))
    assert " 0 broken" in said, said[-3000:]
