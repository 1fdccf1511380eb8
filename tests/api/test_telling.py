"""Tips and accounts in the interface for programs: who may send what, and what is answered."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.api.bodies import UPLOAD_BYTES
from shared.application.tips import all_tips
from shared.bootstrap import System
from tests.api.conftest import Ask, check_form
from tests.conftest import CAMPAIGN
from tests.photos import SECRET_PLACE, jpeg, png
from workflows.receipt import receipt_from

WHAT = {"campaign": CAMPAIGN, "what": "古玩城二楼摆着牙雕。", "where": "北门路古玩城"}


@pytest.fixture
def public(app: Flask) -> FlaskClient:
    return app.test_client()


def send(
    client: FlaskClient, method: str, path: str, receipt: str | None = None, **options: Any
) -> TestResponse:
    """Sends a request as somebody without a name; every answer is held against the description."""
    headers = {"Authorization": f"Receipt {receipt}"} if receipt else {}
    answer = client.open(path, method=method, headers=headers | options.pop("headers", {}), **options)
    check_form(method, path, answer)
    return answer


def view(answer: TestResponse) -> dict[str, Any]:
    assert answer.json is not None
    found: dict[str, Any] = answer.json
    return found


@pytest.fixture
def receipt(public: FlaskClient) -> str:
    answer = send(public, "POST", "/v1/tips", json=WHAT)
    assert answer.status_code == 201
    return str(view(answer)["receipt"])


def test_anybody_reads_what_can_be_told_and_to_whom(public: FlaskClient) -> None:
    (form,) = view(send(public, "GET", "/v1/tips/forms"))["items"]
    assert form["campaign"] == CAMPAIGN
    assert "unclear" in {choice["id"] for choice in form["act"]}


def test_a_tip_gives_a_receipt_and_the_receipt_opens_that_tip_alone(
    public: FlaskClient, receipt: str
) -> None:
    tip = view(send(public, "GET", "/v1/tip", receipt))
    assert tip["state"]["id"] == "received"
    other = view(send(public, "POST", "/v1/tips", json=WHAT | {"what": "另一件事"}))
    assert other["receipt"] != receipt


def test_the_same_tip_under_the_same_key_is_one(public: FlaskClient) -> None:
    key = {"Idempotency-Key": "0f6e2c4a-9b1d-4f57"}
    first, again = (send(public, "POST", "/v1/tips", json=WHAT, headers=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert view(first)["receipt"] == view(again)["receipt"]
    other = send(public, "POST", "/v1/tips", json=WHAT | {"where": "别处"}, headers=key)
    assert other.status_code == 201
    assert view(other)["receipt"] != view(first)["receipt"], "somebody else's key gives nothing away"


def test_a_dry_run_keeps_nothing_and_gives_no_receipt(public: FlaskClient, ask: Ask) -> None:
    tried = send(public, "POST", "/v1/tips?dry_run=true", json=WHAT)
    assert (tried.status_code, view(tried)["receipt"]) == (200, None)
    assert view(ask("GET", "/v1/leads"))["total"] == 0


def test_words_and_photographs_are_added_through_the_receipt(
    public: FlaskClient, ask: Ask, receipt: str
) -> None:
    added = send(public, "POST", "/v1/tip/messages", receipt, json={"text": "摊主穿蓝衣"})
    assert added.status_code == 201
    assert [m["sender"] for m in view(added)["messages"]] == ["teller"]
    for content, kept in ((jpeg(), 1), (jpeg(), 1), (png(), 2)):
        photo = send(public, "POST", "/v1/tip/photos", receipt, data=content)
        assert photo.status_code in {200, 201}
        assert view(photo)["photos"] == kept
    (number,) = (row["number"] for row in view(ask("GET", "/v1/leads"))["items"])
    for material in view(ask("GET", f"/v1/leads/{number}"))["materials"]:
        content = ask("GET", material["href"]).data
        assert SECRET_PLACE not in content
    read = view(ask("GET", f"/v1/leads/{number}/reporter/messages"))
    assert [(m["sender"], m["text"]) for m in read["items"]] == [("teller", "摊主穿蓝衣")]
    asked = ask("POST", f"/v1/leads/{number}/reporter/messages", json={"text": "几点?"})
    assert asked.status_code == 201
    assert "几点?" in str(view(send(public, "GET", "/v1/tip", receipt)))


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "receipt_missing"),
        ("Bearer office.office_staff", "receipt_missing"),
        ("Receipt 1234", "receipt_missing"),
        ("Receipt 1234567890123456", "receipt_digit"),
        ("Receipt " + receipt_from("0").digits, "receipt_unknown"),
        ("Receipt " + receipt_from("0").digits + "'; --", "receipt_missing"),
    ],
)
def test_whoever_holds_no_receipt_reads_nothing(public: FlaskClient, header: str | None, code: str) -> None:
    headers = {"Authorization": header} if header else {}
    answer = send(public, "GET", "/v1/tip", headers=headers)
    assert (answer.status_code, view(answer)["code"]) == (401, code)
    assert answer.headers["WWW-Authenticate"] == 'Receipt realm="xunxian"'


def test_a_receipt_opens_nothing_else(public: FlaskClient, receipt: str) -> None:
    for path in ("/v1/me", "/v1/leads", "/v1/leads/YS-2017-0001", "/v1/events"):
        assert send(public, "GET", path, receipt).status_code == 401


@pytest.mark.parametrize(
    ("changes", "status", "pointer"),
    [
        ({"campaign": "nowhere"}, 404, None),
        ({"what": " "}, 422, "/what"),
        ({"what": "\u202e反"}, 422, "/what"),
        ({"what": "x" * 4001}, 422, "/what"),
        ({"where": ...}, 422, "/where"),
        ({"place_type": "moon"}, 422, "/place_type"),
        ({"act_on": "2017-08-31"}, 422, "/act_on"),
        ({"act_on": "yesterday"}, 422, "/act_on"),
        ({"channel": "superior"}, 422, "/channel"),
        ({"contact": {}}, 422, "/contact"),
        ({"contact": {"phone": "call me"}}, 422, "/contact/phone"),
        ({"contact": {"name": "柳三变"}, "what": "我叫柳三变"}, 422, "/what"),
    ],
)
def test_a_wrong_tip_is_refused_with_its_field_and_nothing_is_kept(
    public: FlaskClient, ask: Ask, changes: dict[str, Any], status: int, pointer: str | None
) -> None:
    body = {name: value for name, value in (WHAT | changes).items() if value is not ...}
    answer = send(public, "POST", "/v1/tips", json=body)
    assert answer.status_code == status
    if pointer is not None:
        assert pointer in {error.get("pointer") for error in view(answer)["errors"]}, view(answer)
    assert view(ask("GET", "/v1/leads"))["total"] == 0


@pytest.mark.parametrize(
    ("content", "status"), [(b"%PDF-1.7", 422), (b"", 422), (b"\xff\xd8\xff" + b"0" * UPLOAD_BYTES, 413)]
)
def test_what_is_no_photograph_is_refused(
    public: FlaskClient, receipt: str, content: bytes, status: int
) -> None:
    assert send(public, "POST", "/v1/tip/photos", receipt, data=content).status_code == status


def test_tips_are_many_and_then_one_has_to_wait(public: FlaskClient, system: System) -> None:
    answers = [send(public, "POST", "/v1/tips?dry_run=true", json=WHAT).status_code for _ in range(3)]
    assert answers == [200] * 3, "a dry run uses nothing up"
    while not _used_up(system):
        pass
    answer = send(public, "POST", "/v1/tips", json=WHAT)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1
    assert view(answer)["code"] == "too_many_requests"


def _used_up(system: System) -> bool:
    done = system.handle(all_tips(CAMPAIGN)).done
    assert done is not None
    return bool(done.extra["wait"])


def test_a_call_is_taken_by_a_clerk_and_read_out_once(ask: Ask, public: FlaskClient) -> None:
    call = {
        "title": "仓库夜里有人锯东西", "description": "来电人说城东仓库夜里有声音", "channel": "phone",
        "place_type": "warehouse", "act": "process", "reporter_kind": "anonymous", "reporter": {"phone": "000-1234567"},
    }  # fmt: skip
    key = {"Idempotency-Key": "call-0001-abcdef"}
    first = ask("POST", "/v1/calls", by="office.intake", json=call, headers=key)
    again = ask("POST", "/v1/calls", by="office.intake", json=call, headers=key)
    assert first.status_code == 201
    assert view(again)["receipt"] is None, "told once"
    assert view(again)["number"] == view(first)["number"]
    assert view(send(public, "GET", "/v1/tip", view(first)["receipt"]))["state"]["id"] == "received"
    assert ask("POST", "/v1/calls", by="customs.prosecutor", json=call).status_code == 403
    assert "1234567" not in str(view(ask("GET", f"/v1/leads/{view(first)['number']}")))


def test_what_a_caller_tells_is_held_against_leads_one_sees_whole_and_kept_nowhere(
    ask: Ask, system: System
) -> None:
    told = {"description": "城东的仓库夜里又有人锯东西，声音很大"}
    call = {
        "title": "仓库夜里有人锯东西", "description": "城东仓库夜里有声音", "channel": "phone",
        "place_type": "warehouse", "act": "process", "reporter_kind": "anonymous",
    }  # fmt: skip
    taken = view(ask("POST", "/v1/calls", by="office.intake", json=call))
    before = view(ask("GET", "/v1/events", by="office.auditor"))["items"]
    found = view(ask("POST", "/v1/calls/similar", by="office.intake", json=told))
    assert [item["lead"] for item in found["items"]] == [taken["number"]]
    assert "题名中的字词重合" in found["items"][0]["reasons"][0]["zh"]
    assert view(ask("GET", "/v1/events", by="office.auditor"))["items"] == before
    other = view(ask("POST", "/v1/calls/similar", by="market.officer", json=told))
    assert (other["enough"], other["items"]) == (True, []), (
        "what a unit may not read is not told by a likeness"
    )
    assert view(ask("POST", "/v1/calls/similar", by="office.intake", json={}))["enough"] is False
    assert ask("POST", "/v1/calls/similar", by="customs.prosecutor", json=told).status_code == 403


def test_an_account_is_read_by_its_owner_and_by_whoever_manages_people(ask: Ask) -> None:
    path = "/v1/people/market.officer/account"
    assert ask("GET", path, by="market.officer").status_code == 200
    assert ask("GET", path, by="office.administrator").status_code == 200
    assert ask("GET", path, by="market.liaison").status_code == 403
    assert (
        ask("POST", "/v1/people/market.officer/sessions/end", by="market.liaison", json={}).status_code == 403
    )
    ended = ask("POST", "/v1/people/market.officer/sessions/end", by="market.officer", json={})
    assert (ended.status_code, view(ended)["ended"]) == (200, 0)
    clear = ("POST", "/v1/people/market.officer/second-factor/clear")
    assert ask(*clear, by="office.administrator", json={"reason": "丢失"}).status_code == 404
    assert ask(*clear, by="market.officer", json={"reason": "丢失"}).status_code == 403
