"""A curious officer of another agency tries every route and every page, in every role that does not see everything:
what is not theirs answers as if it did not exist. A route added later without a sample here fails these tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from shared.bootstrap import System, token_hash
from tests.api.conftest import Ask, description
from tests.conftest import CAMPAIGN
from tests.guarded.conftest import SECRET
from tests.guarded.samples import body_of
from workflows.campaign import CampaignDefinition
from workflows.commands import AddPeople, Caller, DeliverOutbox, IssueToken, system_caller

NOWHERE = "00000000-0000-7000-8000-000000000000"
UNKNOWN = {
    "number": "YS-2017-9999",
    **dict.fromkeys(
        (
            "handoff_id",
            "transfer_id",
            "order_id",
            "material_id",
            "party_id",
            "item_id",
            "deadline_id",
            "extension_id",
        ),
        NOWHERE,
    ),
}
"""Every name in a path that stands for a matter, with one that there is not."""

ORDINARY = {
    "name": "accept",
    "trigger": "accept",
    "kind": "stage",
    "period": "2017-09",
    "unit": "station_qinglan",
    "column": "C1",
    "code": "C1",
    "span": "period",
    "version": "1",
    "definition_id": "yangshan-ivory-2017",
    "calendar": "cn",
    "file_format": "xlsx",
    "person_id": "station_qinglan.officer",
    "rule_id": NOWHERE,
    "token_id": NOWHERE,
    "view_id": NOWHERE,
    "filename": "xunxian.css",
    "act": "end",
    "other": "1",
    "subject": NOWHERE,
}
"""Every other name in a path: it stands for nothing that only some may know of."""

FREE = {"/v1/openapi.json", "/livez", "/healthz", "/readyz", "/metrics"}
MAY_SEE_ALL = "oversee"


@pytest.fixture
def curious(system: System, definition: CampaignDefinition) -> list[str]:
    """One person of the customs for each role that is not meant to see everything."""
    allowed = {actor.role for actor in definition.duty(MAY_SEE_ALL)}
    people = [
        {"id": f"curious.{role.id}", "name": "无此人", "agency_id": "customs", "roles": [role.id]}
        for role in definition.roles
        if role.id not in allowed
    ]
    inside = system_caller(CAMPAIGN)
    system.handle(AddPeople(inside, tuple(people)))
    for person in people:
        system.handle(IssueToken(inside, str(person["id"]), token_hash(str(person["id"]))))
    return [str(person["id"]) for person in people]


@pytest.fixture
def canaries(everything: dict[str, str]) -> tuple[str, ...]:
    return (SECRET, "hotline-canary", "12345-777", "无此人甲", *everything.values())


def operations() -> list[tuple[str, str]]:
    """Every operation of the interface."""
    paths = description()["paths"].items()
    return [(m.upper(), path) for path, item in paths for m in item if m != "parameters"]


def names_in(path: str) -> list[str]:
    return re.findall(r"{(\w+)}", path)


def filled(path: str, values: dict[str, str]) -> str:
    return re.sub(r"{(\w+)}", lambda found: values[found[1]], path)


def test_every_name_in_a_path_is_known_to_these_tests(app: Flask) -> None:
    pages = {name for rule in app.url_map.iter_rules() for name in rule.arguments}
    named = {name for _, path in operations() for name in names_in(path)} | pages
    assert named <= set(UNKNOWN) | set(ORDINARY), named - set(UNKNOWN) - set(ORDINARY)


def test_whatever_is_tried_on_a_foreign_matter_answers_like_one_that_does_not_exist(
    ask: Ask, everything: dict[str, str], curious: list[str]
) -> None:
    tried = 0
    for method, path in operations():
        for wanted in set(names_in(path)) & set(UNKNOWN):
            asked = body_of(method, path)
            real = filled(path, {**ORDINARY, **everything})
            other = filled(path, {**ORDINARY, **everything, wanted: UNKNOWN[wanted]})
            for person in curious:
                one, two = (ask(method, p, by=person, **asked) for p in (real, other))
                assert one.status_code in {403, 404}, (
                    f"{person} {method} {real}: {one.status_code} {one.text}"
                )
                assert _shape(one) == _shape(two), f"{person} {method} {real}"
                tried += 1
    assert tried > 300


def _shape(answer: Any) -> tuple[object, ...]:
    """All of an answer but what names the request."""
    headers = {k: v for k, v in answer.headers.items() if k not in {"X-Request-Id", "Date"}}
    body = {name: value for name, value in answer.json.items() if name != "request_id"}
    return answer.status_code, headers, body


def test_no_list_count_feed_or_search_shows_a_foreign_matter(
    ask: Ask,
    system: System,
    callers: dict[str, Caller],
    everything: dict[str, str],
    canaries: tuple[str, ...],
    curious: list[str],
) -> None:
    system.handle(DeliverOutbox(callers["system"], tuple(system.chores().outbox)))
    read = [
        p for m, p in operations() if m == "GET" and not set(names_in(p)) & set(UNKNOWN) and p not in FREE
    ]
    assert len(read) >= 25
    searches = [f"/v1/leads?q={SECRET}", "/v1/leads?q=12345-777", "/v1/leads?urgency=urgent"]
    searches += [f"/v1/search?q={SECRET[:2]}", f"/v1/search?q={everything['number']}", "/v1/handoffs?box=all"]
    for person in curious:
        assert ask("GET", "/v1/leads", by=person).json["total"] == 0
        for path in [*(filled(p, ORDINARY) for p in read), *searches]:
            text = ask("GET", path, by=person).get_data(as_text=False).decode("utf-8", "replace")
            # A search may say again what was searched for; it must not say more.
            said = [c for c in canaries if c in text and c not in path and not _echo(path, c)]
            assert not said, f"{person} {path}: {said}"
        assert ask("GET", f"/v1/handoffs?lead={everything['number']}", by=person).status_code == 404


def _echo(path: str, canary: str) -> bool:
    return canary in path


def test_no_page_shows_a_foreign_matter(
    app: Flask, everything: dict[str, str], canaries: tuple[str, ...], curious: list[str]
) -> None:
    rules = [r for r in app.url_map.iter_rules() if r.endpoint.startswith("pages.") and "GET" in r.methods]
    assert len(rules) >= 25
    for person in curious:
        client = _signed_in(app, person)
        for rule in rules:
            matters = rule.arguments & set(UNKNOWN)
            path = _page(rule.rule, {**ORDINARY, **everything})
            answer = client.get(path)
            said = [c for c in canaries if c in _said(answer) and c not in path]
            assert not said, f"{person} {path}: {said}"
            for wanted in matters:
                other_path = _page(rule.rule, {**ORDINARY, **everything, wanted: UNKNOWN[wanted]})
                other = client.get(other_path)
                assert answer.status_code == other.status_code in {403, 404}, f"{person} {path}"
                assert _words(_said(answer), path) == _words(_said(other), other_path), f"{person} {path}"


def _said(answer: TestResponse) -> str:
    """A page, or a file as far as it is text."""
    return answer.get_data().decode("utf-8", "replace")


def _signed_in(app: Flask, person: str) -> FlaskClient:
    client = app.test_client()
    assert client.post("/sign-in", data={"token": person}).status_code == 303
    return client


def _page(rule: str, values: dict[str, str]) -> str:
    return re.sub(
        r"<(?:any\((\w+)[^>]*\):\w+|(?:[^:<>]+:)?(\w+))>",
        lambda found: found[1] or values[found[2]],
        rule,
    )


def _words(text: str, path: str) -> str:
    """A page without its path and the random values that name the request and guard its forms."""
    return re.sub(r'[0-9a-f-]{16,}|value="[\w.-]{12,}"', "", text.replace(path, ""))


@pytest.fixture
def statements(system: System) -> Iterator[list[str]]:
    """What the database is asked, in words, while a test runs."""
    found: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        found.append(re.sub(r"\s+", " ", statement))

    event.listen(system._engine, "before_cursor_execute", note)
    yield found
    event.remove(system._engine, "before_cursor_execute", note)


def test_the_number_of_a_foreign_lead_costs_the_same_questions_as_one_that_is_not_there(
    ask: Ask, everything: dict[str, str], curious: list[str], statements: list[str]
) -> None:
    asked = []
    for number in (everything["number"], UNKNOWN["number"]):
        for method, path in (("GET", ""), ("POST", "/actions/verify")):
            del statements[:]
            answer = ask(
                method,
                f"/v1/leads/{number}{path}",
                by=curious[0],
                **({"json": {}} if method == "POST" else {}),
            )
            assert answer.status_code == 404
            asked.append(list(statements))
    assert asked[0] == asked[2]
    assert asked[1] == asked[3]
    assert not [s for s in asked[1] if "FROM leads" in s and "FOR UPDATE" in s]


def test_the_samples_are_of_a_lead_that_is_really_there(ask: Ask, everything: dict[str, str]) -> None:
    for name, place in (
        ("number", "leads"),
        ("handoff_id", "handoffs"),
        ("transfer_id", "transfers"),
        ("order_id", "orders"),
        ("material_id", "materials"),
        ("party_id", "parties"),
        ("item_id", "items"),
        ("deadline_id", "deadlines"),
    ):
        assert ask("GET", f"/v1/{place}/{everything[name]}").status_code == 200, name
