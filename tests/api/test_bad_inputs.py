"""Whatever is sent gets an answer that says what to change; nothing is stored, nobody else notices."""

from __future__ import annotations

import io
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from gunicorn.http.errors import ChunkMissingTerminator, InvalidChunkSize, NoMoreData
from psycopg.sql import SQL, Identifier
from werkzeug.test import TestResponse

from services.api.app import create_app
from shared.bootstrap import System, build_system
from shared.settings import Settings
from tests.api.bad_inputs import Bad, every
from tests.api.conftest import STAFF, check_form, tip

CASES = every()


class Office:
    """The interface over one database for all cases, with one lead and one clock in it; refused input leaves no trace."""

    def __init__(self, app: Flask, database: psycopg.Connection[Any]) -> None:
        self.client = app.test_client()
        self.database, self.query = database, content_of_every_table(database)
        made = self.send("POST", "/v1/leads", json=tip()).json
        assert made is not None
        self.names = {"{lead}": made["number"], "{deadline}": made["clocks"][0]["id"]}

    def send(self, method: str, path: str, *, by: str | None = STAFF, **options: Any) -> TestResponse:
        headers = ({"Authorization": f"Bearer {by}"} if by else {}) | options.pop("headers", {})
        return self.client.open(path, method=method, headers=headers, **options)

    def try_out(self, case: Bad) -> TestResponse:
        options: dict[str, Any] = {"headers": dict(case.headers)}
        if case.raw is not None:
            options["data"] = case.raw
        elif case.body is not None:
            options |= {"data": self.filled(json.dumps(case.body)), "content_type": "application/json"}
        return self.send(case.method, self.filled(case.path), by=case.by, **options)

    def filled(self, text: str) -> str:
        for name, value in self.names.items():
            text = text.replace(name, value)
        return text

    def rows(self) -> list[Any]:
        """What each table holds: how many rows, and a sum over their content."""
        return self.database.execute(self.query).fetchall()


def content_of_every_table(database: psycopg.Connection[Any]) -> str:
    tables = database.execute("SELECT relname FROM pg_stat_user_tables ORDER BY 1").fetchall()
    part = "SELECT '{0}', count(*), coalesce(sum(hashtext(t::text)::bigint), 0) FROM \"{0}\" t"
    return " UNION ALL ".join(part.format(name) for (name,) in tables)


@pytest.fixture(scope="module")
def office(server: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    address = server.rpartition("/")[0] + f"/{template}_bad"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(
            SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(f"{template}_bad"), Identifier(template))
        )
    data: Path = tmp_path_factory.mktemp("bad")
    hosts = ("localhost", "127.0.0.1", "[::1]")
    system: System = build_system(Settings(address, "", data, None, hosts, "http://127.0.0.1:8000"))
    with psycopg.connect(address, autocommit=True) as database:
        yield Office(create_app(system), database)
    system.close()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(f"{template}_bad")))


def test_there_are_enough_classes() -> None:
    assert len(CASES) >= 150


@pytest.mark.services
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_bad_input_is_refused_with_its_place_and_leaves_no_trace(office: Office, case: Bad) -> None:
    before = office.rows()
    began = time.process_time()
    answer = office.try_out(case)
    spent = time.process_time() - began
    check_form(case.method, office.filled(case.path), answer)
    problem = answer.json
    assert problem is not None
    assert answer.status_code == problem["status"] == case.status, answer.text
    assert case.code in {error["code"] for error in problem["errors"]}, answer.text
    if case.pointer is not None:
        found = {(error["code"], error.get("pointer")) for error in problem["errors"]}
        assert (case.code, case.pointer) in found, answer.text
    assert problem["type"] == f"/problems/{problem['code']}"
    assert problem["request_id"] == answer.headers["X-Request-Id"]
    assert problem["detail"]
    assert not re.search("[\u4e00-\u9fff]", problem["detail_en"])
    assert not any(
        word in answer.text for word in ("Traceback", "psycopg", "sqlalchemy", "SELECT ", "/site-packages/")
    )
    assert spent < 1.0
    assert office.rows() == before


@pytest.mark.services
def test_after_all_of_it_ordinary_work_goes_on(office: Office) -> None:
    for case in CASES:
        office.try_out(case)
    for number in range(20):
        assert office.send("POST", "/v1/leads", json=tip(title=f"寻常线索{number}")).status_code == 201


@pytest.mark.services
def test_every_fault_of_a_body_is_named_at_once(office: Office) -> None:
    answer = office.send(
        "POST",
        "/v1/leads",
        json=tip(title=" ", pieces="4", titel="x", act=..., reported_at="2017-08-10T08:00"),
    )
    assert answer.json is not None
    assert {(e["code"], e["pointer"]) for e in answer.json["errors"]} == {
        ("blank", "/title"),
        ("type", "/pieces"),
        ("unknown_field", "/titel"),
        ("required", "/act"),
        ("offset_required", "/reported_at"),
    }


@pytest.mark.services
def test_a_misspelt_key_is_answered_with_the_nearest_one(office: Office) -> None:
    answer = office.send("POST", "/v1/leads", json=tip(adress="青岚镇"))
    assert answer.json is not None
    assert answer.json["errors"][0]["hint"] == {"zh": "你是不是想写 address？", "en": "did you mean address?"}


class BrokenChunks(io.RawIOBase):
    """A body as the server hands it on: its chunks turn out to be none when they are read."""

    def __init__(self, fault: Exception) -> None:
        self.fault = fault

    def readable(self) -> bool:
        return True

    def readinto(self, _: Any) -> int:
        raise self.fault


@pytest.mark.services
@pytest.mark.parametrize(
    "fault",
    [InvalidChunkSize(b"zz"), ChunkMissingTerminator(b"ab"), NoMoreData(b"")],
    ids=lambda f: type(f).__name__,
)
@pytest.mark.parametrize("path", ["/v1/leads", "/v1/leads/{lead}/materials?name=a.txt"])
def test_a_body_whose_chunks_are_broken_is_malformed(office: Office, path: str, fault: Exception) -> None:
    before = office.rows()
    answer = office.send(
        "POST",
        office.filled(path),
        content_type="application/json" if "materials" not in path else "application/octet-stream",
        environ_overrides={
            "wsgi.input": io.BufferedReader(BrokenChunks(fault)),
            "wsgi.input_terminated": True,
            "HTTP_TRANSFER_ENCODING": "chunked",
            "CONTENT_LENGTH": "",
        },
    )
    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["code"] == "malformed"
    assert office.rows() == before


@pytest.mark.services
def test_a_body_of_unknown_length_is_never_cut_short(office: Office) -> None:
    """Sent in chunks: a whole lead, and a mebibyte of blanks after it."""
    stream = io.BytesIO(json.dumps(tip()).encode() + b" " * 1_048_576)
    chunked = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""}
    answer = office.send(
        "POST", "/v1/leads", input_stream=stream, content_type="application/json", environ_overrides=chunked
    )
    assert answer.status_code == 413


@pytest.mark.services
def test_a_body_over_the_limit_is_refused_before_it_is_read(office: Office) -> None:
    """A length is announced and nothing sent: the answer does not wait for the rest."""
    announced = {"CONTENT_LENGTH": str(60 * 1024 * 1024), "CONTENT_TYPE": "application/json"}
    assert office.send("POST", "/v1/leads", environ_overrides=announced).status_code == 413
    assert office.send("POST", "/v1/leads", by=None, environ_overrides=announced).status_code == 413
