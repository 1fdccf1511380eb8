"""Another topic, other agencies, roles, machines and dates: published, opened and worked through without a programmer."""

from __future__ import annotations

import re
from typing import Any

import pytest

from shared.bootstrap import System
from tests.api.conftest import Ask
from tests.pages.conftest import entering
from tests.workflows import quarry

ADMINISTRATOR = "office.administrator"
STARTS = "2027-03-01T09:00:00+08:00"
PEOPLE = [
    {"id": "staff", "name": "甲", "agency": "office", "roles": ["office_staff"]},
    {"id": "water-officer", "name": "乙", "agency": "water", "roles": ["officer"]},
    {"id": "water-head", "name": "丙", "agency": "water", "roles": ["unit_head"]},
    {"id": "police-officer", "name": "丁", "agency": "police", "roles": ["officer"]},
    {"id": "resources-officer", "name": "戊", "agency": "resources", "roles": ["officer"]},
]
TIP = {
    "title": "夜间有船在河湾镇抽砂",
    "description": "凌晨两点起有采砂船作业,河堤有塌方。",
    "channel": "drone",
    "place_type": "river",
    "act": "dig",
    "reporter_kind": "anonymous",
    "source": "drone-3",
    "township": "河湾镇",
    "products": ["sand"],
}


@pytest.fixture
def as_(ask: Ask) -> Any:
    """Sends a request as a person of the quarry campaign."""
    return opened(ask, quarry.document())


def opened(ask: Ask, document: dict[str, Any]) -> Any:
    """Publishes and opens a campaign; what it gives sends a request as one of its people."""
    plain = _dates_as_text(document)
    published = ask("POST", "/v1/definitions", by=ADMINISTRATOR, json=plain)
    assert published.status_code == 201, published.json
    opening = {"definition": "quarry-2027", "at": STARTS, "name": "quarry-drill", "people": PEOPLE}
    answered = ask("POST", "/v1/exercises", by=ADMINISTRATOR, json=opening)
    assert answered.status_code == 201, answered.json
    tokens = {person["id"]: person["token"] for person in answered.json["people"]}

    def send(person: str, method: str, path: str, body: object = None) -> Any:
        answer = ask(method, path, by=tokens[person], json=body)
        assert answer.status_code < 300, answer.text
        return answer.json

    send.tokens = tokens  # type: ignore[attr-defined]  # whoever looks at pages signs in with one
    return send


