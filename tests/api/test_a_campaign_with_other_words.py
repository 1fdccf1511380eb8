"""Coordination in a campaign that shares no role, agency, step or kind of work with the shipped one: fireworks."""

from __future__ import annotations

from html import unescape
from pathlib import Path
from typing import Any

import pytest

from shared.bootstrap import System
from tests.api.conftest import Ask
from tests.pages.conftest import entering
from workflows.commands import DeliverOutbox, system_caller
from workflows.definition_format import parse_toml

FILE = Path(__file__).parents[1] / "workflows" / "definitions" / "fireworks-2028.toml"
PEOPLE = [
    ("clerk", "headquarters", "clerk"), ("commander", "headquarters", "commander"),
    ("east-captain", "fire_east", "captain"), ("east-inspector", "fire_east", "inspector"),
    ("west-captain", "fire_west", "captain"), ("west-inspector", "fire_west", "inspector"),
    ("freight-inspector", "freight_office", "inspector"), ("safety-captain", "safety_bureau", "captain"),
    ("squad-captain", "squad", "captain"), ("squad-inspector", "squad", "inspector"),
    ("rail-captain", "rail_squad", "captain"), ("watcher", "watchers", "watcher"),
]  # fmt: skip


class Fireworks:
    """Acts as the people of that campaign."""

    def __init__(self, ask: Ask, system: System) -> None:
        self.ask, self.system = ask, system
        document = _plain(parse_toml(FILE.read_bytes()))
        assert ask("POST", "/v1/definitions", by="office.administrator", json=document).status_code == 201
        people = [{"id": i, "name": "无此人", "agency": a, "roles": [r]} for i, a, r in PEOPLE]
        opening = {
            "definition": "fireworks-2028",
            "at": "2028-01-05T09:00:00+08:00",
            "name": "fw",
            "people": people,
        }
        opened = ask("POST", "/v1/exercises", by="office.administrator", json=opening)
        assert opened.status_code == 201, opened.text
        self.tokens = {person["id"]: person["token"] for person in opened.json["people"]}

    def __call__(self, person: str, method: str, path: str, body: object = None) -> Any:
        return self.ask(method, f"/v1/{path}", by=self.tokens[person], json=body)

    def step(self, person: str, path: str, step: str, **given: Any) -> Any:
        return self(person, "POST", f"{path}/actions/{step}", {"given": given})

    def lead(self, title: str = "东桥镇棚屋囤放烟花") -> str:
        told = {
            "title": title, "description": "一间棚屋里堆着成箱的升空类烟花。", "channel": "call", "place_type": "shed",
            "act": "hoard", "reporter_kind": "caller", "source": "phone", "township": "东桥镇", "products": ["rocket"],
        }  # fmt: skip
        received = self("clerk", "POST", "leads", told)
        assert received.status_code == 201, received.text
        return f"leads/{received.json['number']}"

    def dispatched(self, to: str = "fire_east", **given: Any) -> str:
        path = self.lead()
        sent = self.step("clerk", path, "dispatch", lead_agency=to, **given)
        assert sent.status_code == 200, sent.text
        return path

    def parts(self, lead: str, kind: str = "handoffs") -> dict[str, str]:
        """The newest part of each receiver, by its path."""
        found = self("commander", "GET", lead).json[kind]
        return {part["to"]["id"]: f"{kind}/{part['id']}" for part in reversed(found)}

    def told(self, person: str) -> list[str]:
        """What a person was told of, once everything waiting was delivered."""
        caller = self.system.caller_for(self.tokens[person], "test")
        assert caller is not None
        inside = system_caller(caller.campaign_id)
        waiting = self.system.campaigns_of_outbox(self.system.chores().outbox)
        self.system.handle(DeliverOutbox(inside, tuple(waiting.get(caller.campaign_id, ()))))
        return [n["kind"] for n in self(person, "GET", "notices").json["items"]]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


@pytest.fixture
def fw(ask: Ask, system: System) -> Fireworks:
    return Fireworks(ask, system)


def codes(answer: Any) -> tuple[int, list[str]]:
    return answer.status_code, [error["code"] for error in answer.json["errors"]]


