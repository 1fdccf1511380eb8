"""The house keeps its own rules: one commit, one handler per command, tasks that only ring, names that are explained."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery
from sqlalchemy import Table

import workflows
from services.worker.schedule import SCHEDULE
from shared.adapters import tables
from shared.application.handlers import HANDLERS
from workflows.campaign import CampaignDefinition
from workflows.commands import Command
from workflows.definition_format.names import FIXED_EVENTS

ROOT = Path(__file__).parents[2]
RINGS = ("workflows", "shared", "services")
MODULES = sorted(path for ring in RINGS for path in (ROOT / ring).rglob("*.py"))
LONGEST_MODULE = 500
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text("utf-8")


def _every_command() -> set[type]:
    for module in pkgutil.walk_packages(workflows.__path__, "workflows."):
        importlib.import_module(module.name)
    found, waiting = set(), [Command]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            found.add(kind)
            waiting.append(kind)
    # A class with slots leaves its first self behind among the subclasses: only what its module holds counts.
    return {
        kind
        for kind in found
        if getattr(importlib.import_module(kind.__module__), kind.__name__, None) is kind
    }


def test_every_command_has_one_handler() -> None:
    commands = _every_command()
    assert len(commands) > 40, "the search for commands must find them"
    assert commands == set(HANDLERS)


def _commits(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit":
            yield node.lineno


def test_one_line_commits() -> None:
    found = {
        (str(path.relative_to(ROOT)), line)
        for path in MODULES
        if path.relative_to(ROOT).parts[:2] != ("shared", "adapters")
        for line in _commits(ast.parse(path.read_text("utf-8")))
    }
    assert {path for path, _ in found} == {"shared/application/bus.py"}
    assert len(found) == 1


def test_modules_are_read_at_one_sitting() -> None:
    words = "一次读不完: split these · too long to read at one sitting"
    long = {str(p.relative_to(ROOT)) for p in MODULES if p.read_text("utf-8").count("\n") > LONGEST_MODULE}
    assert long == set(), words


def test_nothing_is_a_drawer() -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "misc"}
    assert {str(p.relative_to(ROOT)) for p in MODULES if drawers & set(p.with_suffix("").parts)} == set()


@pytest.fixture
def celery(monkeypatch: pytest.MonkeyPatch) -> Celery:
    """The app as a worker has it; no broker is asked for anything."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nowhere")
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    app: Celery = importlib.import_module("services.worker.app").celery
    app.loader.import_default_modules()
    return app


def _tasks(celery: Celery) -> list[str]:
    return sorted(name for name in celery.tasks if name.startswith("xunxian."))


def test_a_task_is_a_doorbell(celery: Celery) -> None:
    """Ids by keyword, tomorrow's arguments tolerated, nothing returned, nothing decided beyond one question."""
    assert len(_tasks(celery)) > 3, "the search for tasks must find them"
    for name in _tasks(celery):
        run = celery.tasks[name].run
        said = inspect.signature(run)
        kinds = {parameter.kind for parameter in said.parameters.values()}
        assert kinds <= {inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD}, name
        assert inspect.Parameter.VAR_KEYWORD in kinds, name
        assert said.return_annotation == "None", name
        body = ast.parse(inspect.getsource(run)).body[0]
        assert isinstance(body, ast.FunctionDef)
        assert len(body.body) <= 5, name


def test_every_task_goes_to_a_queue_that_is_consumed(celery: Celery) -> None:
    consumed = {queue.name for queue in celery.conf.task_queues}
    routes = {name: celery.conf.task_routes.get(name, {}).get("queue") for name in _tasks(celery)}
    used = {queue or celery.conf.task_default_queue for queue in routes.values()}
    assert used <= consumed
    assert {entry["options"]["queue"] for entry in SCHEDULE.values()} <= consumed


def test_what_beat_rings_exists_and_does_not_pile_up(celery: Celery) -> None:
    for said in SCHEDULE.values():
        assert said["task"] in _tasks(celery)
        assert said["options"]["expires"] > 0, "a ring nobody answered is worth nothing later"


ALL_TABLES = sorted(tables.metadata.tables.values(), key=lambda table: table.name)


@pytest.mark.parametrize("table", ALL_TABLES, ids=lambda table: table.name)
def test_a_table_has_a_key_and_names_its_constraints(table: Table) -> None:
    assert table.primary_key.columns
    assert [str(c) for c in table.constraints if c.name is None] == []


@pytest.mark.parametrize("subject", ["lead", "handoff", "transfer", "order"])
def test_the_glossary_knows_every_state_and_step(definition: CampaignDefinition, subject: str) -> None:
    machine = definition.lifecycles[subject]
    states = {s.id for s in machine.states}
    triggers = {t.trigger for t in machine.transitions}
    events = {f"{subject}.{t.event}" for t in machine.transitions}
    assert {name for name in states | triggers | events if not _known(name)} == set()


def test_the_glossary_knows_every_event_that_happens_by_itself() -> None:
    assert {event for event in FIXED_EVENTS if not _known(event)} == set()


def _known(name: str) -> bool:
    return f"`{name}`" in GLOSSARY
