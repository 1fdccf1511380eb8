"""Parties, things and files on pages: what is sealed is told once, for a reason, to few; things change hands by two."""

from __future__ import annotations

import hashlib
import io
import re

import pytest

from shared.application import queries
from shared.bootstrap import System
from tests.leads import an_intake
from tests.pages.conftest import Enter, Person
from tests.pages.test_daily_work import text
from workflows.campaign import CampaignDefinition
from workflows.commands import ActOnLead, Caller, ReceiveLead
from workflows.reporter import Reporter

STAFF = "office.office_staff"
NAME = "柳长青"


@pytest.fixture
def station(definition: CampaignDefinition) -> str:
    return next(a.id for a in definition.agencies if a.type == "forestry" and a.townships)


@pytest.fixture
def number(system: System, callers: dict[str, Caller], station: str) -> str:
    """A lead a station holds, told by somebody whose name is sealed."""
    intake = an_intake(reporter_kind="real_name")
    command = ReceiveLead(
        callers[STAFF], intake, "counter", reporter=Reporter(name=NAME, phone="0000-1234567")
    )
    done = system.handle(command).done
    assert done is not None
    assert done.number is not None
    given = {"lead_agency": station, "urgency": "normal"}
    system.handle(ActOnLead(callers[STAFF], done.number, "accept", given))
    return done.number


def at(person: Person, number: str) -> str:
    return person.open(f"/leads/{number}/evidence")


def test_who_reported_is_told_once_for_a_reason_and_leaves_a_trace(
    enter: Enter, system: System, number: str
) -> None:
    person = enter(STAFF)
    assert NAME not in at(person, number)
    action = f"/leads/{number}/identity"
    refused = person.send(action, reason="")
    assert refused.status_code == 422
    assert 'href="#f-identity-reason"' in refused.text
    fields = {"reason": "补充取证,需再次联系"}
    opened = person.send(action, **fields)
    assert NAME in opened.text
    assert opened.headers["Cache-Control"] == "no-store"
    assert NAME not in person.send(action, **fields).text, "the same form told it twice"
    assert NAME not in at(person, number)
    assert "补充取证" in text(enter("office.auditor").open("/manage/audit?openings=1"))


def test_the_holder_is_offered_no_opening_of_the_reporter(enter: Enter, number: str, station: str) -> None:
    page = at(enter(f"{station}.officer"), number)
    assert f'action="/leads/{number}/identity"' not in page
    assert NAME not in page


def test_a_party_is_sealed_on_arrival_and_opened_for_a_reason(
    enter: Enter, number: str, station: str
) -> None:
    person = enter(f"{station}.officer")
    at(person, number)
    wrong = person.send(f"/leads/{number}/parties", kind="person", role="suspect", id_number="123")
    assert wrong.status_code == 422
    assert 'href="#f-party-id_number"' in wrong.text
    after = person.follow(
        person.send(f"/leads/{number}/parties", kind="person", role="suspect", name="石小满")
    )
    assert "石小满" not in after
    assert after.count('data-test="party-row"') == 1
    action = re.search(rf'action="(/leads/{number}/parties/[^"]+)"', after)
    assert action
    assert "石小满" in person.send(action[1], reason="核对身份").text


def test_a_thing_changes_hands_by_two_and_its_chain_says_so(enter: Enter, number: str, station: str) -> None:
    officer = enter(f"{station}.officer")
    at(officer, number)
    product = re.search(r'id="f-item-product".*?<option value="(\w+)">', officer.page, re.DOTALL)
    assert product
    item = {"label": "牙雕一组", "product": product[1]}
    wrong = officer.send(f"/leads/{number}/items", **item, pieces="三")
    assert wrong.status_code == 422
    assert 'href="#f-item-pieces"' in wrong.text
    after = officer.follow(officer.send(f"/leads/{number}/items", **item, pieces="3", grams="420.5"))
    link = re.search(r'href="(/items/[^"]+)">牙雕一组', after)
    assert link
    officer.open(link[1])
    handed = officer.follow(officer.send(f"{link[1]}/hand_out", to="market", note="送检"))
    assert "待接收" in text(handed)
    receiver = enter("market.officer")
    assert "牙雕一组" in receiver.open("/items?box=inbox")
    receiver.open(link[1])
    assert "已接收" in text(receiver.follow(receiver.send(f"{link[1]}/receive")))
    assert receiver.page.count('data-test="chain-step"') == 3
    enter("customs.officer").open(link[1], status=404)


def test_a_file_comes_back_byte_for_byte_with_its_hash_shown(
    enter: Enter, system: System, callers: dict[str, Caller], number: str, station: str
) -> None:
    officer = enter(f"{station}.officer")
    at(officer, number)
    content = b"%PDF-1.4 invented " + bytes(range(256))
    sent = officer.send(f"/leads/{number}/materials", file=(io.BytesIO(content), "现场照片.pdf"))
    after = officer.follow(sent)
    assert hashlib.sha256(content).hexdigest()[:12] in after
    link = re.search(r'href="(/materials/[^"]+)"', after)
    assert link
    answer = officer.client.get(link[1])
    assert answer.data == content
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert enter("customs.officer").client.get(link[1]).status_code == 404
    at(officer, number)
    assert officer.send(f"/leads/{number}/materials").status_code == 422
    assert len(system.read(queries.lead, callers[STAFF], number=number)["materials"]) == 1