def test_work_is_given_signed_for_answered_and_agreed_to(fw: Fireworks) -> None:
    lead = fw.dispatched(assisting=["safety_bureau"])
    given = fw.parts(lead)
    assert fw.told("east-captain") == ["handoff.sent"]
    assert fw.told("east-inspector") == [], "this campaign tells captains of dispatches"
    taken = fw.step("east-inspector", given["fire_east"], "take")
    assert taken.json["receipt"]["by"] == "east-inspector"
    assert {c["state"] for c in taken.json["clocks"]} == {"met"}
    assert codes(fw.step("east-inspector", given["fire_east"], "take")) == (409, ["wrong_state"])
    assert fw.step("east-inspector", given["fire_east"], "tell", reason="棚内三箱").status_code == 200
    assert fw.step("clerk", given["fire_east"], "approve").json["state"]["id"] == "confirmed"


def test_a_refusal_names_what_is_possible_in_the_words_of_the_campaign(fw: Fireworks) -> None:
    part = fw.parts(fw.dispatched())["fire_east"]
    refused = fw.step("east-captain", part, "tell", reason="先说")
    assert (codes(refused), refused.json["possible"]) == ((409, ["wrong_state"]), ["take", "hand_back"])
    assert codes(fw.step("east-captain", part, "reply"))[0] == 404, "another campaign's step"
    assert codes(fw.step("west-captain", part, "take"))[0] == 404, "not theirs"


def test_the_lead_agency_of_a_group_answers_for_it(fw: Fireworks) -> None:
    lead = fw.dispatched()
    ask = {
        "type": "road_check",
        "to": ["freight_office", "squad"],
        "lead_agency": "squad",
        "request": "拦检货车",
    }
    assert fw("east-inspector", "POST", f"{lead}/handoffs", ask).status_code == 201
    assert fw.told("freight-inspector") == ["handoff.sent"]
    ended = fw.step("east-captain", lead, "end", disposition="nothing")
    assert codes(ended) == (409, ["others_at_work"])
    part = fw.parts(lead)["squad"]
    fw.step("squad-inspector", part, "take")
    fw.step("squad-inspector", part, "tell", reason="未发现")
    fw.step("east-inspector", part, "approve")
    assert fw.step("east-captain", lead, "end", disposition="nothing").status_code == 200


def test_whoever_holds_the_lead_reads_what_others_were_asked_and_acts_on_none_of_it(fw: Fireworks) -> None:
    lead = fw.dispatched(assisting=["safety_bureau"])
    part = fw.parts(lead)["safety_bureau"]
    read = fw("east-captain", "GET", part)
    assert (read.status_code, read.json["allowed_actions"]) == (200, [])
    assert fw.step("east-captain", part, "take").status_code == 403
    assert fw("west-captain", "GET", part).status_code == 404


def test_one_answer_of_several_is_enough_where_the_kind_says_so(fw: Fireworks) -> None:
    lead = fw.dispatched("safety_bureau")
    ask = {"type": "lab_test", "to": ["fire_east", "fire_west"], "request": "测药量"}
    assert codes(fw("west-inspector", "POST", f"{lead}/handoffs", ask))[0] == 404
    refused = fw("clerk", "POST", f"{lead}/handoffs", {**ask, "to": ["squad", "headquarters", "nobody"]})
    assert codes(refused) == (422, ["unknown_agency"])
    refused = fw("clerk", "POST", f"{lead}/handoffs", {**ask, "to": ["squad", "headquarters"]})
    assert codes(refused) == (422, ["wrong_partner", "same_agency"])
    assert fw("clerk", "POST", f"{lead}/handoffs", ask).status_code == 201
    part = fw.parts(lead)["fire_west"]
    fw.step("west-inspector", part, "take")
    fw.step("west-inspector", part, "tell", reason="超量")
    fw.step("clerk", part, "approve")
    assert fw.step("safety-captain", lead, "end", disposition="destroyed").status_code == 200