def _dates_as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _dates_as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_dates_as_text(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


def test_a_lead_of_another_campaign_goes_from_tip_to_end(as_: Any) -> None:
    lead = as_("staff", "POST", "/v1/leads", TIP)
    number = lead["number"]
    assert number == "QY-2027-00001"
    assert lead["suggestions"][0]["outcomes"][0]["then"]["lead_agency"] == "water"
    assert [a["name"] for a in lead["allowed_actions"]] == ["assign"]
    at_work = as_("staff", "POST", f"/v1/leads/{number}/actions/assign", {"given": {"lead_agency": "water"}})
    assert at_work["state"]["id"] == "checking"
    assert {(c["code"], c["state"]) for c in at_work["clocks"]} >= {("CHECK", "running")}
    given = as_("water-officer", "GET", "/v1/handoffs?box=inbox")["items"][0]
    assert given["type"]["id"] == "work"
    dive = {"type": "joint_dive", "to": ["police"], "request": "请派潜水员取证。"}
    as_("water-officer", "POST", f"/v1/leads/{number}/handoffs", dive)
    [asked] = as_("police-officer", "GET", "/v1/handoffs?box=inbox")["items"]
    as_("police-officer", "POST", f"/v1/handoffs/{asked['id']}/actions/reply", {"given": {}})
    done = as_("water-officer", "POST", f"/v1/handoffs/{asked['id']}/actions/confirm", {"given": {}})
    assert done["state"]["id"] == "confirmed"
    whole = as_("water-officer", "GET", f"/v1/leads/{number}")
    assert whole["state"]["id"] == "done", "a reaction of the definition ends the lead"
    assert (
        as_("staff", "POST", f"/v1/leads/{number}/actions/reopen", {"given": {"reason": "又有人举报"}})[
            "state"
        ]["id"]
        == "checking"
    )


def test_what_its_states_say_nothing_of_waits_for_whoever_takes_the_next_step(
    as_: Any, system: System
) -> None:
    """The definition names no `waits_for`: work still reaches the inbox of whoever has to do it, and leaves it."""
    number = as_("staff", "POST", "/v1/leads", TIP)["number"]
    sign_in = entering(system, "waiting")
    office, water, head = (sign_in(as_.tokens[who]) for who in ("staff", "water-officer", "police-officer"))
    assert number in office.open("/inbox?box=triage")
    office.send(f"/inbox/{number}", **{"given.lead_agency": "water"})
    assert f"{number} 已交办 水利局" in office.open("/inbox?box=triage")
    assert number not in office.open("/inbox?box=triage"), "passed on, it waits for the office no more"
    assert number in water.open("/inbox?box=tasks")
    assert number not in head.open("/inbox?box=tasks")
    task = as_("water-officer", "GET", "/v1/handoffs?box=inbox")["items"][0]["id"]
    as_("water-officer", "POST", f"/v1/handoffs/{task}/actions/reply", {"given": {}})
    assert number not in water.open("/inbox?box=tasks")
    assert number in office.open("/inbox?box=answers"), "answered, it waits for who asked"


def test_no_page_offers_what_it_has_no_machine_for(as_: Any, system: System) -> None:
    """It knows neither transfers nor supervision orders: no tab, no button, no template; drafting one is refused."""
    number = as_("staff", "POST", "/v1/leads", TIP)["number"]
    office = entering(system, "nothing")(as_.tokens["staff"])
    inbox = office.open("/inbox")
    assert "box=triage" in inbox
    assert "box=transfers" not in inbox
    assert "box=orders" not in inbox
    for path in ("/supervise", f"/leads/{number}"):
        assert "/orders/new" not in office.open(path), path
    letters = office.open("/letters")
    assert "移送" not in letters
    assert "督办通知单" not in letters
    refused = office.client.get("/orders/new")
    assert refused.status_code == 409
    assert "本行动的方案没有督办单" in refused.text


def test_what_was_passed_on_and_taken_back_is_told_where_it_stands(as_: Any, system: System) -> None:
    """Nothing of this definition brings a lead back: the page does not say that it came back to the office."""
    number = as_("staff", "POST", "/v1/leads", TIP)["number"]
    office = entering(system, "back")(as_.tokens["staff"])
    office.open(f"/inbox?lead={number}")
    office.send(f"/inbox/{number}", **{"given.lead_agency": "water"})
    assert "已退回" not in office.open("/inbox?box=triage")
    office.send(f"/inbox/{number}/take-back")
    assert f"{number} 已撤回；线索仍为“核查中”" in office.open("/leads")


def test_numbers_of_leaders_know_its_ends_by_its_own_words_and_show_only_what_it_counts(
    as_: Any, system: System
) -> None:
    """None of its steps is called `closed`: a lead that was finished is not open for ever all the same."""
    number, still = (as_("staff", "POST", "/v1/leads", TIP)["number"] for _ in range(2))
    as_("staff", "POST", f"/v1/leads/{number}/actions/assign", {"given": {"lead_agency": "water"}})
    as_("water-officer", "POST", f"/v1/leads/{number}/actions/finish", {"given": {"disposition": "fined"}})
    [whole] = as_("staff", "GET", "/v1/figures")["rows"]
    assert (whole["counts"]["closed"], whole["counts"]["open"]) == (1, 1)
    assert whole["steps"]["whole"]["count"] == 1
    office = entering(system, "numbers")(as_.tokens["staff"])
    page = office.open("/progress")
    assert "核查属实" not in page
    assert "查否" not in page
    assert "立案" not in page
    behind = office.open("/progress/leads?by=all&count=open")
    assert still in behind
    assert number not in behind
    as_("staff", "POST", f"/v1/leads/{number}/actions/reopen", {"given": {"reason": "又有人举报"}})
    assert as_("staff", "GET", "/v1/figures")["rows"][0]["counts"]["open"] == 2, "reopened, it is open again"


def test_no_heading_of_its_rules_stands_over_nothing(as_: Any, system: System) -> None:
    office = entering(system, "rules")(as_.tokens["staff"])
    page = office.open("/definitions/quarry-2027/1")
    assert "应办" not in page, "no clock of this definition says what is owed"
    assert "在办/超期" not in page, "no lead, so nothing to count beside the picture"
    assert "#routing" in page


def test_its_figures_are_counted_reported_and_compiled(as_: Any) -> None:
    number = as_("staff", "POST", "/v1/leads", TIP)["number"]
    as_("staff", "POST", f"/v1/leads/{number}/actions/assign", {"given": {"lead_agency": "water"}})
    seized = {"kind": "seized_sand", "occurred_on": "2027-03-01", "data": {"tonnes": 12.5}}
    as_("water-officer", "POST", f"/v1/leads/{number}/records", seized)
    as_("water-officer", "POST", f"/v1/leads/{number}/actions/finish", {"given": {"disposition": "fined"}})
    report = {"zero": False, "texts": {"reason": "已巡查 3 次。"}, "figures": {"C3": 2}}
    receipt = as_("water-officer", "PUT", "/v1/reports/stage/2027-05/units/water", report)
    assert "2027-05-stage-water-1-" in receipt["receipt"]
    as_("staff", "POST", "/v1/reports/stage/2027-05/compilations")
    compiled = as_("staff", "GET", "/v1/reports/stage/2027-05/compilation")
    table = str(compiled)
    assert "12.5" in table


def test_a_campaign_opens_whole_or_not_at_all(ask: Ask) -> None:
    ask("POST", "/v1/definitions", by=ADMINISTRATOR, json=_dates_as_text(quarry.document()))
    opening = {
        "definition": "quarry-2027",
        "at": STARTS,
        "name": "half",
        "people": [*PEOPLE, PEOPLE[1] | {"id": "x", "roles": ["king"]}],
    }
    refused = ask("POST", "/v1/exercises", by=ADMINISTRATOR, json=opening)
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/people/5/roles")
    ours = ask(
        "POST", "/v1/exercises", by=ADMINISTRATOR, json={k: v for k, v in opening.items() if k != "people"}
    )
    assert {error["code"] for error in ours.json["errors"]} == {"unknown_agency", "unknown_role"}, (
        "our people fit no quarry"
    )
    assert (
        ask("POST", "/v1/exercises", by=ADMINISTRATOR, json=opening | {"people": PEOPLE}).status_code == 201
    )


def test_a_live_campaign_runs_on_the_real_clock(ask: Ask) -> None:
    ask("POST", "/v1/definitions", by=ADMINISTRATOR, json=_dates_as_text(quarry.document()))
    body = {"definition": "quarry-2027", "name": "quarry-live", "people": PEOPLE}
    opened = ask("POST", "/v1/campaigns", by=ADMINISTRATOR, json=body)
    assert opened.status_code == 201
    token = next(person["token"] for person in opened.json["people"] if person["id"] == "staff")
    assert ask("GET", "/v1/campaign/clock", by=token).json["mode"] == "live"
    again = ask("POST", "/v1/campaigns", by=ADMINISTRATOR, json=body)
    assert (again.status_code, again.json["code"]) == (409, "live_exists")


LONG = "西岭镇原国有采石场旧址东侧第三采区破碎加工及成品堆放综合作业区办公生活区以北空地"


def taking_tips() -> dict[str, Any]:
    """The campaign with a page for the public, sixty townships, and a kind of place with a name of forty characters."""
    document = quarry.document()
    words = document["vocabularies"]
    words["channel"].append({"id": "web", "name": {"zh": "网页", "en": "Web page"}, "source": "invented"})
    words["place_type"].append({"id": "long", "name": {"zh": LONG, "en": "Yard"}, "source": "invented"})
    document["agencies"][-1]["townships"] = [f"第{n}镇" for n in range(60)]
    states = [state["id"] for state in document["lifecycles"]["lead"]["states"]]
    said = {"name": {"zh": "已收到", "en": "received"}, "says": {"zh": "已收到。", "en": "Received."}}
    document["tips"] = {
        "channel": "web", "place_type": "other", "act": words["act"][0]["id"], "urgency": "normal",
        "unnamed": "anonymous", "named": "real_name", "urgent": {"zh": "危险时请报警。", "en": "In danger, call the police."},
        "source": "invented",
        "steps": [{"id": f"step_{n}", **said, "states": part} for n, part in enumerate((states[:1], states[1:]))],
    }  # fmt: skip
    return document


def test_where_no_tips_are_taken_nobody_is_led_to_the_page_of_calls(as_: Any, system: System) -> None:
    clerk = entering(system, "calls")(as_.tokens["staff"])
    assert "/hotline" not in clerk.open("/inbox")


def test_another_topic_takes_calls_in_its_own_words_by_their_initials(ask: Ask, system: System) -> None:
    clerk = entering(system, "calls")(opened(ask, taking_tips()).tokens["staff"])
    assert "/hotline" in clerk.open("/inbox")
    page = clerk.open("/hotline")
    for shown in (">HD 河道</option>", f">XLZYGYCS {LONG}</option>", ">D59Z 第59镇</option>"):
        assert shown in page
    taken = clerk.send("/hotline", words="夜里有船在河里抽砂，声音很大。", channel="hotline", place_type="long", act="dig",
                       urgency="normal", township="第59镇")  # fmt: skip
    assert 'data-test="receipt"' in taken.text, taken.text[:400]
    page = clerk.open("/hotline")
    csrf = re.search(r'name="csrf" value="([^"]+)"', page)
    assert csrf
    told = {"csrf": csrf[1], "words": "河里有船抽砂，夜里声音很大", "township": "第59镇"}
    assert "QY-2027-00001" in clerk.client.post("/hotline/similar", data=told).text
