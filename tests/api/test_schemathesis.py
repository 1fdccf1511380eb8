"""Invented requests, made from the description: no answer is a surprise, and none is the service's own fault."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from psycopg.sql import SQL, Identifier
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from services.api.app import create_app
from shared.bootstrap import build_system
from shared.settings import Settings
from tests.api.conftest import STAFF, description, tip

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]

BOUNDED = settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def described(server: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    name = f"{template}_fuzz"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(
            SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(template))
        )
    address = f"{server.rpartition('/')[0]}/{name}"
    hosts = ("localhost", "127.0.0.1", "[::1]")
    system = build_system(
        Settings(address, "", tmp_path_factory.mktemp("fuzz"), None, hosts, "http://127.0.0.1:8000")
    )
    app: Flask = create_app(system)
    app.test_client().post("/v1/leads", json=tip(), headers={"Authorization": f"Bearer {STAFF}"})
    yield schemathesis.openapi.from_wsgi("/v1/openapi.json", app)
    system.close()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


OPERATIONS = [
    (method, path)
    for path, item in description()["paths"].items()
    for method in item
    if method != "parameters"
]


@pytest.mark.services
@pytest.mark.slow
@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=[f"{m} {p}" for m, p in OPERATIONS])
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_no_invented_request_gets_an_answer_that_is_not_described(
    described: Any, method: str, path: str, mode: GenerationMode
) -> None:
    @given(case=described[path][method].as_strategy(generation_mode=mode))
    @BOUNDED
    def try_out(case: Any) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {STAFF}"}, checks=CHECKS)

    try:
        try_out()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE, "there is no proper request for this operation"
