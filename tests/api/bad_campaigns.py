"""Bad definitions, campaigns, people and tokens."""

from __future__ import annotations

from collections.abc import Iterator

from tests.api.bad_case import Bad


def managing() -> Iterator[Bad]:
    whole = {"id": "market.new", "name": "甲某", "agency": "market", "roles": ["officer"]}
    manager = "office.administrator"
    for name, status, code, pointer, change in (
        ("an id with a blank", 422, "format", "/id", {"id": "a b"}),
        ("a blank name", 422, "blank", "/name", {"name": " "}),
        ("an agency there is not", 422, "unknown_agency", "/agency", {"agency": "nowhere"}),
        ("a role there is not", 422, "unknown_role", "/roles", {"roles": ["king"]}),
        ("no role", 422, "length", "/roles", {"roles": []}),
        ("an id of somebody", 409, "person_taken", "/id", {"id": "market.officer"}),
    ):
        yield Bad(
            f"person: {name}", "POST", "/v1/people", status, code, pointer, {**whole, **change}, by=manager
        )
    yield Bad("person: by the office's staff", "POST", "/v1/people", 403, "role", None, whole)
    own = f"/v1/people/{manager}/end"
    yield Bad("person: oneself", "POST", own, 403, "own_request", None, {"reason": "试"}, by=manager)
    gone = {"name": "接口", "expires_at": "2017-13-01T00:00:00+08:00"}
    token = "/v1/people/market.officer/tokens"
    yield Bad("token: no such day", "POST", token, 422, "date", "/expires_at", gone, by=manager)
    ended = {"name": "接口", "expires_at": "2018-12-31T18:00:00+08:00"}
    yield Bad("token: ended before it began", "POST", token, 422, "past", "/expires_at", ended, by=manager)
    yield Bad(
        "token: none of that id",
        "POST",
        "/v1/tokens/0000/end",
        404,
        "not_found",
        None,
        {"reason": "试"},
        by=manager,
    )
    for name, code, pointer, body in (
        (
            "a filter there is not",
            "unknown_field",
            "/filters/reporter",
            {"name": "甲", "filters": {"reporter": "x"}},
        ),
        ("no filter", "blank", "/filters", {"name": "甲", "filters": {}}),
        ("a blank name", "blank", "/name", {"name": " ", "filters": {"q": "x"}}),
    ):
        yield Bad(f"view: {name}", "POST", "/v1/saved-views", 422, code, pointer, body)


def definitions() -> Iterator[Bad]:
    admin = "office.administrator"
    yield Bad("definition: empty", "POST", "/v1/definitions", 422, "missing_key", "/campaign", {}, by=admin)
    yield Bad("definition: a list", "POST", "/v1/definitions", 422, "type", "", [], by=admin)
    yield Bad("definition: not by staff", "POST", "/v1/definitions", 403, "role", None, {})
    yield Bad("definition: check a list", "POST", "/v1/definitions/check", 422, "type", "", [])


def exercises() -> Iterator[Bad]:
    admin = "office.administrator"
    fine = {"definition": "yangshan-ivory-2017", "at": "2017-08-10T08:00:00+08:00"}
    for name, code, pointer, body in (
        ("of nothing", "required", "/definition", {"at": fine["at"]}),
        ("of none published", "unknown_definition", "/definition", fine | {"definition": "moon"}),
        ("of no such version", "unknown_definition", "/definition", fine | {"version": 99}),
        ("without a moment", "required", "/at", {"definition": fine["definition"]}),
        ("named badly", "format", "/name", fine | {"name": "a b"}),
    ):
        yield Bad(f"exercise: {name}", "POST", "/v1/exercises", 422, code, pointer, body, by=admin)
    head = {"id": "h", "name": "甲", "agency": "office", "roles": ["office_director"]}
    live = {"definition": "yangshan-ivory-2017", "name": "live-1", "people": [head]}
    for name, code, pointer, people in (
        ("without people", "length", "/people", []),
        ("with a text for people", "type", "/people", "all"),
        (
            "with an unknown agency",
            "unknown_agency",
            "/people/1/agency",
            [head, head | {"id": "x", "agency": "moon"}],
        ),
        ("with an unknown role", "unknown_role", "/people/0/roles", [head | {"roles": ["king"]}]),
        (
            "with a nameless person",
            "required",
            "/people/0/name",
            [{k: v for k, v in head.items() if k != "name"}],
        ),
        ("with one id twice", "repeated", "/people/1/id", [head, head | {"name": "乙"}]),
        ("with nobody to run it", "no_administrator", "/people", [head | {"roles": ["officer"]}]),
    ):
        yield Bad(
            f"campaign: {name}",
            "POST",
            "/v1/campaigns",
            422,
            code,
            pointer,
            live | {"people": people},
            by=admin,
        )
    yield Bad(
        "campaign: with a moment",
        "POST",
        "/v1/campaigns",
        422,
        "unknown_field",
        "/at",
        live | {"at": fine["at"]},
        by=admin,
    )
    yield Bad(
        "campaign: without a name",
        "POST",
        "/v1/campaigns",
        422,
        "required",
        "/name",
        {"definition": "x", "people": [head]},
        by=admin,
    )
    yield Bad(
        "campaign: of none published",
        "POST",
        "/v1/campaigns",
        422,
        "unknown_definition",
        "/definition",
        live | {"definition": "moon"},
        by=admin,
    )
    yield Bad("campaign: not by staff", "POST", "/v1/campaigns", 403, "role", None, live)
    yield Bad("exercise: not by staff", "POST", "/v1/exercises", 403, "role", None, fine)
