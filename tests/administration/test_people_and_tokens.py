"""Managing people: each change has its reason and its event, nobody manages themselves, and somebody always can."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shared.application import queries
from shared.application.administration import agencies, people, person, tokens
from shared.bootstrap import System, token_hash
from workflows.administration import (
    AddPerson,
    AddPersons,
    ChangeRoles,
    EndPerson,
    EndToken,
    NameToken,
    Newcomer,
    ReturnPerson,
)
from workflows.commands import Caller
from workflows.rejection import Rejected

ADMINISTRATOR, OFFICER = "office.administrator", "market.officer"


def code(refused: pytest.ExceptionInfo[Rejected]) -> str:
    return refused.value.reasons[0].code


def kinds(system: System, by: Caller) -> list[str]:
    found = system.read(queries.events, by, after=0, limit=200)["items"]
    return [e["kind"] for e in found if e["subject"] == "person"]


def test_a_person_is_added_changed_ended_and_returns_with_every_step_on_record(
    system: System, callers: dict[str, Caller]
) -> None:
    by = callers[ADMINISTRATOR]
    system.handle(AddPerson(by, "market.newcomer", "甲某", "market", ("officer",)))
    system.handle(NameToken(by, "market.newcomer", "办公电脑", token_hash("plain-token")))
    assert system.caller_for("plain-token") is not None
    system.handle(ChangeRoles(by, "market.newcomer", ("liaison", "officer"), "兼任联络员"))
    found = system.caller_for("plain-token")
    assert found is not None
    assert found.roles == {"liaison", "officer"}
    system.handle(EndPerson(by, "market.newcomer", "调离"))
    assert system.caller_for("plain-token") is None
    system.handle(ReturnPerson(by, "market.newcomer", "调回"))
    assert system.caller_for("plain-token") is None, "an ended token came back to life"
    assert system.read(person, by, person_id="market.newcomer")["active"]
    steps = ["person.added", "token.issued", "person.roles_changed", "person.ended", "person.returned"]
    assert kinds(system, by) == steps


def test_whoever_does_not_manage_people_neither_changes_nor_lists_them(
    system: System, callers: dict[str, Caller]
) -> None:
    by = callers[OFFICER]
    for command in (
        AddPerson(by, "market.x", "乙某", "market", ("officer",)),
        ChangeRoles(by, "market.liaison", ("officer",), "试"),
        EndPerson(by, "market.liaison", "试"),
        NameToken(by, OFFICER, "自用", token_hash("x")),
        EndToken(by, "0" * 16, "试"),
    ):
        with pytest.raises(Rejected) as refused:
            system.handle(command)
        assert refused.value.kind == "forbidden", command
    for query in (people, agencies, tokens):
        with pytest.raises(Rejected) as unseen:
            system.read(query, by)
        assert unseen.value.kind == "missing"


def test_nobody_manages_themselves_and_the_last_manager_stays(
    system: System, callers: dict[str, Caller]
) -> None:
    by = callers[ADMINISTRATOR]
    with pytest.raises(Rejected) as own:
        system.handle(ChangeRoles(by, ADMINISTRATOR, ("administrator", "leader"), "需要"))
    assert code(own) == "own_request"
    able = [
        p["id"]
        for p in system.read(people, by)["items"]
        if system.read(
            lambda w, p=p: w.definition.has_duty(
                "manage_people", frozenset(r["id"] for r in p["roles"]), p["agency"]["id"]
            ),
            by,
        )
    ]
    for other in able:
        if other != ADMINISTRATOR:
            system.handle(EndPerson(by, other, "调离"))
    with pytest.raises(Rejected) as last:
        system.handle(EndPerson(callers["system"], ADMINISTRATOR, "调离"))
    assert code(last) == "last_manager"


def test_every_fault_of_a_new_person_is_named_at_once(system: System, callers: dict[str, Caller]) -> None:
    with pytest.raises(Rejected) as refused:
        system.handle(AddPerson(callers[ADMINISTRATOR], "a b", " ", "nowhere", ("king",)))
    assert {r.field for r in refused.value.reasons} == {"id", "name", "agency", "roles"}
    with pytest.raises(Rejected) as taken:
        system.handle(AddPerson(callers[ADMINISTRATOR], OFFICER, "丙某", "market", ("officer",)))
    assert code(taken) == "person_taken"


def test_a_token_is_listed_by_name_and_ended_by_its_id_once(
    system: System, callers: dict[str, Caller]
) -> None:
    by = callers[ADMINISTRATOR]
    ends = datetime(2100, 1, 1, tzinfo=UTC)
    done = system.handle(NameToken(by, OFFICER, "12345接口", token_hash("hotline-token"), ends)).done
    assert done is not None
    listed = {t["id"]: t for t in system.read(tokens, by)["items"]}
    assert (listed[done.id]["name"], listed[done.id]["issued_by"]) == ("12345接口", ADMINISTRATOR)
    assert "hotline-token" not in str(listed)
    system.handle(EndToken(by, done.id, "不再使用"))
    assert system.caller_for("hotline-token") is None
    with pytest.raises(Rejected) as gone:
        system.handle(EndToken(by, done.id, "再次"))
    assert gone.value.kind == "missing"


def test_agencies_say_who_acts_for_them(system: System, callers: dict[str, Caller]) -> None:
    found = {a["id"]: a for a in system.read(agencies, callers[ADMINISTRATOR])["items"]}
    assert found["market"]["people"] >= 3
    assert "officer" in found["market"]["roles"]


def newcomer(person_id: str, **other: str) -> Newcomer:
    return Newcomer(
        person_id, other.get("name", "甲某"), other.get("agency", "market"), (other.get("role", "officer"),)
    )


def several(by: Caller, *people: Newcomer) -> AddPersons:
    return AddPersons(
        by, people, {p.person_id: token_hash(f"plain {p.person_id}") for p in people}, "首次登录"
    )


def test_several_people_are_added_each_with_a_token_and_every_step_on_record(
    system: System, callers: dict[str, Caller]
) -> None:
    by = callers[ADMINISTRATOR]
    done = system.handle(several(by, newcomer("market.x"), newcomer("market.y"))).done
    assert done is not None
    assert (done.version, done.created) == (2, True)
    assert system.caller_for("plain market.y") is not None
    assert kinds(system, by) == ["person.added", "token.issued"] * 2


def test_one_fault_among_several_people_and_nobody_is_added(
    system: System, callers: dict[str, Caller]
) -> None:
    by = callers[ADMINISTRATOR]
    with pytest.raises(Rejected) as refused:
        system.handle(
            several(
                by, newcomer("market.x"), newcomer("market.x", agency="moon"), newcomer(OFFICER, role="king")
            )
        )
    told = [(r.code, r.field) for r in refused.value.reasons]
    assert told == [
        ("unknown_agency", "people/1/agency"),
        ("person_taken", "people/1/id"),
        ("unknown_role", "people/2/roles"),
        ("person_taken", "people/2/id"),
    ]
    assert kinds(system, by) == []
    with pytest.raises(Rejected) as nobody:
        system.handle(several(by))
    assert code(nobody) == "too_few"
    with pytest.raises(Rejected) as forbidden:
        system.handle(several(callers[OFFICER], newcomer("market.x")))
    assert forbidden.value.kind == "forbidden"