def test_what_is_handed_back_is_the_headquarters_again_and_nobody_elses(fw: Fireworks) -> None:
    lead = fw.dispatched()
    part = fw.parts(lead)["fire_east"]
    back = fw.step("east-captain", part, "hand_back", decline_reason="not_ours", reason="在西塘镇")
    assert back.json["dispute"]["answer"] == "在西塘镇"
    assert fw.told("commander") == ["lead.sent_back"]
    assert fw("east-captain", "GET", lead).status_code == 404
    there = fw("clerk", "GET", lead).json
    assert (there["state"]["id"], there["lead_agency"]) == ("homeless", None)
    assert {c["holder"]["id"] for c in there["clocks"] if c["state"] == "running"} == {"headquarters"}
    assert [i["id"] for i in fw("clerk", "GET", "handoffs?box=disputed").json["items"]] == [
        part.split("/")[1]
    ]
    assert (
        fw.step("clerk", lead, "dispatch", lead_agency="fire_west").json["lead_agency"]["id"] == "fire_west"
    )
    assert fw.step("clerk", part, "let_go").json["state"]["id"] == "cancelled"
    assert fw("west-captain", "GET", lead).json["state"]["id"] == "looking"


def test_a_lead_is_dispatched_only_to_those_who_take_dispatches(fw: Fireworks) -> None:
    for nobody in ("watchers", "squad", "freight_office", "headquarters"):
        assert codes(fw.step("clerk", fw.lead(), "dispatch", lead_agency=nobody)) == (422, ["wrong_partner"])


def test_a_crime_goes_to_detectives_and_is_watched_by_whom_the_campaign_names(fw: Fireworks) -> None:
    lead = fw.dispatched()
    body = {"given": {"report": "数量巨大", "copy_to_watchers": True}}
    refused = fw("east-inspector", "POST", f"{lead}/transfers", {**body, "to": "watchers"})
    assert codes(refused) == (422, ["wrong_receiver"])
    assert fw("east-inspector", "POST", f"{lead}/transfers", {**body, "to": "squad"}).status_code == 201
    transfer = fw.parts(lead, "transfers")["squad"]
    assert fw.told("east-captain")[0] == "transfer.proposed"
    assert {fw(who, "GET", transfer).status_code for who in ("watcher", "squad-captain", "west-captain")} == {
        404
    }
    sent = fw.step("east-captain", transfer, "hand_over", copy_to_watchers=True)
    assert sent.json["state"]["id"] == "sent"
    assert fw("clerk", "GET", lead).json["state"]["id"] == "with_detectives"
    assert fw("watcher", "GET", transfer).status_code == 200
    assert [t["id"] for t in fw("watcher", "GET", "transfers").json["items"]] == [transfer.split("/")[1]]
    for wrong in ("fire_west", "squad", "watchers", "fire_east"):
        on = fw.step("squad-captain", transfer, "send_on", to_agency=wrong)
        assert codes(on) == (422, ["wrong_receiver"]), wrong
    assert fw.step("squad-captain", transfer, "send_on", to_agency="rail_squad").status_code == 200
    assert fw("squad-captain", "GET", lead).status_code == 404, "who sent it on reads the lead no more"
    assert fw.step("rail-captain", transfer, "take_up").json["state"]["id"] == "taken_up"
    assert fw("west-captain", "GET", transfer).status_code == 404


def test_leads_are_folded_and_unfolded_as_if_nothing_had_been(fw: Fireworks) -> None:
    target, source = fw.dispatched(), fw.dispatched("fire_west")
    before = fw("commander", "GET", source).json
    into = {"merge_into": target.split("/")[1]}
    assert fw.step("clerk", source, "fold", **into).status_code == 200
    assert fw("commander", "GET", source).json["state"]["id"] == "folded"
    assert fw.step("clerk", source, "unfold").status_code == 200
    after = fw("commander", "GET", source).json
    assert (after["state"], after["lead_agency"]) == (before["state"], before["lead_agency"])
    assert [(c["due_at"], c["state"]) for c in after["clocks"]] == [
        (c["due_at"], c["state"]) for c in before["clocks"]
    ]
    assert fw("west-inspector", "GET", source).status_code == 200


