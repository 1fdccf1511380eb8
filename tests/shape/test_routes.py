"""The interface about itself: who may enter where, and that its description is the one that is committed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openapi_spec_validator import validate

from services.api.app import create_app, describe
from services.api.auth import BY_RECEIPT, PUBLIC, UNNAMED
from services.api.problems import KINDS
from shared.bootstrap import build_system
from shared.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/none"
PAGES = "pages"


@pytest.fixture(scope="module")
def app() -> Flask:
    """The application on a database that is not there: these tests need none."""
    hosts = ("localhost", "127.0.0.1", "[::1]")
    return create_app(build_system(Settings(NOWHERE, "", ROOT, None, hosts, "http://127.0.0.1:8000")))


def routes(app: Flask) -> list[tuple[str, str, str]]:
    """Every route of the interface for programs: endpoint, method, path with its variables filled in."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint.split(".")[0] == PAGES:
            continue
        path = re.sub(r"<any\((\w+)[^>]*>", r"\1", rule.rule)
        path = re.sub(r"<(?:int|uuid)[^>]*>", "1", path)
        path = re.sub(r"<[^>]+>", "x", path)
        found += [(rule.endpoint, method, path) for method in sorted(rule.methods or ())]
    return found


def test_every_route_wants_an_identity_or_is_named_as_public(app: Flask) -> None:
    client = app.test_client()
    for endpoint, method, path in routes(app):
        if endpoint not in PUBLIC | UNNAMED and (endpoint not in BY_RECEIPT or method != "OPTIONS"):
            answer = client.open(path, method=method, json={"text": "?"} if "messages" in path else None)
            assert answer.status_code == 401, f"{method} {path}"
            key = "Receipt" if endpoint in BY_RECEIPT else "Bearer"
            assert answer.headers["WWW-Authenticate"] == f'{key} realm="xunxian"'


def test_the_list_of_public_routes_is_short_and_names_routes_there_are(app: Flask) -> None:
    assert len(PUBLIC) <= 6
    assert len(UNNAMED | BY_RECEIPT) <= 5
    assert {endpoint for endpoint, _, _ in routes(app)} >= PUBLIC | UNNAMED | BY_RECEIPT


def test_public_routes_only_read(app: Flask) -> None:
    methods = {method for endpoint, method, _ in routes(app) if endpoint in PUBLIC}
    assert methods == {"GET", "HEAD", "OPTIONS"}


def test_every_answer_carries_the_headers_that_protect_it(app: Flask) -> None:
    for path in ("/livez", "/v1/openapi.json", "/v1/me", "/nowhere"):
        headers = app.test_client().get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Request-Id"]


def test_a_request_id_that_is_one_is_kept_and_another_is_not(app: Flask) -> None:
    client = app.test_client()
    assert (
        client.get("/livez", headers={"X-Request-Id": "hotline-0042"}).headers["X-Request-Id"]
        == "hotline-0042"
    )
    assert client.get("/livez", headers={"X-Request-Id": "<b>"}).headers["X-Request-Id"] != "<b>"


def test_a_lost_database_is_said_and_when_to_come_back(app: Flask) -> None:
    answer = app.test_client().get("/v1/me", headers={"Authorization": "Bearer some-token"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert answer.json is not None
    assert answer.json["code"] == "unavailable"
    assert app.test_client().get("/readyz").status_code == 503
    assert app.test_client().get("/livez").status_code == 200


def test_the_committed_description_is_the_one_that_is_served(app: Flask) -> None:
    served = app.test_client().get("/v1/openapi.json").text
    assert served == describe()
    committed = (ROOT / "docs" / "openapi.json").read_text("utf-8")
    assert served == committed, "run: python -m services.api > docs/openapi.json"


def test_the_description_is_openapi_3_1_and_refers_to_nothing_outside() -> None:
    description: dict[str, Any] = json.loads(describe())
    assert description["openapi"].startswith("3.1")
    validate(description)
    assert "http" not in describe().replace('"http"', "")


def test_every_route_is_described(app: Flask) -> None:
    described = {
        (method.upper(), re.sub(r"{\w+}", "*", path))
        for path, item in json.loads(describe())["paths"].items()
        for method in item
    }
    for rule in app.url_map.iter_rules():
        if rule.endpoint.split(".")[0] != PAGES:
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                assert (method, re.sub(r"<[^>]+>", "*", rule.rule)) in described


def test_every_operation_says_in_both_languages_what_it_does() -> None:
    for path, item in json.loads(describe())["paths"].items():
        for method, said in item.items():
            if method != "parameters":
                assert re.search("[\u4e00-\u9fff]", said["summary"]), f"{method} {path}"
                assert re.search("[a-z]{3}", said["summary"]), f"{method} {path}"


def codes_in(folder: str) -> set[str]:
    """Every problem code that is written out in a folder's sources."""
    found: set[str] = set()
    for source in (ROOT / folder).rglob("*.py"):
        if {"definition_format", PAGES} & set(source.parts):
            continue  # a definition names its faults by path; a page says it in words
        text = source.read_text("utf-8")
        found |= set(
            re.findall(r'\b(?:Reason|Wrong|_refuse|_reason|_UnfitNumber)\(\s*"([a-z][a-z0-9_.]+)"', text)
        )
        found |= set(re.findall(r'\binvalid\(\s*[^,]+,\s*"([a-z][a-z0-9_.]+)"', text))
        found |= set(re.findall(r'_media_type\(\s*"([a-z_]+)"', text))
    return found


@pytest.mark.parametrize("folder", ["services/api", "shared/application", "workflows"])
def test_every_code_of_a_problem_is_explained(folder: str) -> None:
    explained = set(
        re.findall(
            r"^\| `([a-z0-9_.]+)` \|", (ROOT / "docs" / "problems.md").read_text("utf-8"), re.MULTILINE
        )
    )
    assert not codes_in(folder) - explained


def test_every_kind_of_refusal_is_explained() -> None:
    text = (ROOT / "docs" / "problems.md").read_text("utf-8")
    for status, _ in KINDS.values():
        assert f"## {status}" in text
