"""The interface on a real system; every answer a test gets is held against the committed description."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from services.api.app import describe
from shared.bootstrap import System
from tests.serving import application
from tests.turning import turn
from workflows.commands import Caller

STAFF = "office.office_staff"

Ask = Callable[..., TestResponse]


@pytest.fixture
def app(system: System) -> Flask:
    return application(system, "interface")


@pytest.fixture
def ask(app: Flask) -> Ask:
    """Sends a request as a person (the staff of the office unless told) and checks the form of the answer."""
    client = app.test_client()

    def send(method: str, path: str, *, by: str | None = STAFF, **options: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {by}"} if by else {}
        headers |= options.pop("headers", {})
        answer = client.open(path, method=method, headers=headers, **options)
        check_form(method, path, answer)
        return answer

    return send


@pytest.fixture
def lead(ask: Ask) -> dict[str, Any]:
    """A lead the office has just received."""
    view: dict[str, Any] = ask("POST", "/v1/leads", json=tip()).json
    return view


@pytest.fixture
def worker(system: System, callers: dict[str, Caller]) -> Iterator[None]:
    """Somebody who lets the exercise's clock run, as a worker does."""
    over = threading.Event()

    def work() -> None:
        while not over.wait(0.02):
            if system.chores().exercises:
                wanted = system.read(lambda w: w.campaign.clock_target or w.at, callers["system"])
                turn(system, callers["system"], wanted)

    thread = threading.Thread(target=work)
    thread.start()
    yield
    over.set()
    thread.join()


def tip(**changes: Any) -> dict[str, Any]:
    """A tip about an antique stall as JSON, changed as told; a key set to `...` is left out."""
    values: dict[str, Any] = {
        "title": "古玩城摊位摆卖疑似象牙雕件",
        "description": "来访人说古玩城一处摊位明着摆白色牙雕，问价就报。",
        "channel": "walk_in",
        "place_type": "antique_market",
        "act": "sell",
        "reporter_kind": "anonymous",
        "source": "counter",
        "township": "青岚镇",
        "products": ["ivory"],
        **changes,
    }
    return {name: value for name, value in values.items() if value is not ...}


@cache
def description() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(describe())
    return found


@cache
def operations() -> list[tuple[str, re.Pattern[str], dict[str, Any]]]:
    """Every operation of the description: method, pattern of its path, and what it says."""
    found = []
    for path, item in description()["paths"].items():
        pattern = re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)))
        found += [(method.upper(), pattern, said) for method, said in item.items() if method != "parameters"]
    return sorted(found, key=lambda entry: entry[1].pattern.count("[^/]+"))


def check_form(method: str, path: str, answer: TestResponse) -> None:
    """Fails unless the answer has a status and a body that the description promises."""
    said = next((s for m, p, s in operations() if m == method and p.fullmatch(path.partition("?")[0])), None)
    if answer.status_code >= 400:
        assert answer.content_type == "application/problem+json"
        schema: dict[str, Any] = {"$ref": "#/components/schemas/Problem"}
    elif said is None or answer.content_type != "application/json":
        return
    else:
        assert str(answer.status_code) in said["responses"], (
            f"{method} {path}: {answer.status_code} is not described"
        )
        schema = said["responses"][str(answer.status_code)]["content"]["application/json"]["schema"]
    validator = Draft202012Validator({**schema, "components": description()["components"]})
    faults = [
        f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}"
        for e in validator.iter_errors(answer.json)
    ]
    assert not faults, f"{method} {path}: {faults[:5]}"