def test_folding_shows_nobody_more_without_the_commander(fw: Fireworks) -> None:
    target, source = fw.dispatched(), fw.dispatched("fire_west")
    haul = {"kind": "haul", "occurred_on": "2028-01-05", "data": {"pieces": 3}}
    assert fw("west-inspector", "POST", f"{source}/records", haul).status_code == 201
    into = {"merge_into": target.split("/")[1]}
    assert codes(fw.step("clerk", source, "fold", **into)) == (409, ["would_widen"])
    assert fw.step("clerk", source, "fold", **into, widen=True).status_code == 403
    assert fw.step("commander", source, "fold", **into, widen=True, reason="同一批货").status_code == 200


def test_goods_are_held_against_what_was_recorded_and_keep_a_lead_open_on_their_way(fw: Fireworks) -> None:
    lead = fw.dispatched()
    haul = {"kind": "haul", "occurred_on": "2028-01-05", "data": {"pieces": 3, "product": "rocket"}}
    record = fw("east-inspector", "POST", f"{lead}/records", haul).json["records"][-1]["id"]
    thing = {"label": "升空类三件", "product": "rocket", "pieces": 4, "record": record}
    assert codes(fw("east-inspector", "POST", f"{lead}/items", thing)) == (422, ["more_than_recorded"])
    item = fw("east-inspector", "POST", f"{lead}/items", {**thing, "pieces": 3}).json["id"]
    out = fw("east-inspector", "POST", f"items/{item}/custody", {"act": "hand_out", "to": "safety_bureau"})
    assert out.status_code in {200, 201}, out.text
    assert codes(fw.step("east-captain", lead, "end", disposition="destroyed")) == (409, ["goods_on_the_way"])


def test_the_pages_speak_of_that_campaign_too(fw: Fireworks) -> None:
    lead = fw.dispatched()
    thing = fw.parts(lead)["fire_east"].replace("handoffs/", "/t/")
    waiting = fw.lead().split("/")[1]
    enter = entering(fw.system)
    everywhere = (
        "/",
        "/inbox",
        "/leads",
        "/search",
        "/supervise",
        "/progress",
        "/audit",
        "/manage",
        "/account",
    )
    for person, token in fw.tokens.items():
        desk = enter(token)
        for path in everywhere:
            assert desk.client.get(path, follow_redirects=True).status_code in {200, 403, 404}, (person, path)
    haul = {"kind": "haul", "occurred_on": "2028-01-05", "data": {"pieces": 3}}
    assert fw("east-inspector", "POST", f"{lead}/records", haul).status_code == 201
    assert 'href="/leads?record=haul"><b>3</b>' in enter(fw.tokens["commander"]).open("/supervise")
    captain = enter(fw.tokens["east-captain"])
    assert "接单" in captain.open(thing)
    assert "查看中" in captain.open(f"/{lead}")
    clerk = enter(fw.tokens["clerk"])
    assert waiting in clerk.open(f"/inbox?lead={waiting}")
    clerk.follow(clerk.send(f"/inbox/{waiting}", given__lead_agency="fire_west"))
    assert fw("west-captain", "GET", f"leads/{waiting}").json["state"]["id"] == "looking"
    assert "已撤回" in unescape(clerk.follow(clerk.send(f"/inbox/{waiting}/take-back")))
    assert fw("west-captain", "GET", f"leads/{waiting}").status_code == 404


def test_the_page_of_a_transfer_names_no_police_and_leaves_no_heading_empty(fw: Fireworks) -> None:
    lead = fw.dispatched()
    enter = entering(fw.system)
    inspector = enter(fw.tokens["east-inspector"])
    assert "案件移送…" in inspector.open(f"/{lead}")
    body = {"given": {"report": "数量巨大"}, "to": "squad"}
    assert fw("east-inspector", "POST", f"{lead}/transfers", body).status_code == 201
    transfer = f"/{fw.parts(lead, 'transfers')['squad']}"
    assert "案件移送…" not in inspector.open(f"/{lead}"), "one is open"
    captain = enter(fw.tokens["east-captain"])
    page = captain.open(transfer)
    assert "公安" not in page
    assert "没有正在走的时限" in page, "this campaign puts no clock on a transfer"
    sheet = captain.open(f"{transfer}/print")
    assert "<tbody>\n</tbody>" not in sheet
    assert sheet.count("<p>无</p>") == 2, "neither enclosures nor goods"
