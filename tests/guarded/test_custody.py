"""Seized things: every hand-over has two sides, an open one keeps the lead open, and a thing has one chain."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from shared.application import matters, queries
from shared.application.work import Work
from shared.bootstrap import System
from tests.api.conftest import Ask, tip
from workflows.campaign import CampaignDefinition
from workflows.commands import Caller
from workflows.custody import ACTS, HELD, IN_TRANSIT, Item, moved
from workflows.rejection import Rejected

TUSK = {"label": "象牙雕件(编号甲)", "product": "ivory", "pieces": 3, "grams": 600.5}


@pytest.fixture
def station(definition: CampaignDefinition) -> str:
    return next(a.id for a in definition.agencies if a.type == "forestry" and a.townships)


@pytest.fixture
def number(ask: Ask, lead: dict[str, Any], station: str) -> str:
    """A lead that a station holds."""
    given = {"lead_agency": station}
    answer = ask("POST", f"/v1/leads/{lead['number']}/actions/accept", json={"given": given})
    assert answer.status_code == 200, answer.text
    return str(lead["number"])


@pytest.fixture
def item(ask: Ask, number: str, station: str) -> dict[str, Any]:
    answer = ask("POST", f"/v1/leads/{number}/items", json=TUSK, by=f"{station}.officer")
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json
    return found


def move(ask: Ask, item: dict[str, Any], act: str, by: str, **more: Any) -> Any:
    return ask("POST", f"/v1/items/{item['id']}/custody", json={"act": act, **more}, by=by)


def test_pieces_and_grams_are_kept_apart(item: dict[str, Any]) -> None:
    assert (item["pieces"], item["grams"], item["state"]["id"]) == (3, 600.5, "held")
    assert [step["kind"] for step in item["chain"]] == ["collected"]


def test_a_hand_over_is_open_until_the_receiver_confirms_it(
    ask: Ask, item: dict[str, Any], station: str
) -> None:
    out = move(ask, item, "hand_out", f"{station}.officer", to="public_security", note="清单一式两份")
    assert (out.json["state"]["id"], out.json["holder"]["id"]) == ("in_transit", station)
    assert [
        i["id"] for i in ask("GET", "/v1/items?box=inbox", by="public_security.officer").json["items"]
    ] == [item["id"]]
    assert move(ask, item, "receive", f"{station}.officer").json["code"] == "not_custodian"
    received = move(ask, item, "receive", "public_security.officer")
    assert (received.json["state"]["id"], received.json["holder"]["id"]) == ("held", "public_security")
    assert [s["kind"] for s in received.json["chain"]] == ["collected", "handed_out", "received"]
    assert ask("GET", "/v1/items?box=inbox", by="public_security.officer").json["items"] == []


def open_custody(system: System, by: Caller, number: str) -> list[str]:
    def facts(work: Work) -> list[str]:
        found: Any = matters.of_lead(work, work.lead(number)).facts["open_custody"]
        return list(found)

    found: list[str] = system.read(facts, by)
    return found


def test_an_open_hand_over_is_a_fact_that_keeps_a_lead_from_closing(
    ask: Ask,
    system: System,
    callers: dict[str, Caller],
    item: dict[str, Any],
    number: str,
    station: str,
    definition: CampaignDefinition,
) -> None:
    staff = callers["office.office_staff"]
    assert open_custody(system, staff, number) == []
    move(ask, item, "hand_out", f"{station}.officer", to="public_security")
    assert open_custody(system, staff, number) == [TUSK["label"]]
    close = definition.lifecycles["lead"].transition("close", "investigated")
    assert close is not None
    guard = next(g for g in close.guards if g.id == "handover_open")
    assert guard.condition.holds({"open_custody": [TUSK["label"]]}) is not True
    assert guard.condition.holds({"open_custody": []}) is True
    move(ask, item, "take_back", f"{station}.officer")
    assert open_custody(system, staff, number) == []


def test_one_exhibit_of_two_leads_keeps_one_chain(
    ask: Ask, item: dict[str, Any], number: str, station: str
) -> None:
    other = ask("POST", "/v1/leads", json=tip()).json["number"]
    ask("POST", f"/v1/leads/{other}/actions/accept", json={"given": {"lead_agency": station}})
    both = ask("POST", f"/v1/items/{item['id']}/leads", json={"lead": other}, by=f"{station}.officer")
    assert set(both.json["leads"]) == {number, other}
    move(ask, item, "hand_out", f"{station}.officer", to="public_security")
    for one in (number, other):
        view = ask("GET", f"/v1/leads/{one}", by=f"{station}.officer").json
        assert [i["state"]["id"] for i in view["items"]] == ["in_transit"]
        kinds = [e["kind"] for e in ask("GET", f"/v1/leads/{one}/events").json["items"]]
        assert "item.handed_out" in kinds
    assert len(ask("GET", f"/v1/items/{item['id']}").json["chain"]) == 2


def test_the_receiver_of_a_thing_sees_the_thing_and_not_the_lead(
    ask: Ask, item: dict[str, Any], number: str, station: str
) -> None:
    assert ask("GET", f"/v1/items/{item['id']}", by="customs.officer").status_code == 404
    move(ask, item, "hand_out", f"{station}.officer", to="customs")
    seen = ask("GET", f"/v1/items/{item['id']}", by="customs.officer")
    assert (seen.status_code, seen.json["leads"]) == (200, [])
    assert ask("GET", f"/v1/leads/{number}", by="customs.officer").status_code == 404


def test_items_never_hold_more_than_their_record_of_seizure(ask: Ask, number: str, station: str) -> None:
    record = {
        "kind": "seizure",
        "occurred_on": "2017-08-10",
        "data": {"product": "ivory", "identified": True, "pieces": 4},
    }
    view = ask("POST", f"/v1/leads/{number}/records", json=record, by=f"{station}.officer").json
    under = {**TUSK, "record": view["records"][-1]["id"]}
    assert ask("POST", f"/v1/leads/{number}/items", json=under, by=f"{station}.officer").status_code == 201
    more = ask("POST", f"/v1/leads/{number}/items", json=under, by=f"{station}.officer")
    assert (more.status_code, more.json["code"]) == (422, "more_than_recorded")
    assert [e["pointer"] for e in more.json["errors"]] == ["/pieces"]


def test_of_two_hand_overs_at_once_the_second_is_told_who_was_first(
    ask: Ask, item: dict[str, Any], station: str
) -> None:
    tag = {"If-Match": '"1"'}
    path, body = f"/v1/items/{item['id']}/custody", {"act": "hand_out", "to": "customs"}
    assert ask("POST", path, json=body, headers=tag, by=f"{station}.officer").status_code == 200
    second = ask("POST", path, json=body, headers=tag, by=f"{station}.second_officer")
    assert (second.status_code, second.json["changed_by"]) == (412, f"{station}/{station}.officer")


def test_custody_ends_before_a_second_person(ask: Ask, item: dict[str, Any], station: str) -> None:
    officer = f"{station}.officer"
    assert move(ask, item, "destroy", officer).json["errors"][0]["pointer"] == "/witness"
    assert move(ask, item, "destroy", officer, witness=officer).json["code"] == "unknown_person"
    done = move(ask, item, "destroy", officer, witness=f"{station}.unit_head")
    assert done.json["state"]["id"] == "destroyed"
    assert move(ask, item, "hand_out", officer, to="customs").json["code"] == "wrong_state"


def an_item(**changes: Any) -> Item:
    values: dict[str, Any] = {
        "id": "i", "campaign_id": "c", "record_id": None, "label": "x", "product": "ivory", "pieces": 1,
        "grams": Decimal("2.5"), "live_count": None, "state": HELD, "holder_agency": "a", "version": 1,
        "added_by": "p", "added_at": None,
    }  # fmt: skip
    return Item(**{**values, **changes})


@pytest.mark.parametrize("state", [HELD, IN_TRANSIT, "returned", "destroyed"])
@pytest.mark.parametrize("act", sorted(ACTS))
@pytest.mark.parametrize("agency", ["a", "b", "c"])
def test_only_the_custodian_moves_a_thing_and_only_the_receiver_confirms(
    state: str, act: str, agency: str
) -> None:
    before = an_item(state=state, to_agency="b" if state == IN_TRANSIT else None)
    to, witness = ("b" if act == "hand_out" else None), ("w" if act in {"return", "destroy"} else None)
    may = ACTS[act][0] == state and agency == ("b" if act == "receive" else "a")
    if not may:
        with pytest.raises(Rejected):
            moved(before, act, agency, to, witness)
        return
    after = moved(before, act, agency, to, witness)
    assert after.version == 2
    assert (after.state == IN_TRANSIT) == (act == "hand_out")
    assert after.holder_agency == ("b" if act == "receive" else "a")


def test_a_list_of_items_is_empty_for_whoever_never_touched_one(ask: Ask, item: dict[str, Any]) -> None:
    assert ask("GET", "/v1/items", by="customs.officer").json["items"] == []
    assert queries.LONGEST_PAGE >= len(ask("GET", "/v1/items").json["items"]) == 1
