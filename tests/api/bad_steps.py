"""Bad steps of leads and handoffs, and bad records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.api.bad_case import NEVER, Bad


def _accept(name: str, code: str, pointer: str, given: Any, **more: Any) -> Bad:
    body = {"given": given, **more}
    return Bad(f"accept: {name}", "POST", "/v1/leads/{lead}/actions/accept", 422, code, pointer, body)


def steps() -> Iterator[Bad]:
    for name, value in {"list": [], "text": "x", "number": 1}.items():
        yield _accept(f"given as {name}", "type", "/given", value)
    yield _accept("given null", "null", "/given", None)
    yield _accept("agency missing", "missing_input", "/given/lead_agency", {})
    yield _accept("agency null", "missing_input", "/given/lead_agency", {"lead_agency": None})
    yield _accept("agency unknown", "unknown_agency", "/given/lead_agency", {"lead_agency": "moon_base"})
    yield _accept(
        "agency as list", "unknown_agency", "/given/lead_agency", {"lead_agency": ["station_qinglan"]}
    )
    yield _accept("agency misspelt", "unknown_field", "/given/lead_agncy", {"lead_agncy": "station_qinglan"})
    yield _accept(
        "state smuggled in",
        "unknown_field",
        "/given/state",
        {"lead_agency": "station_qinglan", "state": "closed"},
    )
    yield _accept("dunder", "unknown_field", "/given/__class__", {"__class__": "x"})
    yield _accept("key with spaces", "unknown_field", "/given/a b", {"a b": 1})
    yield _accept(
        "requirement blank",
        "blank",
        "/given/requirement",
        {"lead_agency": "station_qinglan", "requirement": "\u200b"},
    )
    yield _accept(
        "requirement as number",
        "type",
        "/given/requirement",
        {"lead_agency": "station_qinglan", "requirement": 1},
    )
    yield _accept("requirement with nul", "bad_text", "/given/requirement", {"requirement": "a\u0000"})
    yield _accept("requirement too long", "too_long", "/given/requirement", {"requirement": "长" * 4001})
    yield _accept(
        "urgency unknown", "choice", "/given/urgency", {"lead_agency": "station_qinglan", "urgency": "asap"}
    )
    yield _accept(
        "assisting as text",
        "type",
        "/given/assisting",
        {"lead_agency": "station_qinglan", "assisting": "market"},
    )
    yield _accept("assisting repeated", "repeated", "/given/assisting",
                  {"lead_agency": "station_qinglan", "assisting": ["market", "market"]})  # fmt: skip
    yield _accept("beyond given", "unknown_field", "/lead_agency", {}, lead_agency="station_qinglan")
    fine = {"lead_agency": "station_qinglan"}
    yield _accept("in the future", "in_future", "/occurred_at", fine, occurred_at="2017-08-12T09:00:00+08:00")
    yield _accept("long ago", "too_far_back", "/occurred_at", fine, occurred_at="2017-06-01T09:00:00+08:00")
    yield _accept(
        "without offset", "offset_required", "/occurred_at", fine, occurred_at="2017-08-10T07:00:00"
    )
    yield Bad("merge: into itself", "POST", "/v1/leads/{lead}/actions/merge", 422, "same_lead", "/given/merge_into",
              {"given": {"merge_into": "{lead}", "reason": "重复"}})  # fmt: skip
    yield Bad("merge: into none", "POST", "/v1/leads/{lead}/actions/merge", 422, "unknown_lead", "/given/merge_into",
              {"given": {"merge_into": "YS-2017-9999", "reason": "重复"}})  # fmt: skip
    yield Bad(
        "step: not in this state", "POST", "/v1/leads/{lead}/actions/close", 409, "wrong_state", None, {}
    )


def _hand(name: str, code: str, pointer: str | None, status: int = 422, **changes: Any) -> Bad:
    body = {"type": "appraisal", "to": ["appraisal"], "request": "请鉴定", **changes}
    body = {key: value for key, value in body.items() if value is not NEVER}
    return Bad(f"handoff: {name}", "POST", "/v1/leads/{lead}/handoffs", status, code, pointer, body)


def handoffs() -> Iterator[Bad]:
    yield _hand("to nobody", "length", "/to", to=[])
    yield _hand("to as text", "type", "/to", to="appraisal")
    yield _hand("to missing", "required", "/to", to=NEVER)
    yield _hand("to twice the same", "repeated", "/to", to=["appraisal", "appraisal"])
    yield _hand("to unknown", "unknown_agency", "/to/1", to=["appraisal", "moon_base"])
    yield _hand("type unknown", "unknown_type", "/type", type="errand")
    yield _hand("type of the machine's own", "unknown_type", "/type", type="assign")
    yield _hand("request blank", "blank", "/request", request=" ")
    yield _hand("request missing", "required", "/request", request=NEVER)
    yield _hand("lead agency not among them", "lead_not_recipient", "/lead_agency", lead_agency="market")
    yield _hand("given unknown", "unknown_field", "/given/pages", given={"pages": 3})
    yield _hand("due on no day", "date", "/given/due_on", given={"due_on": "2017-02-30"})
    yield _hand(
        "scheduled without offset",
        "offset_required",
        "/given/scheduled_at",
        given={"scheduled_at": "2017-08-11T09:00:00"},
    )
    yield Bad(
        "transfer: not by who holds it",
        "POST",
        "/v1/leads/{lead}/transfers",
        403,
        "not_holder",
        None,
        {"to": "market"},
    )
    yield Bad("transfer: to missing", "POST", "/v1/leads/{lead}/transfers", 422, "required", "/to", {})


def _record(name: str, code: str, pointer: str, **changes: Any) -> Bad:
    data = {"publicity_kind": "event", "title": "进校园宣传"}
    body = {"kind": "publicity", "occurred_on": "2017-08-10", "data": data, **changes}
    return Bad(f"record: {name}", "POST", "/v1/records", 422, code, pointer, body)


def records() -> Iterator[Bad]:
    yield _record("kind unknown", "unknown_kind", "/kind", kind="party")
    yield _record("in the future", "in_future", "/occurred_on", occurred_on="2017-08-11")
    yield _record("on no day", "date", "/occurred_on", occurred_on="2017-08-32")
    yield _record("title missing", "required", "/data/title", data={"publicity_kind": "event"})
    yield _record(
        "field of another kind",
        "unknown_field",
        "/data/grams",
        data={"publicity_kind": "event", "title": "x", "grams": 1},
    )
    yield _record(
        "word unknown", "choice", "/data/publicity_kind", data={"publicity_kind": "party", "title": "x"}
    )
    seized: dict[str, Any] = {"product": "ivory", "identified": True}
    for name, code, change in (
        ("pieces quoted", "type", {"pieces": "4"}),
        ("pieces negative", "negative", {"pieces": -4}),
        ("pieces fraction", "type", {"pieces": 4.5}),
        ("grams boolean", "type", {"grams": True}),
        ("identified as number", "type", {"identified": 1}),
        ("identified as text", "type", {"identified": "yes"}),
        ("value too large", "range", {"value_yuan": 10**13}),
    ):
        yield _record(name, code, f"/data/{next(iter(change))}", kind="seizure", data=seized | change)
