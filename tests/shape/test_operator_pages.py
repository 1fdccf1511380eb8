"""What operators read is true: every setting and every figure is told, every promise names tests there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from services.api import metrics
from services.api.process_figures import SHARED_FIGURES
from services.worker.schedule import SCHEDULE

ROOT = Path(__file__).resolve().parents[2]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")
GUARANTEES = (ROOT / "docs" / "guarantees.md").read_text("utf-8")
NAMED_TESTS = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", GUARANTEES)
TOLD = set(re.findall(r"^\| (`[A-Z_`, ]+`) ", OPERATIONS, re.MULTILINE))


def _told_settings() -> set[str]:
    return {name for row in TOLD for name in re.findall(r"[A-Z_]{4,}", row)}


def test_every_setting_is_told_and_every_told_one_is_read() -> None:
    settings = (ROOT / "shared" / "settings.py").read_text("utf-8")
    compose = (ROOT / "docker-compose.yml").read_text("utf-8")
    command_line = (ROOT / "services" / "cli" / "remote.py").read_text("utf-8")
    read = set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", settings))
    asked = set(re.findall(r"\$\{([A-Z_]+)", compose))
    spoken = set(re.findall(r"environ\.get\(\"(XUNXIAN_[A-Z]+)\"", command_line))
    assert len(read) >= 7
    assert _told_settings() == read | asked | spoken | {SHARED_FIGURES}


def test_what_compose_sets_is_read() -> None:
    settings = (ROOT / "shared" / "settings.py").read_text("utf-8")
    compose = (ROOT / "docker-compose.yml").read_text("utf-8")
    for name in set(
        re.findall(r"^    ((?:XUNXIAN|DATABASE|REDIS)_(?!PASSWORD)[A-Z_]+):", compose, re.MULTILINE)
    ):
        assert f'"{name}"' in settings, name


def test_every_figure_is_told() -> None:
    metrics.answered("GET", "/livez", 200, 0.001)
    metrics.rejected("not_found")
    written = metrics.exposition({}).decode()
    figures = (
        (ROOT / "shared" / "adapters" / "repositories" / "figures.py")
        .read_text("utf-8")
        .partition("def summary")[0]
    )
    of_database = re.findall(r"^            \"(\w+)\": self\.", figures, re.MULTILINE)
    bootstrap = (ROOT / "shared" / "bootstrap.py").read_text("utf-8")
    of_database += re.findall(r"\*\*figures, \"(\w+)\":", bootstrap)
    own = set(re.findall(r"^# TYPE (xunxian_\w+) ", written, re.MULTILINE))
    wanted = {f"xunxian_{name}" for name in of_database} | {
        name for name in own if not name.endswith("_created")
    }
    assert len(of_database) >= 7
    assert wanted == set(re.findall(r"`(xunxian_\w+)`", OPERATIONS))


def test_what_beat_rings_says_what_an_outage_does_to_it() -> None:
    told = OPERATIONS.partition("**How long may it be away?**")[2].partition("\n\n")[0]
    assert set(re.findall(r"`(\w+)`", told)) == set(SCHEDULE)


@pytest.mark.parametrize(("file", "name"), NAMED_TESTS, ids=[name for _, name in NAMED_TESTS])
def test_a_test_that_proves_a_promise_is_there(file: str, name: str) -> None:
    assert f"def {name}(" in (ROOT / file).read_text("utf-8")


def test_every_promise_of_the_readme_is_proven_and_limited() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    promised = readme.partition("What you can rely on")[2].partition("**Not promised**")[0]
    claims = [claim.rstrip(".").lower() for claim in re.findall(r"^- \*\*(.+?)\*\*", promised, re.MULTILINE)]
    sections = GUARANTEES.split("\n## ")[1:]
    assert len(claims) >= 7
    for claim in claims:
        section = next((part for part in sections if claim in part.partition("\n")[0].lower()), "")
        assert "`tests/" in section, claim
        assert "**Limits.**" in section, claim


def test_every_page_that_is_linked_is_there() -> None:
    for text in (OPERATIONS, GUARANTEES):
        for target in re.findall(r"\]\(([^)#:]+)\)", text):
            assert (ROOT / "docs" / target).exists(), target
