"""Need to know: what a helper sees of a lead, what is kept from it, and what was shared with it and when."""

from __future__ import annotations

import json

from tests.api.conftest import Ask, tip
from tests.guarded.conftest import SECRET
from workflows.disclosure import FROM_THE_PUBLIC, SHARED_INTAKE, digest


def test_a_reference_another_agency_registered_does_not_show_by_being_refused(
    ask: Ask, foreign: dict[str, str]
) -> None:
    mine = tip(source="hotline-canary", external_ref="12345-777")
    answer = ask("POST", "/v1/leads", by="customs.officer", json=mine)
    assert (answer.status_code, answer.json["source"]) == (201, "hotline-canary@customs")
    again = ask("POST", "/v1/leads", by="customs.officer", json=mine)
    assert (again.status_code, again.json["number"]) == (200, answer.json["number"])


def test_a_helper_sees_the_shared_fields_and_nothing_of_where_it_came_from(
    ask: Ask, foreign: dict[str, str], market: str, station: str
) -> None:
    view = ask("GET", f"/v1/leads/{foreign['number']}", by=f"{market}.liaison").json
    assert {name for name in SHARED_INTAKE if view[name]} >= {
        "title",
        "description",
        "address",
        "act",
        "place_type",
    }
    assert (view["source"], view["reporter_kind"]) == (FROM_THE_PUBLIC, "public")
    assert (view["channel"], view["external_ref"], view["reported_at"]) == (None, None, None)
    assert [h["id"] for h in view["handoffs"]] == [foreign["handoff_id"]]
    assert (view["records"], view["transfers"], view["blocked_actions"]) == ([], [], [])
    assert {c["holder"]["id"] for c in view["clocks"]} == {market}
    text = ask("GET", f"/v1/leads/{foreign['number']}/events", by=f"{market}.liaison").text
    assert foreign["handoff_id"] in text
    assert "hotline-canary" not in text
    assert "record.added" not in text
    assert "lead.accepted" not in text


def test_a_helper_does_not_find_out_by_asking_for_it(ask: Ask, foreign: dict[str, str], market: str) -> None:
    for query, found in (("channel=12345", 0), ("q=12345-777", 0), (f"q={SECRET}", 1)):
        assert ask("GET", f"/v1/leads?{query}", by=f"{market}.liaison").json["total"] == found, query
    row = ask("GET", "/v1/leads", by=f"{market}.liaison").json["items"][0]
    assert (row["external_ref"], row["channel"], row["source"]) == (None, None, FROM_THE_PUBLIC)


def test_a_refused_step_tells_a_helper_nothing_of_the_rest(
    ask: Ask, foreign: dict[str, str], market: str
) -> None:
    answer = ask("POST", f"/v1/leads/{foreign['number']}/actions/verify", json={}, by=f"{market}.liaison")
    assert answer.status_code == 403
    assert {e["code"] for e in answer.json["errors"]} <= {"not_allowed", "wrong_state"}


def test_the_holder_sees_the_lead_whole(ask: Ask, foreign: dict[str, str], station: str) -> None:
    view = ask("GET", f"/v1/leads/{foreign['number']}", by=f"{station}.officer").json
    assert (view["source"], view["channel"], view["reporter_kind"]) == (
        "hotline-canary",
        "12345",
        "real_name",
    )
    assert len(view["handoffs"]) == 2


def test_the_hash_of_what_was_shared_stands_in_the_history_and_fits_the_copy(
    ask: Ask, foreign: dict[str, str], market: str
) -> None:
    view = ask("GET", f"/v1/handoffs/{foreign['handoff_id']}", by=f"{market}.liaison").json
    events = ask("GET", f"/v1/leads/{foreign['number']}/events").json["items"]
    sent = next(e for e in events if e["kind"] == "handoff.sent" and e["subject_id"] == foreign["handoff_id"])
    assert digest(view["shared"]["copy"]) == view["shared"]["sha256"] == sent["data"]["shared_sha256"]
    assert "hotline-canary" not in json.dumps(view["shared"], ensure_ascii=False)


def test_what_was_shared_ends_with_its_cause(ask: Ask, foreign: dict[str, str], market: str) -> None:
    given = {"decline_reason": "not_competent", "reason": "不属本局职责"}
    path = f"/v1/handoffs/{foreign['handoff_id']}"
    declined = ask("POST", f"{path}/actions/decline", json={"given": given}, by=f"{market}.liaison")
    assert declined.status_code == 200, declined.text
    assert ask("GET", f"/v1/leads/{foreign['number']}", by=f"{market}.liaison").status_code == 404
    after = ask("GET", path, by=f"{market}.liaison")
    assert SECRET not in json.dumps(after.json["lead"], ensure_ascii=False)
    assert after.json["shared"] is None
    dispute = ask("GET", path).json["dispute"]
    assert dispute["request"].endswith(SECRET)
    assert dispute["answer"] == "不属本局职责"
