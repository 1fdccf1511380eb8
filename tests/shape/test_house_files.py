"""Makefile, pre-commit and the build server's workflow name only what is here, and grant nothing that is not needed."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.standalone.checks import source_checks

ROOT = Path(__file__).resolve().parents[2]
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
WORKFLOW: dict[Any, Any] = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8"))
HOOKS: list[dict[str, Any]] = [
    hook
    for repo in yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
    for hook in repo["hooks"]
]
TOOLS = re.compile(r"\.venv/bin/([a-z-]+)")
OWN_FILES = re.compile(r"(?:^|[\s>])(\./[a-z]+|(?:docs|workflows|tests)/[\w./-]+)", re.MULTILINE)
MODULES = re.compile(r"python -m ([\w.]+)")
PINNED = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40}")


def _recipes() -> str:
    return "\n".join(line for line in MAKEFILE.splitlines() if line.startswith("\t"))


def _targets() -> dict[str, str]:
    return dict(re.findall(r"^([a-z-]+):.*?## (.+)$", MAKEFILE, re.MULTILINE))


def test_make_names_only_what_is_here() -> None:
    assert {"./run", "./test", "docs/openapi.json", "docs/states.md"} <= set(OWN_FILES.findall(_recipes()))
    for name in OWN_FILES.findall(_recipes()):
        assert (ROOT / name).exists(), name
    for module in MODULES.findall(_recipes()):
        place = ROOT / module.replace(".", "/")
        assert place.with_suffix(".py").is_file() or (place / "__main__.py").is_file(), module


def test_every_target_is_explained_in_both_languages_and_is_no_file() -> None:
    phony = set(re.findall(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)[0].split())
    assert set(_targets()) == phony == set(re.findall(r"^([a-z-]+):(?!=)", MAKEFILE, re.MULTILINE))
    for words in _targets().values():
        assert re.search(r"[一-鿿].* · .*[a-z]", words), words


@pytest.mark.skipif(shutil.which("make") is None, reason="no make on this machine, and none is needed")
def test_help_is_what_make_says_first() -> None:
    said = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert [line.split()[0] for line in said.splitlines()] == list(_targets())


def test_nothing_needs_the_makefile() -> None:
    for name in ("run", "test", ".ci/run", "Dockerfile", "docker-compose.yml", ".github/workflows/ci.yml"):
        spoken = re.sub(r"#.*", "", (ROOT / name).read_text("utf-8"))
        assert not re.search(r"(?:^|[\s\"'])make\s", spoken), name


def test_lint_is_what_the_tests_check_of_the_source_wherever_it_is_called() -> None:
    """One list of checks: `./test` has it, make and the hooks repeat it."""
    wanted = {Path(command[2] if command[1:2] == ("-m",) else command[0]).name for command in source_checks()}
    lint = MAKEFILE.partition("\nlint:")[2].partition("\n\n")[0]
    assert set(TOOLS.findall(lint)) == wanted
    assert {tool for hook in HOOKS for tool in TOOLS.findall(hook["entry"])} == wanted
    assert all(hook["language"] == "system" for hook in HOOKS), "nothing is fetched for a commit"


def test_the_build_server_runs_everything_and_may_only_read() -> None:
    assert WORKFLOW["permissions"] == {}
    for job in WORKFLOW["jobs"].values():
        assert job["permissions"] == {"contents": "read"}
        assert job["timeout-minutes"] <= 60
        assert [step["run"] for step in job["steps"] if "run" in step] == [".ci/run"]
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
    assert "exec ./test" in (ROOT / ".ci" / "run").read_text("utf-8")


def test_actions_are_pinned_to_commits_and_leave_no_credentials_behind() -> None:
    steps = [step for job in WORKFLOW["jobs"].values() for step in job["steps"] if "uses" in step]
    assert steps
    for step in steps:
        assert PINNED.fullmatch(step["uses"]), step["uses"]
        if step["uses"].startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


def test_a_change_proposed_from_outside_runs_without_secrets() -> None:
    """YAML reads the key `on` as true."""
    assert set(WORKFLOW[True]) == {"push", "pull_request"}
    assert "secrets." not in (ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8")
