"""Parties are sealed, the same one is found again unopened, and whoever opens one leaves a trace."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from shared.bootstrap import System
from tests.api.conftest import Ask, tip
from tests.guarded.test_sealed_identity import everything_stored
from workflows.party import is_identity_number, normal

NUMBER = "11010519491231002X"  # the worked example of the standard: nobody's
SUSPECT = {
    "kind": "person",
    "role": "suspect",
    "identity": {"name": "无此人甲", "id_number": NUMBER, "phone": "139-0000-0001"},
}
REASON = {"reason": "制作询问通知书"}


def add(ask: Ask, number: str, **changes: Any) -> Any:
    return ask("POST", f"/v1/leads/{number}/parties", json={**SUSPECT, **changes})


@pytest.fixture
def number(lead: dict[str, Any]) -> str:
    return str(lead["number"])


def test_what_names_a_party_is_readable_nowhere_in_the_database(ask: Ask, number: str, database: str) -> None:
    added = add(ask, number)
    assert added.status_code == 201, added.text
    ask("POST", f"/v1/parties/{added.json['id']}/openings", json=REASON, headers={"Idempotency-Key": "p"})
    stored = everything_stored(database)
    for canary in ("无此人甲", NUMBER, "139-0000-0001", "13900000001"):
        assert canary not in stored + added.text
        assert canary.encode().hex() not in stored


def test_the_same_number_written_otherwise_is_the_same_party_in_another_lead(ask: Ask, number: str) -> None:
    other = ask("POST", "/v1/leads", json=tip()).json["number"]
    first = add(ask, number).json
    wide = "".join(chr(ord(mark) + 0xFEE0) for mark in NUMBER)
    again = add(ask, other, identity={"name": "别名", "id_number": wide})
    assert (again.status_code, again.json["id"]) == (200, first["id"])
    assert {entry["number"] for entry in again.json["leads"]} == {number, other}


def test_a_name_alone_makes_nobody_the_same(ask: Ask, number: str) -> None:
    one, two = (add(ask, number, identity={"name": "无此人乙"}).json["id"] for _ in range(2))
    assert one != two


def test_rules_may_sum_over_a_party_without_opening_it(ask: Ask, system: System, number: str) -> None:
    party = add(ask, number).json["id"]
    with system._opened() as uow:
        lead_id = ask("GET", f"/v1/leads/{number}").json["id"]
        assert [row["party_id"] for row in uow.parties.of_lead(lead_id)] == [party]
        assert list(uow.parties.leads_of(party)) == [lead_id]


def test_opening_is_recorded_on_the_lead_and_tells_what_was_written(ask: Ask, number: str) -> None:
    party = add(ask, number).json["id"]
    opened = ask("POST", f"/v1/parties/{party}/openings", json=REASON)
    assert opened.json["identity"] == SUSPECT["identity"]
    event = ask("GET", f"/v1/leads/{number}/events").json["items"][0]
    assert (event["kind"], event["reason"]) == ("party.opened", REASON["reason"])


@pytest.mark.parametrize("person", ["office.auditor", "office.leader", "office.operator"])
def test_whoever_does_not_handle_cases_does_not_open_a_party(ask: Ask, number: str, person: str) -> None:
    party = add(ask, number).json["id"]
    answer = ask("POST", f"/v1/parties/{party}/openings", json=REASON, by=person)
    assert (answer.status_code, answer.json["code"]) == (403, "not_opener")


@pytest.mark.parametrize("wrong", ["110105194912310021", "11010519491231002", "1" * 18, "abc"])
def test_an_identity_number_whose_check_digit_does_not_fit_is_refused_and_not_repeated(
    ask: Ask, number: str, wrong: str
) -> None:
    answer = add(ask, number, identity={"id_number": wrong})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/identity/id_number")
    assert wrong not in answer.text
    assert not is_identity_number(wrong)


def test_numbers_are_compared_without_spaces_dashes_and_width() -> None:
    assert normal("１３９-0000 0001") == normal("13900000001")
    assert normal("粤R·A1234") == normal("粤ra1234")
    assert is_identity_number(NUMBER.lower())


def test_a_rotation_seals_parties_again_and_marks_still_match(
    ask: Ask, system: System, number: str, database: str
) -> None:
    party = add(ask, number).json["id"]
    assert system.rotate_keys() == 1
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT key_id FROM parties").fetchall() == [("k0002",)]
    assert add(ask, number).json["id"] == party
    assert ask("POST", f"/v1/parties/{party}/openings", json=REASON).json["identity"] == SUSPECT["identity"]
